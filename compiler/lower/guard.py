"""The guard round one performance: ``policy(gate(validate(perform)))`` (spec 2, Steps)."""

from __future__ import annotations

from compiler.analysis.symbols import StepSymbol
from compiler.lower.context import Context
from compiler.lower.policy import lower_policy
from compiler.lower.values import lower_expr, lower_value
from compiler.lower.verbs import lower_verb
from compiler.parse import syntax
from workflow_ir.players import Schema
from workflow_ir.policy import Gate, Importance
from workflow_ir.steps import Compensate, Guard, Play, Reconstruct, Verb
from workflow_ir.types import to_json_schema


def guarded(symbol: StepSymbol, context: Context) -> Guard | Verb:
    """The verb, in a guard if it is a play or anything that a guard does is written."""
    verb = lower_verb(symbol, context)
    if isinstance(verb, Play) or _guards(symbol.step):
        return _guard(symbol, verb, context)
    return verb


def _guards(step: syntax.Step) -> bool:
    """``importance`` alone needs no guard: it speaks of attempts, and there are none."""
    written = (
        step.output,
        step.gate,
        step.policy,
        step.on_failure,
        step.reconstruct,
        step.compensate,
        step.idempotency_key,
    )
    return any(one is not None for one in written)


def _guard(symbol: StepSymbol, verb: Verb, context: Context) -> Guard:
    written = symbol.step
    players = context.symbols.players_of(written)
    failure, key = written.on_failure, written.idempotency_key
    return Guard(
        kind="guard",
        output=_output(written, players),
        gate=None if written.gate is None else _gate(written.gate),
        policy=lower_policy([written.policy]),
        on_failure=None if failure is None else tuple(rung.value for rung in failure),
        importance=_importance(written, players),
        reconstruct=None if written.reconstruct is None else _reconstruct(written.reconstruct),
        compensate=_compensate(symbol, context),
        idempotency_key=None if key is None else lower_value(key),
        body=verb,
    )


def _gate(written: syntax.Gate) -> Gate:
    rungs = written.on_fail
    return Gate(
        check=None if written.check is None else lower_expr(written.check),
        score=None if written.score is None else lower_expr(written.score),
        at_least=None if written.at_least is None else written.at_least.value,
        on_fail=None if rungs is None else tuple(rung.value for rung in rungs),
    )


def _reconstruct(written: syntax.Reconstruct) -> Reconstruct:
    return Reconstruct(source=lower_value(written.source), player=written.player.value)


def _compensate(symbol: StepSymbol, context: Context) -> Compensate | None:
    if symbol.compensation is None:
        return None
    return Compensate(body=guarded(symbol.compensation, context))


def _output(step: syntax.Step, players: tuple[syntax.Player, ...]) -> Schema | None:
    """What is written at the step, else what all its players agree on.

    A model or an agent gives a text unless it says otherwise (spec 8, Text).
    """
    if step.output is not None:
        return dict(to_json_schema(step.output.type))
    found = [_promised(player) for player in players]
    if not found or any(one != found[0] for one in found):
        return None
    return found[0]


def _promised(player: syntax.Player) -> Schema | None:
    if player.output is not None:
        return dict(to_json_schema(player.output.type))
    speaks = isinstance(player.kind, syntax.ModelKind | syntax.AgentKind)
    return {"type": "string"} if speaks else None


def _importance(step: syntax.Step, players: tuple[syntax.Player, ...]) -> Importance:
    """The step's own word, else that of the player that is asked first."""
    if step.importance is not None:
        return step.importance.value
    first = players[0] if players else None
    return (
        Importance.NORMAL if first is None or first.importance is None else first.importance.value
    )
