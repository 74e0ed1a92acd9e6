"""What may stand beside a verb, as arguments of Python and as keys of the document."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from melody.builder.names import named
from melody.builder.reference import Reference
from melody.builder.step import Step
from melody.builder.values import Condition, Fixed, Value, condition, fixed, value
from workflow_ir.types.model import JsonValue


@dataclass(frozen=True, slots=True)
class ForEach:
    """A step for each item of a list: ``m.for_each(files, as_="file")``."""

    items: Value
    as_: str | None = None
    concurrency: int | None = None

    @property
    def item(self) -> Reference:
        """The item, inside the step."""
        return named(self.as_ or "item")

    @property
    def index(self) -> Reference:
        """Its number from 0, inside the step."""
        return named(f"{self.as_}_index" if self.as_ else "index")


class Modifiers(TypedDict, total=False):
    """Every one may be left out."""

    id: str
    """The step's key; by default made of the player's name or the verb."""
    label: str
    """Free text for people."""
    when: Condition
    """Performed only if this holds, else skipped."""
    for_each: ForEach | Value
    """Performed for each item; ``m.for_each(…)`` names the item."""
    needs: Sequence[Step | str]
    """Steps that come first although nothing is read of them."""
    output: Fixed
    """The type of what it gives: ``"string"``, ``{"score": "number(0..1)"}``."""
    gate: Mapping[str, Any] | Condition
    """``{"check": …, "on_fail": […]}``, or the condition alone."""
    policy: Mapping[str, Any]
    """``{"timeout": "30s", "retry": {…}}``."""
    on_failure: Sequence[str] | str
    """``["retry", "fallback", "skip"]``."""
    reconstruct: Mapping[str, Any]
    """``{"from": later.output, "play": player}``."""
    require: Condition
    """Waited for before the start."""
    window: Value
    """Allowed times."""
    priority: str
    importance: str
    task_type: str
    compensate: Mapping[str, Any]
    """What undoes it: ``{"play": player, "with": {…}}``; ``m.output`` is what it gave."""
    idempotency_key: Value
    succeed_if: str | int
    """Of a ``for_each`` or ``parallel``: ``all``, ``any``, a number, ``80%``."""
    barrier_timeout: Fixed


def modifiers(given: Mapping[str, Any]) -> dict[str, JsonValue]:
    """The keys of a step for the arguments that were given; ``id`` is none of them.

    Raises:
        TypeError: An argument is unknown, or of a wrong kind.
    """
    found: dict[str, JsonValue] = {}
    for name, argument in given.items():
        if name == "id" or argument is None:
            continue
        if name not in _KINDS:
            message = f"a step takes no argument {name!r}"
            raise TypeError(message)
        if name == "for_each":
            found |= _for_each(argument)
        else:
            found[name.rstrip("_")] = _KINDS[name](argument)
    return found


def step_data(given: Mapping[str, Any]) -> dict[str, JsonValue]:
    """A step given as data: each key by its kind."""
    return {key: _KINDS.get(key, value)(item) for key, item in given.items()}


def gate(given: Mapping[str, Any] | Condition) -> dict[str, JsonValue]:
    """A gate; a condition alone is its check."""
    if not isinstance(given, Mapping):
        return {"check": condition(given)}
    conditions = {"check", "score"}
    return {
        key: condition(item) if key in conditions else fixed(item) for key, item in given.items()
    }


def names(given: object) -> list[JsonValue]:
    """Ids of steps."""
    if isinstance(given, str | Step):
        message = f"`needs` is a list: needs=[{given if isinstance(given, str) else given.id}]"
        raise TypeError(message)
    if not isinstance(given, Sequence):
        message = f"`needs` is a list of steps, not {given!r}"
        raise TypeError(message)
    return [one.id if isinstance(one, Step) else fixed(one) for one in given]


def _for_each(given: ForEach | Value) -> dict[str, JsonValue]:
    if not isinstance(given, ForEach):
        return {"for_each": value(given)}
    found: dict[str, JsonValue] = {"for_each": value(given.items)}
    if given.as_ is not None:
        found["as"] = fixed(given.as_)
    if given.concurrency is not None:
        found["concurrency"] = fixed(given.concurrency)
    return found


_KINDS: Mapping[str, Callable[[Any], JsonValue]] = {
    "label": fixed,
    "when": condition,
    "for_each": value,
    "needs": names,
    "prompt": value,
    "with_": value,
    "output": fixed,
    "gate": gate,
    "policy": value,
    "on_failure": fixed,
    "reconstruct": value,
    "require": condition,
    "window": value,
    "priority": fixed,
    "importance": fixed,
    "task_type": fixed,
    "compensate": step_data,
    "idempotency_key": value,
    "succeed_if": fixed,
    "barrier_timeout": fixed,
}
