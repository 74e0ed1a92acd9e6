"""The differences of two meanings, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import JsonValue

from melody.semantic_diff.meaning import SCHEMAS, Meaning, Subject, Thing, meaning
from workflow_ir.canonical import canonical_json
from workflow_ir.workflow import WorkflowIR

Aspect = Literal["existence", "prompt", "policy", "type", "value"]
"""What about a thing is different."""

_ASPECTS: dict[str, Aspect] = {
    "prompt": "prompt",
    "system": "prompt",
    "output": "type",
    "schema": "type",
    "policy": "policy",
    "form": "type",
    "input": "type",
    "gate": "policy",
    "on_failure": "policy",
    "succeed_if": "policy",
    "barrier_timeout_s": "policy",
    "window": "policy",
    "on_max": "policy",
    "on_timeout": "policy",
    "on_reject": "policy",
    "expires_s": "policy",
    "importance": "policy",
    "fallback": "policy",
    "refresh": "policy",
    "effects": "policy",
    "timeout_s": "policy",
    "gap_accepted": "policy",
    "retry": "policy",
    "priority": "policy",
}
"""By the first word of a field; any other field is a value."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference."""

    change: Literal["added", "removed", "changed"]
    subject: Subject
    name: str
    field: str | None = None
    """Dotted; None: the thing as a whole is added or removed."""
    before: JsonValue = None
    """None where there was nothing."""
    after: JsonValue = None

    @property
    def aspect(self) -> Aspect:
        """What it is about."""
        if self.field is None:
            return "existence"
        if self.subject == "policy":
            return "policy"
        return _ASPECTS.get(self.field.partition(".")[0], "value")

    def to_json(self) -> dict[str, Any]:
        """A member of ``melody.diff/1``."""
        return {
            "change": self.change,
            "subject": self.subject,
            "name": self.name,
            "aspect": self.aspect,
            "field": self.field,
            "before": self.before,
            "after": self.after,
        }


def changes(before: WorkflowIR, after: WorkflowIR) -> tuple[Change, ...]:
    """Every difference in meaning, by subject, in the order of the files; none: equal."""
    old, new = meaning(before), meaning(after)
    found = [each for thing in _things(old, new) for each in _of_thing(thing, old, new)]
    rank = {subject: place for place, subject in enumerate(get_args(Subject))}
    return tuple(sorted(found, key=lambda each: rank[each.subject]))


def _things(old: Meaning, new: Meaning) -> Iterator[Thing]:
    yield from new
    yield from (thing for thing in old if thing not in new)


def _of_thing(thing: Thing, old: Meaning, new: Meaning) -> Iterator[Change]:
    before, after = old.get(thing), new.get(thing)
    if before is None:
        yield Change("added", thing.subject, thing.name, after=dict(after or {}))
    elif after is None:
        yield Change("removed", thing.subject, thing.name, before=dict(before))
    else:
        found = list(_of_map(thing, dict(before), dict(after), ""))
        # The layers say nothing new beside the fields that they hold.
        telling = [each for each in found if each.field != "layers"]
        yield from telling or found


def _of_map(
    thing: Thing, before: dict[str, JsonValue], after: dict[str, JsonValue], path: str
) -> Iterator[Change]:
    for name in (*after, *(name for name in before if name not in after)):
        field = f"{path}.{name}" if path else name
        if name not in before:
            yield Change("added", thing.subject, thing.name, field, after=after[name])
        elif name not in after:
            yield Change("removed", thing.subject, thing.name, field, before=before[name])
        else:
            yield from _of_value(thing, before[name], after[name], field)


def _of_value(thing: Thing, before: JsonValue, after: JsonValue, field: str) -> Iterator[Change]:
    if canonical_json(before) == canonical_json(after):
        return
    if isinstance(before, dict) and isinstance(after, dict) and field not in SCHEMAS:
        yield from _of_map(thing, before, after, field)
    else:
        yield Change("changed", thing.subject, thing.name, field, before, after)
