"""What a step does: one function for each verb as written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from compiler.analysis.symbols import ScopeSymbol, StepSymbol
from compiler.lower.context import Context
from compiler.lower.runs import lower_run, run_name
from compiler.lower.scopes import lower_inner
from compiler.lower.thresholds import lower_threshold
from compiler.lower.values import lower_expr, lower_map, lower_value
from compiler.parse import syntax
from workflow_ir.steps import (
    Approval,
    Arm,
    Branch,
    Call,
    Fail,
    Group,
    Parallel,
    Play,
    Repeat,
    Route,
    Set,
    Side,
    Verb,
    Wait,
)
from workflow_ir.types import to_json_schema
from workflow_ir.values import MapValue


def lower_verb(symbol: StepSymbol, context: Context) -> Verb:
    """The verb of a step, scopes inside it included."""
    return VERBS[type(symbol.step.verb)](symbol, symbol.step.verb, context)


def _play(symbol: StepSymbol, verb: syntax.Play, context: Context) -> Play:
    return _played(symbol.step, player=verb.player.value)


def _capability(symbol: StepSymbol, verb: syntax.PlayCapability, context: Context) -> Play:
    found = context.symbols.players_of(symbol.step)
    route = {
        "provides": verb.provides.value,
        "candidates": tuple(player.name.value for player in found),
        "balance": "priority" if verb.balance is None else verb.balance.value,
    }
    return _played(symbol.step, route=Route.model_validate(route))


def _run(symbol: StepSymbol, verb: syntax.Run, context: Context) -> Play:
    arguments = lower_run(verb)[1]
    return _played(symbol.step, player=run_name(symbol.address), arguments=arguments)


def _played(step: syntax.Step, **fields: Any) -> Play:
    prompt = None if step.prompt is None else lower_value(step.prompt)
    return Play.model_validate({"kind": "play", "with": _with(step), "prompt": prompt, **fields})


def _with(step: syntax.Step) -> MapValue | None:
    return None if step.with_ is None else lower_map(step.with_)


def _set(symbol: StepSymbol, verb: syntax.Set, context: Context) -> Set:
    return Set(kind="set", value=lower_value(verb.value))


def _group(symbol: StepSymbol, verb: syntax.Group, context: Context) -> Group:
    (inside,) = symbol.inner
    return Group(kind="group", scope=lower_inner(inside, context))


def _branch(symbol: StepSymbol, verb: syntax.Branch, context: Context) -> Branch:
    return Branch(kind="branch", arms=tuple(_arm(arm, context) for arm in symbol.inner))


def _arm(scope: ScopeSymbol, context: Context) -> Arm:
    arm = scope.arm
    assert arm is not None
    when = None if arm.when is None else lower_expr(arm.when)
    return Arm(name=scope.name, when=when, scope=lower_inner(scope, context))


def _parallel(symbol: StepSymbol, verb: syntax.Parallel, context: Context) -> Parallel:
    sides = tuple(
        Side(name=scope.name, scope=lower_inner(scope, context)) for scope in symbol.inner
    )
    # Beside `for_each` both keys speak of the map: that is the outer sync point.
    of_a_map = symbol.step.for_each is not None
    threshold = {} if of_a_map else lower_threshold(symbol.step)
    return Parallel.model_validate({"kind": "parallel", "sides": sides, **threshold})


def _repeat(symbol: StepSymbol, verb: syntax.Repeat, context: Context) -> Repeat:
    assert verb.max is not None  # a missing one is reported in reading
    (inside,) = symbol.inner
    return Repeat.model_validate(
        {
            "kind": "repeat",
            "scope": lower_inner(inside, context),
            "max": verb.max.value,
            "until": None if verb.until is None else lower_expr(verb.until),
            "while": None if verb.while_ is None else lower_expr(verb.while_),
            "on_max": "fail" if verb.on_max is None else verb.on_max.value,
        }
    )


def _call(symbol: StepSymbol, verb: syntax.Call, context: Context) -> Call:
    module = context.modules[symbol.address]
    return Call.model_validate({"kind": "call", "module": module, "with": _with(symbol.step)})


def _approval(symbol: StepSymbol, verb: syntax.Approval, context: Context) -> Approval:
    return Approval.model_validate(
        {
            "kind": "approval",
            "text": lower_value(verb.text),
            "show": None if verb.show is None else lower_map(verb.show),
            "form": None if verb.form is None else dict(to_json_schema(verb.form.type)),
            "assignees": tuple(one.value for one in verb.assignees),
            "expires_s": None if verb.expires is None else verb.expires.value,
            "on_timeout": "fail" if verb.on_timeout is None else verb.on_timeout.value,
            "on_reject": "fail" if verb.on_reject is None else verb.on_reject.value,
        }
    )


def _wait(symbol: StepSymbol, verb: syntax.Wait, context: Context) -> Wait:
    return Wait(
        kind="wait",
        seconds=None if verb.duration is None else verb.duration.value,
        until=None if verb.until is None else lower_value(verb.until),
        event=None if verb.event is None else verb.event.value,
    )


def _fail(symbol: StepSymbol, verb: syntax.Fail, context: Context) -> Fail:
    message = None if verb.message is None else lower_value(verb.message)
    return Fail(kind="fail", error=verb.error.value, message=message)


VERBS: Mapping[type, Callable[[StepSymbol, Any, Context], Verb]] = {
    syntax.Play: _play,
    syntax.PlayCapability: _capability,
    syntax.Run: _run,
    syntax.Set: _set,
    syntax.Group: _group,
    syntax.Branch: _branch,
    syntax.Parallel: _parallel,
    syntax.Repeat: _repeat,
    syntax.Call: _call,
    syntax.Approval: _approval,
    syntax.Wait: _wait,
    syntax.Fail: _fail,
}
"""One row a verb. ``Unreadable`` has none: what could not be read is not lowered."""
