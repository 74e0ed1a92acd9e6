"""Steps as written to steps of the IR: the verb inside its wrappers, in the fixed order."""

from __future__ import annotations

from compiler.analysis.dependencies import Read
from compiler.analysis.symbols import ScopeSymbol, StepSymbol
from compiler.lower.context import Context
from compiler.lower.players import lower_run, run_name
from compiler.lower.policy import lower_policy
from compiler.lower.values import lower_expr, lower_map, lower_value
from compiler.parse import syntax
from workflow_ir.ids import StepAddress, StepId
from workflow_ir.players import Schema
from workflow_ir.policy import Gate, Importance, SucceedIf
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
from workflow_ir.types import to_json_schema
from workflow_ir.values import Value


def lower_scope(scope: ScopeSymbol, result: Value | None, context: Context) -> Scope:
    """A scope with its steps in file order."""
    reads = context.dependencies.of_result.get(scope, [])
    return Scope(
        steps=tuple(lower_step(step, context) for step in scope.steps.values()),
        result=result,
        depends=_dependencies(reads),
    )


def lower_step(symbol: StepSymbol, context: Context) -> Step:
    """One step."""
    written = symbol.step
    priority = Importance.NORMAL if written.priority is None else written.priority.value
    return Step(
        id=StepId(symbol.id),
        address=StepAddress(symbol.address),
        label=None if written.label is None else written.label.value,
        at=written.id.span.at,
        depends=_dependencies(context.dependencies.of_step[symbol]),
        priority=priority,
        body=_wrap(symbol, context),
    )


def _wrap(symbol: StepSymbol, context: Context) -> Body:
    """``When(ForEach(Guard(verb)))``, each only where it was written."""
    written = symbol.step
    verb = _verb(symbol, context)
    guarded: Guard | Set | Branch
    if isinstance(verb, Play) or written.output is not None or written.on_failure is not None:
        guarded = _guard(symbol, verb, context)
    else:
        guarded = verb
    body: Body = guarded
    if written.for_each is not None:
        each = written.for_each
        threshold = written.succeed_if
        body = ForEach.model_validate(
            {
                "kind": "for_each",
                "items": lower_value(each.items),
                "as": "item" if each.as_ is None else each.as_.value,
                "concurrency": None if each.concurrency is None else each.concurrency.value,
                "succeed_if": SucceedIf(kind="all")
                if threshold is None
                else SucceedIf.model_validate(
                    {
                        "kind": threshold.kind,
                        "count": threshold.count,
                        "percent": threshold.percent,
                    }
                ),
                "body": guarded,
            }
        )
    if written.when is not None:
        assert not isinstance(body, When)
        body = When(kind="when", condition=lower_expr(written.when), body=body)
    return body


def _guard(symbol: StepSymbol, verb: Play | Set | Branch, context: Context) -> Guard:
    written = symbol.step
    player = context.symbols.player_of(written)
    gate = None
    if written.gate is not None and written.gate.check is not None:
        rungs = written.gate.on_fail
        gate = Gate(
            check=lower_expr(written.gate.check),
            on_fail=None if rungs is None else tuple(rung.value for rung in rungs),
        )
    return Guard(
        kind="guard",
        output=_output(written, player),
        gate=gate,
        policy=lower_policy([written.policy]),
        on_failure=None
        if written.on_failure is None
        else tuple(rung.value for rung in written.on_failure),
        importance=_importance(written, player),
        body=verb,
    )


def _output(step: syntax.Step, player: syntax.Player | None) -> Schema | None:
    """What is written at the step, else at the player; a model gives a text (spec 8, Text)."""
    written = step.output or (None if player is None else player.output)
    if written is not None:
        return dict(to_json_schema(written.type))
    if player is not None and isinstance(player.kind, syntax.ModelKind):
        return {"type": "string"}
    return None


def _importance(step: syntax.Step, player: syntax.Player | None) -> Importance:
    if step.importance is not None:
        return step.importance.value
    if player is not None and player.importance is not None:
        return player.importance.value
    return Importance.NORMAL


def _verb(symbol: StepSymbol, context: Context) -> Play | Set | Branch:
    written = symbol.step
    match written.verb:
        case syntax.Play(player=player):
            return Play.model_validate(
                {
                    "kind": "play",
                    "player": player.value,
                    "with": None if written.with_ is None else lower_map(written.with_),
                    "prompt": None if written.prompt is None else lower_value(written.prompt),
                }
            )
        case syntax.Run() as run:
            return Play.model_validate(
                {
                    "kind": "play",
                    "player": run_name(symbol.address),
                    "with": None if written.with_ is None else lower_map(written.with_),
                    "arguments": lower_run(run)[1],
                }
            )
        case syntax.Set(value=value):
            return Set(kind="set", value=lower_value(value))
        case syntax.Branch():
            return Branch(kind="branch", arms=tuple(_arm(arm, context) for arm in symbol.arms))
        case other:
            message = f"reading refuses this verb: {type(other).__name__}"
            raise AssertionError(message)


def _arm(scope: ScopeSymbol, context: Context) -> Arm:
    arm = scope.arm
    assert arm is not None
    result = None if arm.scope.result is None else lower_value(arm.scope.result)
    return Arm(
        name=arm.name.value,
        when=None if arm.when is None else lower_expr(arm.when),
        scope=lower_scope(scope, result, context),
    )


def _dependencies(reads: list[Read]) -> tuple[Dependency, ...]:
    """One dependency a step read, in the order of first reading."""
    by_address: dict[str, list[Read]] = {}
    for read in reads:
        by_address.setdefault(read.target.address, []).append(read)
    return tuple(
        Dependency(
            on=StepAddress(address),
            because="order" if all(read.ordering for read in found) else "data",
            tolerant=all(_tolerant(read) for read in found),
        )
        for address, found in by_address.items()
    )


def _tolerant(read: Read) -> bool:
    """``needs`` ties a step to another one's success; a guarded read does not."""
    return read.guarded and not read.ordering
