"""What one performance of a step gives: one function for each verb that tells before the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from compiler.analysis.outputs import command_output, form_output
from compiler.analysis.symbols import StepSymbol
from compiler.parse import syntax
from workflow_ir.types import Field, Json, ListOf, Nullable, Object, String, Type, join
from workflow_ir.types.model import may_be_null, stripped

if TYPE_CHECKING:
    from compiler.analysis.typing import Typing


def performed(typing: Typing, step: StepSymbol) -> Type:
    """The type that the verb alone gives, whatever ``output`` says; Json where nobody knows."""
    rule = RULES.get(type(step.step.verb))
    return Json() if rule is None else rule(typing, step, step.step.verb)


def _set(typing: Typing, step: StepSymbol, verb: syntax.Set) -> Type:
    return typing.value(verb.value, step.home, step, "set")


def _run(typing: Typing, step: StepSymbol, verb: syntax.Run) -> Type:
    return command_output(verb.parse.value if verb.parse is not None else None)


def _played(typing: Typing, step: StepSymbol, verb: object) -> Type:
    """What the player gives; chosen by capability: what any of the candidates may give."""
    players = typing.symbols.players_of(step.step)
    return join([typing.given_by(player) for player in players]) if players else Json()


def _scope(typing: Typing, step: StepSymbol, verb: object) -> Type:
    (inside,) = step.inner
    return typing.result(inside)


def _branch(typing: Typing, step: StepSymbol, verb: syntax.Branch) -> Type:
    return join([typing.result(arm) for arm in step.inner])


def _parallel(typing: Typing, step: StepSymbol, verb: syntax.Parallel) -> Type:
    """An object of the sides' results; null for a side that may fail alone."""
    threshold = step.step.succeed_if
    of_a_map = step.step.for_each is not None
    whole = of_a_map or threshold is None or threshold.kind == "all"
    sides = {scope.name: typing.result(scope) for scope in step.inner}
    return Object(
        {name: Field(type_ if whole else nullable(type_)) for name, type_ in sides.items()}
    )


def _call(typing: Typing, step: StepSymbol, verb: syntax.Call) -> Type:
    called = typing.symbols.called.get(step.address)
    return Json() if called is None else called.outputs


def _approval(typing: Typing, step: StepSymbol, verb: syntax.Approval) -> Type:
    return form_output(verb)


def _wait(typing: Typing, step: StepSymbol, verb: syntax.Wait) -> Type:
    return Object({}) if verb.event is None else Json()


RULES: Mapping[type, Callable[[Typing, StepSymbol, Any], Type]] = {
    syntax.Set: _set,
    syntax.Run: _run,
    syntax.Play: _played,
    syntax.PlayCapability: _played,
    syntax.Group: _scope,
    syntax.Repeat: _scope,
    syntax.Branch: _branch,
    syntax.Parallel: _parallel,
    syntax.Call: _call,
    syntax.Approval: _approval,
    syntax.Wait: _wait,
}
"""``fail`` gives nothing at all and what could not be read anything: neither has a row."""


def given_by(player: syntax.Player) -> Type:
    """What a player gives, as far as its own words tell (spec 6)."""
    if player.output is not None:
        return player.output.type
    match player.kind:
        case syntax.ModelKind() | syntax.AgentKind():
            return String()
        case syntax.CommandKind(parse=parse):
            return command_output(parse.value if parse is not None else None)
        case syntax.HttpKind(parse=parse) if parse is not None:
            return ListOf(String()) if parse.value == "lines" else _body(parse.value)
        case _:
            return Json()


def _body(parse: str) -> Type:
    return String() if parse == "text" else Json()


def nullable(type_: Type) -> Type:
    """The type or null; Json is null already."""
    if may_be_null(type_) or isinstance(stripped(type_), Json):
        return type_
    return Nullable(type_)
