"""What an expression sees of a step: the object type behind ``steps.ID`` (spec 2 and 8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from workflow_ir.types.model import (
    Absent,
    Boolean,
    Enum,
    Field,
    Integer,
    ListOf,
    Null,
    Nullable,
    Object,
    String,
    Type,
)

StepKind = Literal["plain", "branch", "repeat", "for_each", "parallel"]
"""What decides the fields of a step: its outermost layer. Every verb that has no field of its own
is ``plain``; a branch in a ``for_each`` is a ``for_each``."""

STATUSES: Final = (
    "pending", "running", "waiting", "succeeded", "recovered", "gap", "failed", "skipped",
    "cancelled", "unknown",
)  # fmt: skip
"""The states of a step (spec 3)."""
RAN: Final = frozenset({"succeeded", "recovered"})
"""The states in which ``.ok`` is true and the output is there."""
NEEDS_THE_STEP: Final = frozenset({"output", "failed", "succeeded"})
"""Fields that a step which did not run does not have; all others read as null, false or 0."""

_ERROR: Final = Object(
    {"class": Field(String()), "code": Field(String()), "message": Field(String())}, closed=False
)


def step_type(
    output: Type,
    *,
    step: str,
    may_be_absent: bool,
    kind: StepKind = "plain",
    arms: Sequence[str] = (),
) -> Object:
    """The type of ``steps.ID``.

    Args:
        output: The type of its output; for a ``for_each`` or ``parallel`` the whole list or map.
        step: Its id, for messages.
        may_be_absent: It may be skipped or leave a gap: ``output``, ``failed`` and ``succeeded``
            are then `Absent` and can be read through ``default``, ``has``, ``coalesce`` or after
            narrowing only.
        kind: Adds ``branch`` (branch), ``exhausted`` (repeat), ``failed`` and ``succeeded``
            (for_each, parallel).
        arms: The names of a branch's arms.

    Returns:
        A closed object, so that a misspelt field is found.
    """

    def read(type_: Type) -> Field:
        return Field(Absent(type_, step) if may_be_absent else type_)

    fields = {
        "output": read(output),
        "status": Field(Enum(STATUSES)),
        "ok": Field(Boolean()),
        "error": Field(Nullable(_ERROR)),
        "attempts": Field(Integer(0)),
        "player": Field(Nullable(String())),
    }
    match kind:
        case "branch":
            fields["branch"] = Field(Nullable(Enum(tuple(arms))) if arms else Null())
        case "repeat":
            fields["exhausted"] = Field(Boolean())
        case "for_each" | "parallel":
            place: Type = Integer(0) if kind == "for_each" else String()
            fields["failed"] = read(ListOf(place))
            fields["succeeded"] = read(Integer(0))
        case "plain":
            pass
    return Object(fields)
