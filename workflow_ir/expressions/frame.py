"""One evaluation: the names it may read, the values of its loops, and what it may still spend."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from workflow_ir.expressions.errors import EvaluationError
from workflow_ir.expressions.limits import MOST_COST, MOST_ITEMS, MOST_TEXT
from workflow_ir.types.model import JsonValue

NOW = "__now__"
"""The name under which the caller gives the step's start time, ISO-8601 text in UTC."""
HEALTH = "__health__"
"""The name under which the caller of a ``require`` gives a function from a name to a boolean."""


class Frame:
    """The state of one evaluation."""

    __slots__ = ("left", "locals", "names")

    def __init__(self, names: Mapping[str, object], locals_: int) -> None:
        self.names = names
        self.locals: list[JsonValue] = [None] * locals_
        self.left = MOST_COST

    def charge(self, units: int) -> None:
        """Takes units of work from what is left.

        Raises:
            EvaluationError: ``expression.cost`` when nothing is left.
        """
        self.left -= units
        if self.left < 0:
            raise EvaluationError(
                "expression.cost",
                f"the expression takes more than {MOST_COST:,} units of work; do it in a player",
            )

    def charge_text(self, size: int) -> None:
        """Refuses a text of ``size`` characters that is about to be made, or pays for it."""
        if size > MOST_TEXT:
            raise EvaluationError(
                "expression.cost",
                f"a text of {size:,} characters would be made; at most {MOST_TEXT:,} are allowed",
            )
        self.charge(size >> 6)

    def charge_items(self, count: int) -> None:
        """Refuses a list of ``count`` items that is about to be made, or pays for it."""
        if count > MOST_ITEMS:
            raise EvaluationError(
                "expression.cost",
                f"a list of {count:,} items would be made; at most {MOST_ITEMS:,} are allowed",
            )
        self.charge(count)


Code = Callable[[Frame], JsonValue]
"""One part of an expression, compiled."""


def measure(value: JsonValue, most: int = MOST_TEXT) -> int:
    """A lower bound of the length of a value's JSON; counting stops above ``most``.

    Shared parts count each time they are written, as in JSON.

    >>> measure(["ab", 1, {}])
    11
    """
    size = 0
    stack: list[JsonValue] = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            size += len(item) + 2
        elif isinstance(item, list):
            size += len(item) + 1 if item else 2
            stack += item
        elif isinstance(item, dict):
            size += 2 * len(item) + 1 if item else 2
            stack += item
            stack += item.values()
        else:
            size += 1
        if size + len(stack) > most:
            return size + len(stack)
    return size


def require_size(frame: Frame, value: JsonValue) -> None:
    """Refuses a value whose JSON is over 1 MiB.

    Raises:
        EvaluationError: ``expression.cost``.
    """
    size = measure(value)
    if size > MOST_TEXT:
        message = f"the value is larger than {MOST_TEXT:,} bytes as JSON"
        raise EvaluationError("expression.cost", message)
    frame.charge(size >> 6)
