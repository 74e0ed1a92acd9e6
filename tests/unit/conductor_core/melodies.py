"""Small Melodies, built as IR."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from workflow_ir.ids import StepAddress, StepId
from workflow_ir.players import Player, PythonPlayer
from workflow_ir.policy import (
    Budget,
    Gate,
    Importance,
    Jitter,
    Policy,
    Retry,
    Rung,
    RunPolicy,
    SucceedIf,
)
from workflow_ir.steps import (
    Approval,
    Arm,
    Body,
    Branch,
    Call,
    Dependency,
    Fail,
    ForEach,
    Group,
    Guard,
    Parallel,
    Play,
    Repeat,
    Scope,
    Set,
    Side,
    Step,
    Wait,
    When,
)
from workflow_ir.values import ExprValue, LiteralValue, MapValue, Value
from workflow_ir.workflow import Input, WorkflowIR

ONCE = Policy(retry=Retry(max_attempts=1))


_OF_POLICY = ("timeout_s", "total_timeout_s", "wall_s", "budget", "on_exceeded")


def expr(source: str) -> ExprValue:
    return ExprValue(kind="expr", source=source)


def literal(value: Any) -> LiteralValue:
    return LiteralValue(kind="literal", value=value)


def mapping(**entries: Value) -> MapValue:
    return MapValue(kind="map", entries=entries)


def trying(attempts: int | None = None, **facts: Any) -> Policy:
    """A policy with this many attempts; retry facts and limits by their field names."""
    limits = {name: facts.pop(name) for name in _OF_POLICY if name in facts}
    return Policy(retry=Retry(max_attempts=attempts, jitter=Jitter.NONE, **facts), **limits)


def play(
    player: str = "hand",
    *,
    policy: Policy = ONCE,
    on_failure: tuple[Rung, ...] | None = None,
    importance: Importance = Importance.NORMAL,
    gate: str | None = None,
    on_fail: tuple[Rung, ...] | None = None,
    output: dict[str, Any] | None = None,
    gap_accepted: bool = False,
    idempotency_key: str | None = None,
    **with_: str,
) -> Guard:
    entries = MapValue(kind="map", entries={name: expr(source) for name, source in with_.items()})
    verb = Play.model_validate({"kind": "play", "player": player, "with": entries})
    return Guard(
        kind="guard",
        policy=policy,
        on_failure=on_failure,
        importance=importance,
        gate=None if gate is None else Gate(check=expr(gate), on_fail=on_fail),
        output=output,
        gap_accepted=gap_accepted,
        idempotency_key=None if idempotency_key is None else expr(idempotency_key),
        body=verb,
    )


def routed(*candidates: str, balance: str = "priority", provides: str = "work") -> Guard:
    """A play by capability."""
    route = {"provides": provides, "candidates": candidates, "balance": balance}
    verb = Play.model_validate({"kind": "play", "route": route})
    return Guard(kind="guard", policy=ONCE, body=verb)


def set_(source: str) -> Set:
    return Set(kind="set", value=expr(source))


def guarded(body: Any, **facts: Any) -> Guard:
    return Guard(kind="guard", body=body, **facts)


def when(source: str, body: Any) -> When:
    return When(kind="when", condition=expr(source), body=body)


def for_each(
    items: str,
    body: Any,
    *,
    concurrency: int | None = None,
    succeed_if: SucceedIf | None = None,
    as_: str = "item",
    barrier_timeout_s: float | None = None,
) -> ForEach:
    return ForEach.model_validate(
        {
            "kind": "for_each",
            "items": expr(items),
            "as": as_,
            "concurrency": concurrency,
            "succeed_if": succeed_if or SucceedIf(kind="all"),
            "barrier_timeout_s": barrier_timeout_s,
            "body": body,
        }
    )


def scope(*steps: Step, result: str | None = None, waits: str = "") -> Scope:
    return Scope(
        steps=steps,
        result=None if result is None else expr(result),
        depends=tuple(Dependency(on=StepAddress(on)) for on in waits.split()),
    )


def group(*steps: Step, result: str | None = None) -> Group:
    return Group(kind="group", scope=scope(*steps, result=result))


def side(name: str, *steps: Step, result: str | None = None) -> Side:
    return Side(name=name, scope=scope(*steps, result=result))


def parallel(
    *sides: Side, succeed_if: SucceedIf | None = None, barrier_timeout_s: float | None = None
) -> Parallel:
    return Parallel(
        kind="parallel",
        sides=sides,
        succeed_if=succeed_if or SucceedIf(kind="all"),
        barrier_timeout_s=barrier_timeout_s,
    )


def repeat(
    *steps: Step,
    max_: int = 3,
    until: str | None = None,
    while_: str | None = None,
    result: str | None = None,
    on_max: str = "fail",
) -> Repeat:
    return Repeat.model_validate(
        {
            "kind": "repeat",
            "scope": scope(*steps, result=result),
            "max": max_,
            "until": None if until is None else expr(until),
            "while": None if while_ is None else expr(while_),
            "on_max": on_max,
        }
    )


def call(module: WorkflowIR | str, **with_: str) -> Call:
    """``module``: the sub-melody; ``melody`` must be given it too, in ``modules``."""
    key = module if isinstance(module, str) else module.hash
    entries = mapping(**{name: expr(source) for name, source in with_.items()})
    return Call.model_validate({"kind": "call", "module": key, "with": entries})


def approval(text: str = "Well?", form: dict[str, Any] | None = None, **facts: Any) -> Approval:
    return Approval(kind="approval", text=literal(text), form=form, **facts)


def wait(**facts: Any) -> Wait:
    return Wait(kind="wait", **facts)


def fail(error: str = "too.bad", message: str | None = None) -> Fail:
    return Fail(kind="fail", error=error, message=None if message is None else expr(message))


def arm(
    name: str, condition: str | None, *steps: Step, result: str | None = None, waits: str = ""
) -> Arm:
    return Arm(
        name=name,
        when=None if condition is None else expr(condition),
        scope=scope(*steps, result=result, waits=waits),
    )


def branch(*arms: Arm) -> Branch:
    return Branch(kind="branch", arms=arms)


def step(
    address: str,
    body: Body,
    *needs: str,
    tolerates: tuple[str, ...] = (),
    priority: Importance = Importance.NORMAL,
    weight: float = 1.0,
) -> Step:
    depends = [Dependency(on=StepAddress(on)) for on in needs]
    depends += [Dependency(on=StepAddress(on), tolerant=True) for on in tolerates]
    return Step(
        id=StepId(address.rpartition(".")[2]),
        address=StepAddress(address),
        depends=tuple(depends),
        priority=priority,
        weight=weight,
        body=body,
    )


def melody(
    *steps: Step,
    on_step_failure: Literal["cancel", "finish_independent"] = "cancel",
    concurrency: int = 32,
    players: Mapping[str, Player] | None = None,
    result: Value | None = None,
    budget: Budget | None = None,
    modules: tuple[WorkflowIR, ...] = (),
    inputs: dict[str, Input] | None = None,
    **outputs: str,
) -> WorkflowIR:
    """Outputs are expressions; ``result`` replaces their map."""
    return WorkflowIR(
        kind="melody.ir/1",
        name="tune",
        inputs=inputs or {},
        modules={module.hash: module for module in modules},
        players=dict(players or {}),
        policy=RunPolicy(on_step_failure=on_step_failure, concurrency=concurrency, budget=budget),
        root=Scope(
            steps=steps,
            result=result or mapping(**{name: expr(source) for name, source in outputs.items()}),
        ),
    )


def player(*fallback: str, **facts: Any) -> PythonPlayer:
    """A player's entry; what it does is said by the stand."""
    return PythonPlayer.model_validate(
        {"kind": "python", "target": "no:where", "fallback": fallback, **facts}
    )
