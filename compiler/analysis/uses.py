"""Every place of a Melody where an expression stands, and what it may see there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from compiler.analysis.symbols import ScopeSymbol, StepSymbol, Symbols
from compiler.analysis.templates import templates
from compiler.parse import syntax
from compiler.parse.syntax_values import expressions_in

Field = Literal[
    "when", "require", "for_each", "with", "env", "prompt", "set", "run", "approval",
    "wait", "fail", "gate", "score", "reconstruct", "idempotency_key", "arm", "result", "until",
    "while", "outputs", "player", "player_secret",
]  # fmt: skip
"""What kind of field an expression stands in."""
CONDITIONS = frozenset({"when", "require", "gate", "arm", "until", "while"})
"""Fields that must give a boolean."""
BEFORE_ITEMS = frozenset({"when", "require", "for_each"})
"""Fields that are asked once, before there are items (spec 2, Order of modifiers)."""
TAKES_SECRETS = frozenset({"with", "env", "player_secret"})
"""``with``, headers and env (spec 2, Files)."""


@dataclass(frozen=True, slots=True)
class Use:
    """One expression in one place."""

    expr: syntax.Expr
    field: Field
    scope: ScopeSymbol
    """The scope whose steps it sees."""
    step: StepSymbol | None
    """The step or compensation it belongs to; of a result: the step whose inside gives it; None in
    outputs and players."""
    arm: ScopeSymbol | None = None
    """Of an arm's condition: the arm."""
    player: syntax.Player | None = None
    """Of a template: the player."""

    @property
    def condition(self) -> bool:
        """It must give a boolean."""
        return self.field in CONDITIONS

    @property
    def in_item(self) -> bool:
        """It is evaluated for each item, so it sees the item of its step's own map."""
        return self.field not in BEFORE_ITEMS and self.step is not None


def uses_of(symbols: Symbols) -> Iterator[Use]:
    """Every expression of a Melody; players' templates first, then steps in file order."""
    for player in symbols.own_players():
        for value, field in templates(player):
            for expr in expressions_in(value):
                yield Use(expr, field, symbols.root, None, player=player)
    for step in symbols.steps:
        yield from _of_step(step)
    for expr in expressions_in(symbols.melody.outputs):
        yield Use(expr, "outputs", symbols.root, None)


@dataclass(frozen=True, slots=True)
class Place:
    """One value in which expressions may stand; outside of players."""

    value: syntax.Value
    field: Field
    scope: ScopeSymbol
    """As of `Use`."""
    step: StepSymbol | None
    """As of `Use`."""


def places_of(symbols: Symbols) -> Iterator[Place]:
    """Every value of a Melody, whether an expression stands in it or not; no conditions."""
    for symbol in symbols.performances():
        for value, field in _values(symbol.step):
            if value is not None:
                yield Place(value, field, symbol.home, symbol)
        for scope in symbol.inner:
            if scope.syntax is not None and scope.syntax.result is not None:
                yield Place(scope.syntax.result, "result", scope, symbol)
    if symbols.melody.outputs is not None:
        yield Place(symbols.melody.outputs, "outputs", symbols.root, None)


def _of_step(symbol: StepSymbol) -> Iterator[Use]:
    for expr, field in _fields(symbol.step):
        yield Use(expr, field, symbol.home, symbol)
    if symbol.compensation is not None:
        for expr, field in _fields(symbol.compensation.step):
            yield Use(expr, field, symbol.home, symbol.compensation)
    verb = symbol.step.verb
    if isinstance(verb, syntax.Repeat) and verb.while_ is not None:
        yield Use(verb.while_, "while", symbol.home, symbol)
    for scope in symbol.inner:
        if scope.arm is not None and scope.arm.when is not None:
            yield Use(scope.arm.when, "arm", symbol.home, symbol, scope)
        if isinstance(verb, syntax.Repeat) and verb.until is not None:
            yield Use(verb.until, "until", scope, symbol)
        if scope.syntax is not None:
            for expr in expressions_in(scope.syntax.result):
                yield Use(expr, "result", scope, symbol)


def _fields(step: syntax.Step) -> Iterator[tuple[syntax.Expr, Field]]:
    """The expressions that see the scope in which the step stands."""
    if step.when is not None:
        yield step.when, "when"
    if step.require is not None:
        yield step.require, "require"
    for value, field in _values(step):
        for expr in expressions_in(value):
            yield expr, field
    if step.gate is not None and step.gate.check is not None:
        yield step.gate.check, "gate"
    if step.gate is not None and step.gate.score is not None:
        yield step.gate.score, "score"


def _values(step: syntax.Step) -> Iterator[tuple[syntax.Value | None, Field]]:
    if step.for_each is not None:
        yield step.for_each.items, "for_each"
    yield step.with_, "with"
    yield step.prompt, "prompt"
    yield step.idempotency_key, "idempotency_key"
    if step.reconstruct is not None:
        yield step.reconstruct.source, "reconstruct"
    yield from _of_verb(step.verb)


def _of_verb(verb: syntax.Verb) -> Iterator[tuple[syntax.Value | None, Field]]:
    match verb:
        case syntax.Set(value=value):
            yield value, "set"
        case syntax.Run(commands=commands, stdin=stdin, env=env):
            for command in commands:
                for word in command:
                    yield word, "run"
            yield stdin, "run"
            yield env, "env"
        case syntax.Approval(text=text, show=show):
            yield text, "approval"
            yield show, "approval"
        case syntax.Wait(until=until):
            yield until, "wait"
        case syntax.Fail(message=message):
            yield message, "fail"
