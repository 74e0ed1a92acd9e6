"""Steps of the IR: a verb inside explicit wrappers, in one fixed order (spec 2, Steps).

``When(Window(Require(ForEach(Guard(verb)))))``: a modifier that was not written has no wrapper.
Backends see wrappers and verbs only; they know no modifiers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from workflow_ir.frozen import Frozen
from workflow_ir.ids import StepAddress, StepId
from workflow_ir.players import Schema
from workflow_ir.policy import Gate, Importance, Policy, Rung, SucceedIf
from workflow_ir.values import ExprValue, ListValue, MapValue, Value


class Route(Frozen):
    """Routing by capability: who may perform, resolved when the Melody was compiled."""

    provides: str
    """The capability asked for: ``code.score``."""
    candidates: tuple[str, ...] = Field(min_length=1)
    """Enabled players that provide it: the preferred first, then in the order of the file."""
    balance: Literal["round_robin", "random", "least_loaded", "priority"] = "priority"
    """How one is chosen; ``priority`` takes the first."""


class Play(Frozen):
    """A player performs. ``run:`` is a Play of an anonymous command player ``run:ADDRESS``."""

    kind: Literal["play"]
    player: str | None = None
    """Its name; None where ``route`` chooses one."""
    route: Route | None = None
    with_: MapValue | None = Field(default=None, alias="with")
    prompt: Value | None = None
    arguments: ListValue | None = None
    """Of ``run:``: what its command reads of the run; the template knows it as ``arguments``."""

    @model_validator(mode="after")
    def _one_way_to_a_player(self) -> Play:
        if (self.player is None) == (self.route is None):
            message = "a play has a player or a route, and not both"
            raise ValueError(message)
        return self

    def players(self) -> tuple[str, ...]:
        """The players that may be asked first."""
        if self.route is not None:
            return self.route.candidates
        assert self.player is not None
        return (self.player,)


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


class Group(Frozen):
    """Steps with a scope of their own."""

    kind: Literal["group"]
    scope: Scope


class Side(Frozen):
    """One named branch of a ``parallel``."""

    name: str
    scope: Scope


class Parallel(Frozen):
    """Named branches side by side that meet at a sync point."""

    kind: Literal["parallel"]
    sides: tuple[Side, ...]
    succeed_if: SucceedIf = SucceedIf(kind="all")
    barrier_timeout_s: float | None = Field(default=None, gt=0)
    """How long the sync point waits for those that are not there, seconds; None: for ever."""


class Repeat(Frozen):
    """A loop: ``while`` is tested before an iteration, ``until`` after it; exactly one of them."""

    kind: Literal["repeat"]
    scope: Scope
    max: int = Field(ge=1)
    until: ExprValue | None = None
    while_: ExprValue | None = Field(default=None, alias="while")
    on_max: Literal["fail", "accept"] = "fail"


class Call(Frozen):
    """A sub-melody, resolved when the Melody was compiled."""

    kind: Literal["call"]
    module: str
    """Key in ``WorkflowIR.modules``: the hash of the sub-melody."""
    with_: MapValue | None = Field(default=None, alias="with")


class Approval(Frozen):
    """Waits for a person."""

    kind: Literal["approval"]
    text: Value
    show: MapValue | None = None
    form: Schema | None = None
    """JSON Schema of the fields to fill in; without it there is only the choice."""
    assignees: tuple[str, ...] = ()
    expires_s: float | None = Field(default=None, gt=0)
    on_timeout: Literal["approve", "reject", "fail"] = "fail"
    on_reject: Literal["fail", "continue"] = "fail"


class Wait(Frozen):
    """Waits for a duration, a moment or an event: exactly one of them."""

    kind: Literal["wait"]
    seconds: float | None = Field(default=None, ge=0)
    until: Value | None = None
    """A moment as ISO-8601 text; a moment in the past does not wait."""
    event: str | None = None
    """Name of an external event; its payload is the output."""


class Fail(Frozen):
    """Ends the enclosing scope as failed."""

    kind: Literal["fail"]
    error: str
    message: Value | None = None


Verb = Play | Set | Branch | Group | Parallel | Repeat | Call | Approval | Wait | Fail
"""What a step does."""


class Reconstruct(Frozen):
    """How a missing output is made from a later or already existing one (spec 4)."""

    source: Value
    """``from``; its references make no edge."""
    player: str


class Compensate(Frozen):
    """What undoes a step when its run fails later; it sees ``output`` beside what its step sees."""

    body: Annotated[Guard | Verb, Field(discriminator="kind")]


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
    reconstruct: Reconstruct | None = None
    compensate: Compensate | None = None
    idempotency_key: Value | None = None
    """Replaces the key that is made of the step and its inputs (spec 3, Durability)."""
    body: Annotated[Verb, Field(discriminator="kind")]

    def contains(self) -> bool:
        """A failure inside may end here, or time may: the inside needs a graph of its own."""
        budget = self.policy.budget
        wall_s = None if budget is None else budget.wall_s
        limited = self.policy.timeout_s is not None or wall_s is not None
        ways_on = (self.on_failure, self.gate, self.reconstruct)
        return limited or any(one is not None for one in ways_on)


class ForEach(Frozen):
    """A map: one performance for each item, all inside one step."""

    kind: Literal["for_each"]
    items: Value
    as_: str = Field(default="item", alias="as")
    concurrency: int | None = Field(default=None, ge=1)
    """Items in performance at the same time; None: no limit of its own."""
    succeed_if: SucceedIf = SucceedIf(kind="all")
    barrier_timeout_s: float | None = Field(default=None, gt=0)
    """How long the sync point waits for items that are not there, seconds; None: for ever."""
    body: Annotated[Guard | Verb, Field(discriminator="kind")]


class Require(Frozen):
    """A condition about services and the machine that must hold when the step starts."""

    kind: Literal["require"]
    condition: ExprValue
    body: Annotated[ForEach | Guard | Verb, Field(discriminator="kind")]


class OpenTime(Frozen):
    """A time of the week at which a step may start."""

    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    """Days on which it begins; Monday is 0."""
    start_minute: int = Field(ge=0, lt=1440)
    """Minutes after midnight."""
    end_minute: int = Field(gt=0, le=1440)
    """First minute after it; at or before ``start_minute`` it ends on the next day."""
    zone: str = "UTC"
    """Name in the IANA time zone database."""


class Window(Frozen):
    """The step starts only at one of these times, and waits for the next one."""

    kind: Literal["window"]
    times: tuple[OpenTime, ...] = Field(min_length=1)
    body: Annotated[Require | ForEach | Guard | Verb, Field(discriminator="kind")]


class When(Frozen):
    """Performed only if the condition holds, else the step is skipped."""

    kind: Literal["when"]
    condition: ExprValue
    body: Annotated[Window | Require | ForEach | Guard | Verb, Field(discriminator="kind")]


Body = Annotated[When | Window | Require | ForEach | Guard | Verb, Field(discriminator="kind")]
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
    weight: float = Field(default=1.0, gt=0)
    """Multiplier of the priority's score: that of the step's ``task_type`` (spec 3)."""
    body: Body


class Scope(Frozen):
    """Steps that see one another, and the value of the whole."""

    steps: tuple[Step, ...] = ()
    result: Value | None = None
    depends: tuple[Dependency, ...] = ()
    """Steps outside this scope that the result reads; they must settle before it is evaluated."""


for _model in (Arm, Branch, Group, Side, Parallel, Repeat, Compensate, Guard, ForEach, Require):
    _model.model_rebuild()
Window.model_rebuild()
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


class Layers(NamedTuple):
    """The wrappers of a step, None where one is absent, and its verb."""

    when: When | None
    window: Window | None
    require: Require | None
    each: ForEach | None
    guard: Guard | None
    verb: Verb


def layers(step: Step) -> Layers:
    """Take a step apart, outermost layer first."""
    body: When | Window | Require | ForEach | Guard | Verb = step.body
    when = window = require = each = guard = None
    if isinstance(body, When):
        when, body = body, body.body
    if isinstance(body, Window):
        window, body = body, body.body
    if isinstance(body, Require):
        require, body = body, body.body
    if isinstance(body, ForEach):
        each, body = body, body.body
    if isinstance(body, Guard):
        guard, body = body, body.body
    return Layers(when, window, require, each, guard, body)


def holds_scopes(verb: Verb) -> bool:
    """Steps stand inside it."""
    return isinstance(verb, Branch | Group | Parallel | Repeat | Call)


def scopes_of(verb: Verb) -> tuple[tuple[str, Scope], ...]:
    """The scopes inside a verb by the name of their place; empty where there is only one."""
    match verb:
        case Branch(arms=arms):
            return tuple((arm.name, arm.scope) for arm in arms)
        case Parallel(sides=sides):
            return tuple((side.name, side.scope) for side in sides)
        case Group(scope=scope) | Repeat(scope=scope):
            return (("", scope),)
        case _:
            return ()


def every_step(scope: Scope) -> Iterator[Step]:
    """Every step of a scope and of the scopes inside it, in file order; no sub-melody's."""
    for step in scope.steps:
        yield step
        for _, inner in scopes_of(layers(step).verb):
            yield from every_step(inner)
