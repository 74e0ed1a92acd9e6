"""Two values side by side, an operator without its value: said in the words of the language.

Python's parser answers these with "invalid syntax"; this runs before it.
"""

from __future__ import annotations

from typing import Final

from workflow_ir.expressions.errors import ExpressionError
from workflow_ir.expressions.limits import DEEPEST_SOURCE
from workflow_ir.expressions.tokens import Token

_OPERANDS: Final = frozenset({"name", "attribute", "number", "string"})
_SIGNS: Final = frozenset({"-", "+", "not"})
_OPERATORS: Final = frozenset(["+", "-", "*", "/", "//", "%", "==", "!=", "<", ">", "<=", ">="])
_OPENERS: Final = frozenset({"(", "[", "{"})
_CLOSERS: Final = frozenset({")", "]", "}"})


def check_token_order(tokens: list[Token]) -> None:
    """Raises where a value or an operator stands in the other's place.

    Raises:
        ExpressionError: At the first such token.
    """
    before: Token | None = None
    signs = 0
    for token in tokens:
        if _ends_value(before):
            signs = 0
            _after_value(before, token)
        else:
            signs = signs + 1 if token.text in _SIGNS and token.kind != "string" else 0
            if signs > DEEPEST_SOURCE:
                message = f"More than {DEEPEST_SOURCE} signs stand before one value."
                raise ExpressionError(message, token.start, token.end)
            _before_value(before, token)
        before = token
    assert before is not None  # an empty text is refused by the tokeniser
    if not _ends_value(before):
        raise ExpressionError(
            f"A value is missing after {before.text!r}.", before.start, before.end, "Write one."
        )


def _ends_value(token: Token | None) -> bool:
    return token is not None and (
        token.kind in _OPERANDS or (token.kind == "mark" and token.text in _CLOSERS)
    )


def _after_value(before: Token | None, token: Token) -> None:
    assert before is not None
    text = token.text
    beside = token.kind in {"name", "number", "string"} or (token.kind == "mark" and text == "{")
    if not beside and text not in _OPENERS:
        return
    if text in {"(", "["} and token.kind == "mark":
        return
    if before.kind == token.kind == "string":
        help_ = "Join them with `+`, or put a comma between them."
        raise ExpressionError("Two strings stand side by side.", token.start, token.end, help_)
    if token.kind == "number" and text.startswith("."):
        help_ = f"Write `[{text[1:]}]` for the item at a position."
    else:
        help_ = "Put an operator or a comma between them."
    raise ExpressionError(
        f"{before.text!r} and {text!r} stand side by side.", before.start, token.end, help_
    )


def _before_value(before: Token | None, token: Token) -> None:
    text = token.text
    if text == "not" and before is not None and before.text in _OPERATORS:
        message = f"`not` stands bare after {before.text!r}."
        raise ExpressionError(message, token.start, token.end, "Write `(not x)`.")
    if token.kind in _OPERANDS or (token.kind == "mark" and text in _OPENERS) or text in _SIGNS:
        if before is not None and before.text == "." and token.kind != "attribute":
            message = f"A name is wanted after the dot, not {text!r}."
            help_ = 'For other keys write `x["key"]`.'
            raise ExpressionError(message, token.start, token.end, help_)
        return
    if before is not None and before.kind in {"mark", "word"}:
        if text in _CLOSERS and before.text in _OPENERS | {",", ":"}:
            return  # an empty bracket, a last comma, `a[1:]`
        if text == ":" and before.text == "[":
            return  # `a[:1]`
        if before.text == "not" and text == "in":
            return
        message = f"A value is missing between {before.text!r} and {text!r}."
        raise ExpressionError(message, before.start, token.end, "Write one.")
    message = f"The expression begins with {text!r}."
    raise ExpressionError(message, token.start, token.end, "Write a value before it.")
