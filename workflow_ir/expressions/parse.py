"""Text to `Expression`: an admitted Python tree with true offsets, and its references."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from workflow_ir.expressions.admit import admit
from workflow_ir.expressions.errors import ExpressionError
from workflow_ir.expressions.limits import DEEPEST_SOURCE
from workflow_ir.expressions.references import Reference, find_references
from workflow_ir.expressions.token_order import check_token_order
from workflow_ir.expressions.tokens import Token, python_text, tokenise


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read. Equal sources are equal expressions."""

    source: str
    """The text as written, without ``${{ }}``."""
    tree: ast.expr = field(compare=False, repr=False)
    """Its tree, of the node types in `admit.ADMITTED` only. ``col_offset`` and ``end_col_offset``
    count characters of `source`; names are as written, keywords included."""
    references: tuple[Reference, ...] = field(compare=False, repr=False)
    """What it reads from outside, in the order of the source."""


def parse(source: str) -> Expression:
    """Reads an expression. Any text at all gives an `Expression` or an `ExpressionError`.

    Args:
        source: The text, at most 4 KiB.

    Raises:
        ExpressionError: With the offset and end of the mistake in characters of ``source``.

    >>> [reference.path for reference in parse("steps.a.output.class == inputs.x").references]
    [('steps', 'a', 'output', 'class'), ('inputs', 'x')]
    >>> parse("a && b")
    Traceback (most recent call last):
    workflow_ir.expressions.errors.ExpressionError: `&&` is no operator here.
    """
    tokens = tokenise(source)
    check_token_order(tokens)
    # The brackets let an expression go over lines; the tokeniser has shown that they stay a pair.
    text = f"({python_text(source, tokens)})"
    try:
        tree = ast.parse(text, mode="eval").body
        _shift(tree)
        tree = admit(tree, {token.start: token for token in tokens}, source)
        references = find_references(tree)
    except SyntaxError as error:
        raise _syntax_error(source, tokens, error) from None
    except ExpressionError as error:
        # The pair of brackets that was added is no part of the source.
        error.offset, error.end = max(error.offset, 0), min(error.end, len(source))
        raise
    except (RecursionError, MemoryError, ValueError, OverflowError):
        message = f"The expression is nested deeper than {DEEPEST_SOURCE} levels."
        raise ExpressionError(message, 0, len(source), "Compute parts in `set` steps.") from None
    return Expression(source, tree, references)


def _shift(tree: ast.expr) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.col_offset -= 1
            assert node.end_col_offset is not None  # the parser sets it
            node.end_col_offset -= 1


def _syntax_error(source: str, tokens: list[Token], error: SyntaxError) -> ExpressionError:
    offset = max((error.offset or 1) - 2, 0)
    token = next((token for token in tokens if token.end > offset), tokens[-1])
    said = error.msg or ""
    if "expected 'else'" in said:
        help_ = "Write `x if condition else y`."
        return ExpressionError("An `if` has no `else`.", token.start, len(source.rstrip()), help_)
    if "Generator expression" in said:
        help_ = "Put it in brackets: `[x for x in xs]`."
        return ExpressionError(
            "A generator stands among other values.", token.start, token.end, help_
        )
    if "too many" in said:
        return ExpressionError(f"The expression is {said}.", token.start, token.end)
    return ExpressionError(f"{token.text!r} is not expected here.", token.start, token.end)
