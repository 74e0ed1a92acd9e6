"""An outage of players whose course is certain from the Melody: for the test of a project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from adapters.emitter.around.example import example_inputs
from adapters.emitter.policy.alternatives import fallback_order
from adapters.emitter.policy.habits import allowance, patience
from adapters.emitter.policy.strategies import Strategies
from conductor_core.failure.ladder import CLASS_LADDERS
from workflow_ir.expressions import EvaluationError, compile, parse
from workflow_ir.plan import plan
from workflow_ir.policy import Rung
from workflow_ir.steps import Guard, Play, Step, layers
from workflow_ir.taxonomy import ErrorClass
from workflow_ir.values import ExprValue, ListValue, LiteralValue, MapValue, TextValue, Value
from workflow_ir.workflow import WorkflowIR

CODE: Final = "transport.connect"
"""What players fail with that are down: it had no effect, and another attempt may help."""

_USUAL: Final = CLASS_LADDERS[ErrorClass.TRANSIENT]
_CERTAIN: Final = frozenset({Rung.RETRY, Rung.FALLBACK, Rung.SKIP, Rung.FAIL})
_MOST: Final = 99
"""Attempts; a test of more says nothing more."""


@dataclass(frozen=True, slots=True)
class Outage:
    """All players of a step are down."""

    step: str
    """Its id; it is at the top of the Melody."""
    asked: tuple[tuple[str, int], ...]
    """Who is asked, in order, and how often on end."""


def outage(ir: WorkflowIR, uses: Strategies) -> Outage | None:
    """The outage at the step that a run begins with; None: it is not certain, or says nothing.

    Certain is what depends on no answer, on no other step and on no time: nothing else has begun,
    what the step reads is there, and no bound but its number of attempts can end it.
    """
    starts = plan(ir).starts()
    first = next((step for step in ir.root.steps if starts == (step.address,)), None)
    if first is None or ir.process is not None:
        return None
    if uses.breaker or uses.throttle or uses.budgets or uses.grants or uses.choosy:
        return None
    asked = tuple(_asked(ir, first))
    if not 1 < len(asked) <= _MOST:
        return None
    return Outage(first.id, tuple((name, len([*group])) for name, group in groupby(asked)))


def _asked(ir: WorkflowIR, step: Step) -> Iterator[str]:
    """Who is asked at each attempt; nobody where that is not certain."""
    parts = layers(step)
    verb, guard = parts.verb, parts.guard
    if not isinstance(verb, Play) or verb.player is None or guard is None:
        return
    if any((parts.window, parts.require, parts.each)) or not _is_plain(guard):
        return
    inputs = {name: one.default for name, one in ir.inputs.items()} | example_inputs(ir)
    if parts.when is not None and _read(parts.when.condition, inputs) != [True]:
        return
    if not all(_is_there(value, inputs) for value in (verb.with_, verb.prompt, verb.arguments)):
        return
    order = fallback_order(ir, verb.player)
    if any(ir.players[name].input is not None for name in order):
        return
    rungs = _USUAL if guard.on_failure is None else guard.on_failure
    (rule,) = guard.policy.rules
    player, *others = order
    failures = 0
    while True:
        yield player
        failures += 1
        may = {Rung.RETRY: failures < allowance(rule, guard), Rung.FALLBACK: bool(others)}
        rung = next((rung for rung in rungs if may.get(rung, True)), Rung.FAIL)
        if rung is Rung.FALLBACK:
            player, failures = others.pop(0), 0
        elif rung is not Rung.RETRY:
            return


def _is_plain(guard: Guard) -> bool:
    """Only attempts are bounded, and the ladder has certain rungs only."""
    policy = guard.policy
    (rule, *more) = policy.rules
    return (
        not more
        and not rule.on
        and patience(rule, guard) is None
        and allowance(rule, guard) <= _MOST
        and not policy.recovery
        and policy.hedge is None
        and policy.total_timeout_s is None
        and guard.reconstruct is None
        and guard.idempotency_key is None
        and _CERTAIN.issuperset(guard.on_failure or ())
    )


def _is_there(value: Value | None, inputs: Mapping[str, Any]) -> bool:
    """It is made of constants and of what is read of the inputs: nothing in it can fail."""
    match value:
        case None | LiteralValue():
            return True
        case ExprValue():
            return _read(value, inputs) is not None
        case TextValue(parts=parts):
            return all(isinstance(part, str) or _is_there(part, inputs) for part in parts)
        case MapValue(entries=entries):
            return all(_is_there(entry, inputs) for entry in entries.values())
        case ListValue(items=items):
            return all(_is_there(item, inputs) for item in items)
    return False


def _read(value: ExprValue, inputs: Mapping[str, Any]) -> list[Any] | None:
    """What an expression gives, alone in a list. None: it fails, or reads more than inputs."""
    expression = parse(value.source)
    if not {one.path[0] for one in expression.references} <= {"inputs"}:
        return None
    try:
        return [compile(expression)({"inputs": inputs})]
    except EvaluationError:
        return None
