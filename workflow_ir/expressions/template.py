"""Text with ``${{ expressions }}`` in it.

The end of an expression is found with the tokeniser's knowledge of strings and brackets, so ``}}``
may stand in a string or close two maps. ``$${{`` is a literal ``${{``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workflow_ir.expressions.errors import ExpressionError
from workflow_ir.expressions.evaluate import Evaluator, compile
from workflow_ir.expressions.frame import Frame
from workflow_ir.expressions.json_text import require_text_size, text_of
from workflow_ir.expressions.parse import Expression, parse
from workflow_ir.types.model import JsonValue

OPEN: Final = "${{"
CLOSE: Final = "}}"
_FARTHEST_END: Final = 65_536
"""Characters in which the end of an expression is looked for; far more than one may have."""
_MARK: Final = re.compile(r"\$\$\{\{|\$\{\{")
_STEP: Final = re.compile(
    r"""(?P<string>"(?:[^"\\\r\n]++|\\.)*+"|'(?:[^'\\\r\n]++|\\.)*+')|(?P<bracket>[()\[\]{}])""",
    re.DOTALL,
)


class TemplateError(ExpressionError):
    """A ``${{`` without its ``}}``; offsets count characters of the template."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An expression in a template."""

    expression: Expression
    offset: int
    """Where the expression's own first character stands in the template: add it to the offsets of
    references and problems."""
    start: int
    """Where its ``${{`` stands."""
    end: int
    """The offset after its ``}}``."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template that was read."""

    source: str
    """The text as written."""
    parts: tuple[str | Slot, ...]
    """Literal text (escapes undone, never empty) and expressions, in order."""

    @property
    def single(self) -> Slot | None:
        """The expression, if the template is exactly one: then its value keeps its type."""
        only = self.parts[0] if len(self.parts) == 1 else None
        return only if isinstance(only, Slot) else None

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The expressions, in order; none: the template is plain text."""
        return tuple(part for part in self.parts if isinstance(part, Slot))


def parse_template(text: str) -> Template:
    """Reads a template.

    A scalar that is one ``${{ }}`` and nothing else, blanks included, keeps the type of its value.

    Raises:
        TemplateError: If a ``${{`` is not closed.
        ExpressionError: If an expression cannot be read; offsets are those of the template.

    >>> [part if isinstance(part, str) else part.expression.source
    ...  for part in parse_template("Hi ${{ a.b }}, $${{ literal }}").parts]
    ['Hi ', 'a.b', ', ${{ literal }}']
    """
    parts: list[str | Slot] = []
    literal: list[str] = []
    position = 0
    while (mark := _MARK.search(text, position)) is not None:
        literal.append(text[position : mark.start()])
        if mark.group() != OPEN:
            literal.append(OPEN)
            position = mark.end()
            continue
        end = _end_of(text, mark.end())
        _flush(literal, parts)
        parts.append(_slot(text, mark.start(), end))
        position = end + len(CLOSE)
    literal.append(text[position:])
    _flush(literal, parts)
    return Template(text, tuple(parts))


def has_expressions(text: str) -> bool:
    """Whether a text holds a ``${{`` that is not escaped, closed or not."""
    return any(mark.group() == OPEN for mark in _MARK.finditer(text))


def _flush(literal: list[str], parts: list[str | Slot]) -> None:
    joined = "".join(literal)
    literal.clear()
    if joined:
        parts.append(joined)


def _end_of(text: str, start: int) -> int:
    """The offset of the ``}}`` that closes an expression."""
    opened: list[str] = []
    position = start
    while position < min(len(text), start + _FARTHEST_END):
        # An open `(` or `[` does not hide the end: the parser then says what is open.
        if text.startswith(CLOSE, position) and (not opened or opened[-1] != "{"):
            return position
        step = _STEP.match(text, position)
        if step is None:
            if text[position] in "\"'":
                break  # not closed: looking further at each quote would take quadratic time
            position += 1
            continue
        if step.lastgroup == "bracket":
            if step.group() in "([{":
                opened.append(step.group())
            elif opened:
                opened.pop()
        position = step.end()
    # A quote or brace that is never closed may hide the end.
    end = text.find(CLOSE, start)
    if end >= 0:
        return end
    stop = next((i for i in range(start, len(text)) if text[i] in "\r\n"), len(text))
    raise TemplateError(
        "`${{` is never closed.",
        start - len(OPEN),
        stop,
        "End it with `}}` where a single `}` stands."
        if "}" in text[start:stop]
        else "Add `}}`, or write `$${{` for the characters themselves. In YAML, quote a text with "
        "` #`.",
    )


def _slot(text: str, start: int, end: int) -> Slot:
    inner = text[start + len(OPEN) : end]
    source = inner.strip(" \t\r\n")
    offset = start + len(OPEN) + len(inner) - len(inner.lstrip(" \t\r\n"))
    if not source:
        message = "`${{ }}` holds no expression."
        raise ExpressionError(message, start, end + len(CLOSE), "Write a value.")
    try:
        expression = parse(source)
    except ExpressionError as error:
        error.offset += offset
        error.end += offset
        raise
    return Slot(expression, offset, start, end + len(CLOSE))


def compile_template(template: Template) -> Evaluator:
    """A function from the names in scope to the value of a template: see `render`."""
    single = template.single
    if single is not None:
        return compile(single.expression)
    parts = [part if isinstance(part, str) else compile(part.expression) for part in template.parts]
    return lambda names: render(parts, names)


def render(
    parts: Sequence[str | Callable[[Mapping[str, object]], JsonValue]],
    names: Mapping[str, object],
) -> JsonValue:
    """The text of a template: strings enter as they are, other values as compact JSON (spec 8).

    One expression alone keeps its type. What an expression gives is never read as a template again.

    Args:
        parts: Literal text and evaluators.
        names: The names in scope.

    Raises:
        EvaluationError: From an expression, or ``expression.cost`` above 1 MiB.

    >>> from workflow_ir.expressions.parse import parse
    >>> render(["n=", compile(parse("n"))], {"n": [1, "a"]})
    'n=[1,"a"]'
    """
    if len(parts) == 1 and not isinstance(parts[0], str):
        return parts[0](names)
    texts: list[str] = []
    size = 0
    for part in parts:
        text = part if isinstance(part, str) else text_of(Frame(names, 0), part(names))
        size += len(text)
        require_text_size(size)
        texts.append(text)
    return "".join(texts)
