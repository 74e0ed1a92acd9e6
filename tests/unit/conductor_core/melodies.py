"""Small Melodies, built as IR."""

from __future__ import annotations

from typing import Any, Literal

from workflow_ir.ids import StepAddress, StepId
from workflow_ir.players import Player, PythonPlayer
from workflow_ir.policy import (
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
    Arm,
    Body,
    Branch,
    Dependency,
    ForEach,
    Guard,
    Play,
    Scope,
    Set,
    Step,
    When,
)
from workflow_ir.values import ExprValue, LiteralValue, MapValue, Value
from workflow_ir.workflow import WorkflowIR

ONCE = Policy(retry=Retry(max_attempts=1))


def expr(source: str) -> ExprValue:
    return ExprValue(kind="expr", source=source)


def literal(value: Any) -> LiteralValue:
    return LiteralValue(kind="literal", value=value)


def mapping(**entries: Value) -> MapValue:
    return MapValue(kind="map", entries=entries)


def trying(attempts: int | None = None, **facts: Any) -> Policy:
    """A policy with this many attempts; retry facts and limits by their field names."""
    limits = {
        name: facts.pop(name)
        for name in ("timeout_s", "total_timeout_s", "wall_s")
        if name in facts
    }
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
        body=verb,
    )


def set_(source: str) -> Set:
    return Set(kind="set", value=expr(source))


def guarded(body: Set | Branch, **facts: Any) -> Guard:
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
) -> ForEach:
    return ForEach.model_validate(
        {
            "kind": "for_each",
            "items": expr(items),
            "as": as_,
            "concurrency": concurrency,
            "succeed_if": succeed_if or SucceedIf(kind="all"),
            "body": body,
        }
    )


def arm(
    name: str, condition: str | None, *steps: Step, result: str | None = None, waits: str = ""
) -> Arm:
    scope = Scope(
        steps=steps,
        result=None if result is None else expr(result),
        depends=tuple(Dependency(on=StepAddress(on)) for on in waits.split()),
    )
    return Arm(name=name, when=None if condition is None else expr(condition), scope=scope)


def branch(*arms: Arm) -> Branch:
    return Branch(kind="branch", arms=arms)


def step(
    address: str,
    body: Body,
    *needs: str,
    tolerates: tuple[str, ...] = (),
    priority: Importance = Importance.NORMAL,
) -> Step:
    depends = [Dependency(on=StepAddress(on)) for on in needs]
    depends += [Dependency(on=StepAddress(on), tolerant=True) for on in tolerates]
    return Step(
        id=StepId(address.rpartition(".")[2]),
        address=StepAddress(address),
        depends=tuple(depends),
        priority=priority,
        body=body,
    )


def melody(
    *steps: Step,
    on_step_failure: Literal["cancel", "finish_independent"] = "cancel",
    concurrency: int = 32,
    players: dict[str, Player] | None = None,
    result: Value | None = None,
    **outputs: str,
) -> WorkflowIR:
    """Outputs are expressions; ``result`` replaces their map."""
    return WorkflowIR(
        kind="melody.ir/1",
        name="tune",
        players=players or {},
        policy=RunPolicy(on_step_failure=on_step_failure, concurrency=concurrency),
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
