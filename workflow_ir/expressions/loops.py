"""Comprehensions as closures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from workflow_ir.expressions.frame import Code, Frame
from workflow_ir.expressions.limits import MOST_ITEMS
from workflow_ir.expressions.operators import named, truth, type_error
from workflow_ir.types.model import JsonValue

Bind = Callable[[Frame, JsonValue], None]
"""Gives one item of a list to the names of a loop."""
Values = Callable[[Frame], Iterator[JsonValue]]
"""The values of a comprehension, each computed when it is asked for."""


@dataclass(frozen=True, slots=True)
class Loop:
    """``for target in items if condition …``."""

    items: Code
    bind: Bind
    conditions: tuple[Code, ...]
    shown: str
    """The source of `items`, for messages."""

    def run(self, frame: Frame) -> Iterator[None]:
        """Binds each item for which the conditions hold, one at a time."""
        whole = self.items(frame)
        if not isinstance(whole, list):
            hint = "; write keys(x) or values(x)" if isinstance(whole, dict) else ""
            raise type_error(f"for goes over a list, not {named(whole)}, in `{self.shown}`{hint}")
        for item in whole:
            frame.charge(1 + len(self.conditions))
            self.bind(frame, item)
            if all(truth(condition(frame), "if") for condition in self.conditions):
                yield None


def turns(loops: Sequence[Loop], value: Code, *, cost: int) -> Values:
    """The values of a comprehension; each turn is paid with ``cost`` units."""

    def run(frame: Frame, depth: int) -> Iterator[None]:
        if depth == len(loops):
            frame.charge(cost)
            yield None
            return
        for _ in loops[depth].run(frame):
            yield from run(frame, depth + 1)

    def values(frame: Frame) -> Iterator[JsonValue]:
        for _ in run(frame, 0):
            yield value(frame)

    return values


def collect(values: Values) -> Code:
    """The list of all values."""

    def build(frame: Frame) -> JsonValue:
        result: list[JsonValue] = []
        for item in values(frame):
            result.append(item)
            if len(result) > MOST_ITEMS:
                frame.charge_items(len(result))
        return result

    return build


def bind_name(slot: int) -> Bind:
    """``for x``."""

    def bind(frame: Frame, item: JsonValue) -> None:
        frame.locals[slot] = item

    return bind


def unpack(parts: Sequence[Bind]) -> Bind:
    """``for a, b``: items are lists of as many values."""

    def bind(frame: Frame, item: JsonValue) -> None:
        if not isinstance(item, list) or len(item) != len(parts):
            raise type_error(f"{named(item)} is no list of {len(parts)} values for a `for`")
        for part, member in zip(parts, item, strict=True):
            part(frame, member)

    return bind
