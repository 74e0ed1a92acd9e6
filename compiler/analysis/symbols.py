"""Names and what they stand for: scopes, steps, players, models of one Melody with its project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from compiler.analysis.called import Called
from compiler.analysis.capabilities import by_capability, candidates, is_enabled
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
    inner: tuple[ScopeSymbol, ...] = ()
    """The scopes inside it, in order: a group's, a loop's, those of arms or parallel branches."""
    compensation: StepSymbol | None = None
    """Its ``compensate``, at ``ADDRESS~compensate``: it sees what this step sees."""
    undoes: StepSymbol | None = None
    """Of a compensation: the step it belongs to."""

    @property
    def id(self) -> str:
        """The step's key in its scope."""
        return self.step.id.value

    @property
    def arms(self) -> tuple[ScopeSymbol, ...]:
        """Of a branch: the scopes of its arms."""
        return self.inner if isinstance(self.step.verb, syntax.Branch) else ()

    @property
    def nests(self) -> bool:
        """Its inside may be a graph of its own, which cannot wait for steps outside: it does.

        A branch is one only as a map, or where a modifier guards it as a whole.
        """
        step = self.step
        if step.for_each is not None:
            return True
        if isinstance(step.verb, syntax.Branch):
            guards = (
                step.output, step.gate, step.policy, step.on_failure, step.reconstruct,
                step.compensate, step.idempotency_key,
            )  # fmt: skip
            return any(guard is not None for guard in guards)
        return bool(self.inner)

    @property
    def host(self) -> StepSymbol:
        """The step itself; of a compensation the step it belongs to."""
        return self if self.undoes is None else self.undoes

    def around(self) -> Iterator[StepSymbol]:
        """This step and those it stands in, innermost first."""
        step: StepSymbol | None = self.host
        while step is not None:
            yield step
            step = step.home.owner

    def maps(self) -> Iterator[StepSymbol]:
        """The steps with ``for_each`` that this one stands in, itself first, innermost first."""
        return (step for step in self.around() if step.step.for_each is not None)


