"""What is performed, and how far it has come: the data that the ladder's rungs work on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Literal, Protocol

from conductor_core.failure.deadline import Limits
from conductor_core.failure.purse import FREE, Price, Purse
from conductor_core.failure.target import Target
from conductor_core.pipeline.effects_record import EffectsRecord
from conductor_core.ports import Answer, Question, Silence
from conductor_core.schedule.slots import Rank
from conductor_core.scope import Names
from conductor_core.stage import Stage
from workflow_ir.ids import RunPath, StepAddress
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import Limits as PlayerLimits
from workflow_ir.policy import Rung
from workflow_ir.result import StepRecord
from workflow_ir.steps import Guard

Effects = Literal["none", "idempotent", "once"]
"""What a call does to the world."""

NOWHERE = Target("player", "")
"""Of a player that reaches nobody else."""


@dataclass(frozen=True, slots=True)
class Part:
    """One player that may be asked."""

    player: str
    claim_s: float | None = None
    """Its own claim of a time limit; the smaller of it and the policy holds."""
    effects: Effects = "idempotent"
    cost: Price = FREE
    """What it declares for one attempt."""
    target: Target = NOWHERE
    """Whom it reaches."""
    granted: int = 1
    """Attempts it may make by itself within one of ours."""
    refresh: str | None = None
    """The player that renews its credential."""
    limits: PlayerLimits | None = None
    """Across all runs of the process."""
    asks_others: bool = False
    """It is handed the way to other players (``ports.Backstage``)."""

    @property
    def effects_once(self) -> bool:
        """It may act at most once."""
        return self.effects == "once"


class Reconstruction(Protocol):
    """The later artifact that a missing output may be made from."""

    @property
    def player(self) -> str:
        """Who makes the output of it."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Run paths of the steps it is made of."""

    def possible(self) -> bool:
        """It is there, or will be without the step that asks."""

    async def value(self) -> dict[str, Any] | None:
        """Wait for it: what the player gets; None: it did not come about."""


@dataclass(frozen=True, slots=True)
class Managed:
    """A player that decides who performs, and among whom."""

    manager: Part
    candidates: tuple[dict[str, Any], ...]
    """What it is told of each: ``name``, and what the player says of itself."""
    parts_of: Callable[[str], tuple[Part, ...]]
    """A player and, after it, its fallbacks in order."""


@dataclass(frozen=True, slots=True)
class Performance:
    """One thing to perform: who, with what, under which guard."""

    path: RunPath
    address: StepAddress
    guard: Guard
    parts: tuple[Part, ...]
    """The player and, after it, its fallbacks in order."""
    with_: dict[str, Any]
    has_with: bool
    arguments: tuple[Any, ...]
    """Of a ``run:`` step: the values that its command's template reads."""
    prompt: str | None
    env: Names
    """Names that the gate may read, without ``output``."""
    rank: Rank
    """In the queue for a place."""
    wanted: Callable[[], bool]
    """Whether an attempt may still begin."""
    in_map: bool
    purse: Purse
    """What attempts are paid from."""
    module: str = ""
    """The sub-melody whose players are meant; empty: the Melody itself."""
    idempotency_key: str | None = None
    """As written; None: made of the step and its inputs."""
    part_of: Callable[[str], Part] = Part
    """What is known of any player of the same module."""
    peers: Callable[[Part, Collection[str]], tuple[Part, ...]] = lambda part, asked: ()
    """Players with a capability of this one, those already asked left out, in order."""
    reconstruction: Reconstruction | None = None
    ask: Callable[[Question], Awaitable[Answer | Silence]] | None = None
    """Ask a person; the step is ``waiting`` meanwhile. None: there is no way to."""
    call: Callable[[str, dict[str, Any], str], Awaitable[Success | StandardError]] | None = None
    """Conduct the sub-melody of that key with these inputs for the player at that run path."""
    managed: Managed | None = None
    """Who decides who performs; None: whoever the step names."""


@dataclass(slots=True)
class Progress:
    """How far a performance has come."""

    part: Part
    """Who is asked now."""
    others: list[Part]
    """Who may take over, in order."""
    limits: Limits
    """Of the player that is asked now."""
    n: int = 0
    """Attempts through all players."""
    tries: int = 0
    """Attempts of this player, ours only: which parameters the next one has."""
    failures: int = 0
    """Of this player, those it made by itself included: what its allowance is counted by."""
    by_rule: Counter[int] = field(default_factory=Counter)
    """Of this player, by retry rule."""
    retry_rule: int | None = None
    """The rule that asked for the next attempt: what is varied in it."""
    questions: int = 0
    """How often a person was asked what to do."""
    refreshes: int = 0
    """How often this player's credential was renewed."""
    asked: set[str] = field(default_factory=set)
    """Players that were asked, this one included."""
    struck: dict[Rung, str] = field(default_factory=dict)
    """Rungs that led nowhere for the failure at hand."""
    begun: bool = False
    """The attempt at hand has reached its player."""
    retry_token: bool = True
    """Retries of the current target are not throttled."""
    hidden: bool = False
    """Another player hides a bug or a refused credential."""


class Way(Enum):
    """Where a rung leads."""

    AGAIN = auto()
    """The next attempt may begin."""
    SETTLED = auto()
    """The record has its outcome."""
    STRUCK = auto()
    """It led nowhere, ``progress.struck`` says why: another rung is looked for."""


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A failed attempt."""

    n: int
    player: str
    error: StandardError
    path: RunPath
    """Where it was made: the step's, or that of what was performed beside it."""


@dataclass(slots=True)
class Going:
    """One performance at work: what every rung of the ladder may read and change."""

    task: Performance
    record: StepRecord
    stage: Stage
    progress: Progress
    unlisted: Unlisted | None = None
    """A failed attempt that is listed once it is decided what is done about it."""
    effects: EffectsRecord = field(default_factory=EffectsRecord)
    """What its players have done by others with ``effects: once``, in all attempts."""
