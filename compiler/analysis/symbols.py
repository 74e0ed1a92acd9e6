"""Names and what they stand for: scopes, steps, players, models of one Melody with its project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from compiler.parse import syntax
from workflow_ir.ids import within
from workflow_ir.players import Model

BUILT_IN_MODELS = {"offline": Model(model="offline/basic")}
"""Aliases that need not be written (spec 8, Text)."""


@dataclass(slots=True, eq=False)
class StepSymbol:
    """One step and where it stands."""

    step: syntax.Step
    address: str
    home: ScopeSymbol
    arms: tuple[ScopeSymbol, ...] = ()
    """Of a branch: the scopes of its arms, in order."""

    @property
    def id(self) -> str:
        """The step's key in its scope."""
        return self.step.id.value

    def maps(self) -> Iterator[StepSymbol]:
        """The steps with ``for_each`` that this one stands in, itself first, innermost first."""
        step: StepSymbol | None = self
        while step is not None:
            if step.step.for_each is not None:
                yield step
            step = step.home.owner


@dataclass(slots=True, eq=False)
class ScopeSymbol:
    """One scope: the top level or an arm."""

    parent: ScopeSymbol | None
    owner: StepSymbol | None
    """The step whose inside it is; None at the top."""
    arm: syntax.Arm | None
    steps: dict[str, StepSymbol] = field(default_factory=dict)

    def find(self, name: str) -> StepSymbol | None:
        """The step of that name, in this scope or the nearest enclosing one that has it."""
        scope: ScopeSymbol | None = self
        while scope is not None:
            found = scope.steps.get(name)
            if found is not None:
                return found
            scope = scope.parent
        return None

    def visible(self) -> dict[str, StepSymbol]:
        """Every step that can be named from here; inner names first."""
        found: dict[str, StepSymbol] = {}
        scope: ScopeSymbol | None = self
        while scope is not None:
            for name, step in scope.steps.items():
                found.setdefault(name, step)
            scope = scope.parent
        return found

    def encloses(self, other: ScopeSymbol) -> bool:
        """Whether ``other`` is this scope or stands inside it."""
        scope: ScopeSymbol | None = other
        while scope is not None:
            if scope is self:
                return True
            scope = scope.parent
        return False


@dataclass(slots=True, eq=False)
class Symbols:
    """All names of one Melody, the project's added."""

    melody: syntax.Melody
    project: syntax.Project | None
    root: ScopeSymbol
    steps: tuple[StepSymbol, ...]
    """Every step, in file order, inner ones after their container."""
    players: Mapping[str, syntax.Player]
    models: Mapping[str, syntax.Model]
    inputs: Mapping[str, syntax.Input]

    @classmethod
    def of(cls, melody: syntax.Melody, project: syntax.Project | None) -> Symbols:
        """Collect the names. A Melody's own players and models stand before the project's."""
        root = ScopeSymbol(None, None, None)
        steps: list[StepSymbol] = []
        _enter(root, melody.steps, "", steps)
        players = {} if project is None else {one.name.value: one for one in project.players}
        models = {} if project is None else {one.name.value: one for one in project.models}
        players |= {one.name.value: one for one in melody.players}
        models |= {one.name.value: one for one in melody.models}
        inputs = {one.name.value: one for one in melody.inputs}
        return cls(melody, project, root, tuple(steps), players, models, inputs)

    def own_players(self) -> tuple[syntax.Player, ...]:
        """The players this Melody answers for: its own, then those of the project it can reach.

        What else a project offers is for other Melodies, which may define what is missing here.
        """
        reached = (self.players[name] for name in self.reached_players() if name in self.players)
        own = {id(player): player for player in (*self.melody.players, *reached)}
        return tuple(own.values())

    def reached_players(self) -> tuple[str, ...]:
        """The names in ``play``, and what those players fall back on; unknown ones too."""
        ahead = [
            step.step.verb.player.value
            for step in reversed(self.steps)
            if isinstance(step.step.verb, syntax.Play)
        ]
        reached: dict[str, None] = {}
        while ahead:
            name = ahead.pop()
            if name not in reached:
                reached[name] = None
                player = self.players.get(name)
                if player is not None:
                    ahead.extend(fallback.value for fallback in reversed(player.fallback))
        return tuple(reached)

    def player_of(self, step: syntax.Step) -> syntax.Player | None:
        """The player a ``play`` names, if there is one."""
        if isinstance(step.verb, syntax.Play):
            return self.players.get(step.verb.player.value)
        return None


def _enter(
    scope: ScopeSymbol, steps: tuple[syntax.Step, ...], prefix: str, found: list[StepSymbol]
) -> None:
    for step in steps:
        address = within(prefix, step.id.value)
        symbol = StepSymbol(step, address, scope)
        scope.steps[step.id.value] = symbol
        found.append(symbol)
        if isinstance(step.verb, syntax.Branch):
            arms = []
            for arm in step.verb.arms:
                inner = ScopeSymbol(scope, symbol, arm)
                arms.append(inner)
                _enter(inner, arm.scope.steps, within(address, arm.name.value), found)
            symbol.arms = tuple(arms)
