"""Every place of a Melody where an expression stands, and what it may see there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from compiler.analysis.symbols import ScopeSymbol, StepSymbol, Symbols
from compiler.parse import syntax
from compiler.parse.syntax_values import expressions_in

Field = Literal[
    "when", "for_each", "with", "prompt", "set", "run", "gate", "arm", "result", "outputs", "player"
]
"""What kind of field an expression stands in."""


@dataclass(frozen=True, slots=True)
class Use:
    """One expression in one place."""

    expr: syntax.Expr
    field: Field
    scope: ScopeSymbol
    """The scope whose steps it sees."""
    step: StepSymbol | None
    """The step it belongs to; of an arm's result: the branch; None in outputs and players."""
    arm: ScopeSymbol | None = None
    """Of an arm's condition: the arm."""

    @property
    def condition(self) -> bool:
        """It must give a boolean."""
        return self.field in ("when", "gate", "arm")

    @property
    def in_item(self) -> bool:
        """It is evaluated for each item, so it sees the item of its step's own map."""
        return self.field not in ("when", "for_each") and self.step is not None


def uses_of(symbols: Symbols) -> Iterator[Use]:
    """Every expression of a Melody; players' templates first, then steps in file order."""
    for player in symbols.own_players():
        for value in _templates(player):
            for expr in expressions_in(value):
                yield Use(expr, "player", symbols.root, None)
    for step in symbols.steps:
        yield from _of_step(step)
    for expr in expressions_in(symbols.melody.outputs):
        yield Use(expr, "outputs", symbols.root, None)


def _of_step(symbol: StepSymbol) -> Iterator[Use]:
    step, home = symbol.step, symbol.home
    if step.when is not None:
        yield Use(step.when, "when", home, symbol)
    if step.for_each is not None:
        for expr in expressions_in(step.for_each.items):
            yield Use(expr, "for_each", home, symbol)
    for expr in expressions_in(step.with_):
        yield Use(expr, "with", home, symbol)
    for expr in expressions_in(step.prompt):
        yield Use(expr, "prompt", home, symbol)
    verb = step.verb
    if isinstance(verb, syntax.Set):
        for expr in expressions_in(verb.value):
            yield Use(expr, "set", home, symbol)
    if isinstance(verb, syntax.Run):
        for value in _run_values(verb):
            for expr in expressions_in(value):
                yield Use(expr, "run", home, symbol)
    if step.gate is not None and step.gate.check is not None:
        yield Use(step.gate.check, "gate", home, symbol)
    for arm in symbol.arms:
        assert arm.arm is not None
        if arm.arm.when is not None:
            yield Use(arm.arm.when, "arm", home, symbol, arm)
        for expr in expressions_in(arm.arm.scope.result):
            yield Use(expr, "result", arm, symbol)


def _run_values(run: syntax.Run) -> Iterator[syntax.Value | None]:
    for command in run.commands:
        yield from command
    yield run.stdin
    yield run.env


def _templates(player: syntax.Player) -> Iterator[syntax.Value | None]:
    match player.kind:
        case syntax.CommandKind(commands=commands, stdin=stdin, env=env):
            for command in commands:
                yield from command
            yield stdin
            yield env
        case syntax.ModelKind(system=system):
            yield system
        case _:
            return
