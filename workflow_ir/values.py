"""Values of the IR: explicit trees in which text is never parsed as an expression again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from workflow_ir.frozen import Data, Frozen


class LiteralValue(Frozen):
    """A constant."""

    kind: Literal["literal"]
    value: Data


class ExprValue(Frozen):
    """An expression whose value keeps its type."""

    kind: Literal["expr"]
    source: str
    """The expression as written, without ``${{ }}``."""
    at: str | None = None
    """Where it stands in the source file: ``12:5-12:20``."""


class TextValue(Frozen):
    """Text with expressions in it; strings enter as they are, other values as JSON (spec 8)."""

    kind: Literal["text"]
    parts: tuple[str | ExprValue, ...]


class MapValue(Frozen):
    """An object whose values are computed; the keys are never computed."""

    kind: Literal["map"]
    entries: dict[str, Value]


class ListValue(Frozen):
    """A list whose items are computed."""

    kind: Literal["list"]
    items: tuple[Value, ...]


class ConvertValue(Frozen):
    """A safe conversion, placed by the compiler at a border where two schemas differ (spec 3)."""

    kind: Literal["convert"]
    to: Literal["number", "object", "field"]
    """``number``: an integer becomes a number; ``object``: a value becomes the only field of an
    object; ``field``: such an object becomes its field's value."""
    field: str | None = None
    """Name of the only field; None for ``number``."""
    value: Value


Value = Annotated[
    LiteralValue | ExprValue | TextValue | MapValue | ListValue | ConvertValue,
    Field(discriminator="kind"),
]
"""Any value of the IR, told apart by ``kind``."""

MapValue.model_rebuild()
ListValue.model_rebuild()
ConvertValue.model_rebuild()


def expressions_of(value: Value | None) -> Iterator[ExprValue]:
    """Every expression inside a value, in written order."""
    match value:
        case None | LiteralValue():
            return
        case ExprValue():
            yield value
        case TextValue():
            yield from (part for part in value.parts if isinstance(part, ExprValue))
        case MapValue():
            for entry in value.entries.values():
                yield from expressions_of(entry)
        case ListValue():
            for item in value.items:
                yield from expressions_of(item)
        case ConvertValue():
            yield from expressions_of(value.value)