@dataclass(slots=True, eq=False)
class ScopeSymbol:
    """One scope: the top level, or the inside of a step."""

    parent: ScopeSymbol | None
    owner: StepSymbol | None
    """The step whose inside it is; None at the top."""
    arm: syntax.Arm | None
    """Of a branch only."""
    name: str = ""
    """Of an arm or a parallel branch; groups and loops have a single scope without one."""
    syntax: syntax.Scope | None = None
    """As written; None at the top."""
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
    """Every step, in file order, inner ones after their container; no compensations."""
    players: Mapping[str, syntax.Player]
    """The Melody's in file order, then those of the project that it does not replace."""
    models: Mapping[str, syntax.Model]
    inputs: Mapping[str, syntax.Input]
    called: Mapping[str, Called] = field(default_factory=dict)
    """By the address of the step that calls, and by ``player:NAME``: what could be resolved."""
    _reached: tuple[str, ...] | None = field(default=None, repr=False)
    _candidates: dict[int, tuple[syntax.Player, ...]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(
        cls,
        melody: syntax.Melody,
        project: syntax.Project | None,
        called: Mapping[str, Called] | None = None,
    ) -> Symbols:
        """Collect the names. A Melody's own players and models stand before the project's."""
        root = ScopeSymbol(None, None, None)
        steps: list[StepSymbol] = []
        _enter(root, melody.steps, "", steps)
        players = {one.name.value: one for one in melody.players}
        models = {one.name.value: one for one in melody.models}
        if project is not None:
            players |= {p.name.value: p for p in project.players if p.name.value not in players}
            models |= {m.name.value: m for m in project.models if m.name.value not in models}
        inputs = {one.name.value: one for one in melody.inputs}
        known = {} if called is None else called  # it may be filled later
        return cls(melody, project, root, tuple(steps), players, models, inputs, known)

    def performances(self) -> Iterator[StepSymbol]:
        """Every step, each followed by its compensation: whatever has a verb."""
        for step in self.steps:
            yield step
            if step.compensation is not None:
                yield step.compensation

    def own_players(self) -> tuple[syntax.Player, ...]:
        """The players this Melody answers for: its own, then those of the project it can reach.

        What else a project offers is for other Melodies, which may define what is missing here.
        """
        reached = (self.players[name] for name in self.reached_players() if name in self.players)
        own = {id(player): player for player in (*self.melody.players, *reached)}
        return tuple(own.values())

    def reached_players(self) -> tuple[str, ...]:
        """The names that steps play, by name or by capability, and what those players name.

        They name what they fall back on, what they require and their tools; unknown names too.
        Whoever has a capability of a player that is reached may take over from it (``reroute``).
        """
        if self._reached is None:
            self._reached = self._reach()
        return self._reached

    def _reach(self) -> tuple[str, ...]:
        ahead = [name for step in self.performances() for name in self._played_by(step)]
        ahead += self.managed_players()
        if self.melody.process is not None:
            ahead.append(self.melody.process.manager.value)
        ahead.reverse()
        reached: dict[str, None] = {}
        peers = by_capability(self.players)
        while ahead:
            name = ahead.pop()
            if name not in reached:
                reached[name] = None
                player = self.players.get(name)
                if player is not None:
                    for one in reversed(player.provides):
                        ahead.extend(reversed(peers.pop(one.value, ())))
                    ahead.extend(one.value for one in reversed(named_by(player)))
        return tuple(reached)

    def _played_by(self, symbol: StepSymbol) -> Iterator[str]:
        match symbol.step.verb:
            case syntax.Play(player=player):
                yield player.value
            case syntax.PlayCapability():
                yield from (one.name.value for one in self.players_of(symbol.step))
        if symbol.step.reconstruct is not None:
            yield symbol.step.reconstruct.player.value

    def managed_players(self) -> tuple[str, ...]:
        """Whom a manager may let perform: the Melody's own, in file order; none without one.

        Left out are the manager itself, whoever is switched off, and those that only help another
        player: tools and players that renew a credential.
        """
        process = self.melody.process
        if process is None:
            return ()
        played = {name for step in self.performances() for name in self._played_by(step)}
        helping = {one.value for player in self.melody.players for one in _helpers_of(player)}
        left_out = {process.manager.value, *(helping - played)}
        names = (one.name.value for one in self.melody.players if is_enabled(one))
        return tuple(name for name in names if name not in left_out)

    def player_of(self, step: syntax.Step) -> syntax.Player | None:
        """The player a ``play`` names, if there is one."""
        if isinstance(step.verb, syntax.Play):
            return self.players.get(step.verb.player.value)
        return None

    def players_of(self, step: syntax.Step) -> tuple[syntax.Player, ...]:
        """The players a ``play`` may ask first: the one it names, or every candidate."""
        if isinstance(step.verb, syntax.PlayCapability):
            key = id(step.verb)
            if key not in self._candidates:
                self._candidates[key] = candidates(self.players, step.verb)
            return self._candidates[key]
        named = self.player_of(step)
        return () if named is None else (named,)


def named_by(player: syntax.Player) -> tuple[syntax.Spanned[str], ...]:
    """The other players that a player names, in the order written."""
    return (*player.fallback, *player.requires, *_helpers_of(player))


def _helpers_of(player: syntax.Player) -> tuple[syntax.Spanned[str], ...]:
    tools = player.kind.tools if isinstance(player.kind, syntax.AgentKind) else ()
    return tools if player.refresh is None else (player.refresh, *tools)


def _enter(
    scope: ScopeSymbol, steps: tuple[syntax.Step, ...], prefix: str, found: list[StepSymbol]
) -> None:
    for step in steps:
        symbol = StepSymbol(step, within(prefix, step.id.value), scope)
        if step.compensate is not None:
            undo = f"{symbol.address}~compensate"
            symbol.compensation = StepSymbol(step.compensate, undo, scope, undoes=symbol)
        scope.steps[step.id.value] = symbol
        found.append(symbol)
        symbol.inner = tuple(_inside(symbol, found))


def _inside(symbol: StepSymbol, found: list[StepSymbol]) -> Iterator[ScopeSymbol]:
    """The scopes of a step, in the order and with the names of ``steps.scopes_of``."""
    for name, written, arm in _scopes(symbol.step.verb):
        inner = ScopeSymbol(symbol.home, symbol, arm, name, written)
        prefix = within(symbol.address, name) if name else symbol.address
        _enter(inner, written.steps, prefix, found)
        yield inner


def _scopes(verb: syntax.Verb) -> Iterator[tuple[str, syntax.Scope, syntax.Arm | None]]:
    match verb:
        case syntax.Branch(arms=arms):
            yield from ((arm.name.value, arm.scope, arm) for arm in arms)
        case syntax.Parallel(branches=sides):
            yield from ((side.name.value, side.scope, None) for side in sides)
        case syntax.Group(scope=scope) | syntax.Repeat(scope=scope):
            yield "", scope, None
