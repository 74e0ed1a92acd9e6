"""Steps of the IR: a verb inside explicit wrappers, in one fixed order (spec 2, Steps).

``When(ForEach(Guard(verb)))``: a modifier that was not written has no wrapper. Backends see
wrappers and verbs only; they know no modifiers.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from workflow_ir.frozen import Frozen
from workflow_ir.ids import StepAddress, StepId
from workflow_ir.players import Schema
from workflow_ir.policy import Gate, Importance, Policy, Rung, SucceedIf
from workflow_ir.values import ExprValue, ListValue, MapValue, Value


class Play(Frozen):
    """A player performs. ``run:`` is a Play of an anonymous command player ``run:ADDRESS``."""

    kind: Literal["play"]
    player: str
    with_: MapValue | None = Field(default=None, alias="with")
    prompt: Value | None = None
    arguments: ListValue | None = None
    """Of ``run:``: what its command reads of the run; the template knows it as ``arguments``."""


class Set(Frozen):
    """Pure data: evaluates to its value."""

    kind: Literal["set"]
    value: Value


class Arm(Frozen):
    """One way of a branch. ``when`` None is the arm with ``else: true``."""

    name: str
    when: ExprValue | None = None
    scope: Scope


class Branch(Frozen):
    """The first arm whose condition holds is taken; without one the step is skipped."""

    kind: Literal["branch"]
    arms: tuple[Arm, ...]


Verb = Annotated[Play | Set | Branch, Field(discriminator="kind")]


class Guard(Frozen):
    """``policy(gate(validate(perform)))`` round one performance."""

    kind: Literal["guard"]
    output: Schema | None = None
    """JSON Schema the output must meet; None: anything."""
    gate: Gate | None = None
    policy: Policy = Policy()
    on_failure: tuple[Rung, ...] | None = None
    """Replaces the ladder of the error's class; None: that ladder."""
    importance: Importance = Importance.NORMAL
    gap_accepted: bool = False
    """Every reader of this step accepts a gap, so the ladder may skip it unasked (spec 8)."""
    body: Verb


class ForEach(Frozen):
    """A map: one performance for each item, all inside one step."""

    kind: Literal["for_each"]
    items: Value
    as_: str = Field(default="item", alias="as")
    concurrency: int | None = Field(default=None, ge=1)
    """Items in performance at the same time; None: no limit of its own."""
    succeed_if: SucceedIf = SucceedIf(kind="all")
    body: Annotated[Guard | Set | Branch, Field(discriminator="kind")]


class When(Frozen):
    """Performed only if the condition holds, else the step is skipped."""

    kind: Literal["when"]
    condition: ExprValue
    body: Annotated[ForEach | Guard | Set | Branch, Field(discriminator="kind")]


Body = Annotated[When | ForEach | Guard | Set | Branch, Field(discriminator="kind")]
"""The outermost layer of a step. ``Play`` stands always in a ``Guard``."""


class Dependency(Frozen):
    """A step waits for another one to settle."""

    on: StepAddress
    because: Literal["data", "order"] = "data"
    """``data``: a reference; ``order``: ``needs``."""
    tolerant: bool = False
    """Every read is guarded (``default``, ``has``, ``.ok`` …): it may have failed or be a gap."""


class Step(Frozen):
    """One named step of a scope."""

    id: StepId
    address: StepAddress
    label: str | None = None
    at: str | None = None
    depends: tuple[Dependency, ...] = ()
    """Steps of this scope or of an enclosing one that must settle first."""
    priority: Importance = Importance.NORMAL
    body: Body


class Scope(Frozen):
    """Steps that see one another, and the value of the whole."""

    steps: tuple[Step, ...] = ()
    result: Value | None = None
    depends: tuple[Dependency, ...] = ()
    """Steps outside this scope that the result reads; they must settle before it is evaluated."""


Arm.model_rebuild()
Branch.model_rebuild()
Guard.model_rebuild()
ForEach.model_rebuild()
When.model_rebuild()
Step.model_rebuild()
Scope.model_rebuild()

PRIORITY_SCORE = {
    Importance.LOW: 1,
    Importance.NORMAL: 2,
    Importance.HIGH: 3,
    Importance.CRITICAL: 4,
}
"""Seed 003's scores: higher starts first."""


def layers(step: Step) -> tuple[When | None, ForEach | None, Guard | None, Play | Set | Branch]:
    """The wrappers and the verb of a step, outermost first; None where a layer is absent."""
    body: When | ForEach | Guard | Play | Set | Branch = step.body
    when = body if isinstance(body, When) else None
    if isinstance(body, When):
        body = body.body
    each = body if isinstance(body, ForEach) else None
    if isinstance(body, ForEach):
        body = body.body
    guard = body if isinstance(body, Guard) else None
    if isinstance(body, Guard):
        body = body.body
    assert isinstance(body, Play | Set | Branch)  # the union admits nothing else here
    return when, each, guard, body
