"""Values as written: what mirrors ``workflow_ir.values``, with places."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import JsonValue

from compiler.parse.tree import KeyNode, ScalarNode
from workflow_ir.expressions import Expression
from workflow_ir.span import Span


@dataclass(frozen=True, slots=True)
class Expr:
    """An expression, parsed; ``at`` finds the place of any part of it."""

    expression: Expression
    span: Span
    """The expression without ``${{ }}``."""
    scalar: ScalarNode = field(repr=False, compare=False)
    """The scalar that holds it."""
    start: int = 0
    """Offset of the expression's source in the scalar's text."""

    @property
    def source(self) -> str:
        """The expression as written."""
        return self.expression.source

    def at(self, start: int, end: int) -> Span:
        """The place of ``source[start:end]``."""
        return self.scalar.at(self.start + start, self.start + end)


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant, or a whole list or map without any expression."""

    value: JsonValue
    span: Span


@dataclass(frozen=True, slots=True)
class Text:
    """Text with expressions in it."""

    parts: tuple[str | Expr, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Map:
    """An object; its keys are never computed."""

    entries: tuple[tuple[KeyNode, Value], ...]
    span: Span

    def get(self, key: str) -> Value | None:
        """The value of a key, or None."""
        return next((value for name, value in self.entries if name.text == key), None)


@dataclass(frozen=True, slots=True)
class List:
    """A list."""

    items: tuple[Value, ...]
    span: Span


Value = Literal | Expr | Text | Map | List
"""Any value as written."""


def expressions_in(value: Value | None) -> tuple[Expr, ...]:
    """Every expression of a value, in written order."""
    match value:
        case None | Literal():
            return ()
        case Expr():
            return (value,)
        case Text():
            return tuple(part for part in value.parts if isinstance(part, Expr))
        case Map():
            return tuple(found for _, entry in value.entries for found in expressions_in(entry))
        case List():
            return tuple(found for item in value.items for found in expressions_in(item))


def literal_of(value: Value) -> tuple[bool, JsonValue]:
    """Whether a value holds no expression, and if so the data it is."""
    match value:
        case Literal():
            return True, value.value
        case Map():
            pairs = [(key.text, literal_of(entry)) for key, entry in value.entries]
            return all(ok for _, (ok, _) in pairs), {key: data for key, (_, data) in pairs}
        case List():
            found = [literal_of(item) for item in value.items]
            return all(ok for ok, _ in found), [data for _, data in found]
        case _:
            return False, None
