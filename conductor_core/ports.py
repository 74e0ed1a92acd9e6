"""The ports of the conductor: what it needs from outside, as protocols.

Clock, random, journal and players are handed in; nothing in ``run`` or ``perform`` reaches for
the machine by itself.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import Enum, auto
from typing import Any, Literal, Protocol

from workflow_ir.events import Event, EventKind
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import Schema


class Timer(Protocol):
    """A running alarm."""

    def cancel(self) -> None:
        """It will not ring."""


class Clock(Protocol):
    """Time as the run sees it; see ``clock.real`` and ``clock.virtual``.

    A performing step holds a token from its start to its end. The virtual clock advances only
    when no token is held, so it never outruns work that is going on.
    """

    def now(self) -> float:
        """Seconds since the epoch."""

    async def sleep(self, seconds: float, *, path: str = "") -> None:
        """Wait; the caller's token is released meanwhile. ``path`` orders ties."""

    def alarm(self, seconds: float, ring: Callable[[], None]) -> Timer:
        """Call ``ring`` after ``seconds``; alarms ring before sleepers wake at the same time."""

    def hold(self) -> None:
        """Take a token."""

    def release(self) -> None:
        """Give a token back."""

    def when_idle(self, call: Callable[[], None]) -> Timer:
        """Call each time that it has become quiet: no token is held, nothing and nobody is due.

        Until the watch is cancelled.
        """


class PlayerClock(Protocol):
    """Time as a player sees it; see ``clock.lease``."""

    def now(self) -> float:
        """Seconds since the epoch."""

    async def sleep(self, seconds: float, *, path: str = "") -> None:
        """Wait. ``path`` orders ties."""


@dataclass(frozen=True, slots=True)
class PlayRequest:
    """What a player is asked to do. All data are copies: nothing done to them is seen elsewhere."""

    path: str
    """Run path of the performance."""
    address: str
    """Static address of the step."""
    player: str
    with_: dict[str, Any]
    """Evaluated ``with`` map; empty when none was written."""
    has_with: bool
    """Whether the step wrote ``with``."""
    prompt: str | None
    output: Schema | None
    """Schema the answer must meet; the conductor validates it, models are told of it."""
    attempt: int
    """Counts from 1 through all players of the step."""
    parameters: Mapping[str, Any]
    """Parameters changed for this attempt (``vary``)."""
    idempotency_key: str
    """Equal across retries of the same call, new for another player or other inputs."""
    arguments: tuple[Any, ...] = ()
    """Of a ``run:`` step: the values that its command's template reads, by place."""


class Backstage(Protocol):
    """What a player may do in its attempt that asks other players; see ``pipeline.backstage``."""

    async def ask(
        self, player: str, with_: dict[str, Any], why: str, *, effects_key: str | None = None
    ) -> Success | StandardError:
        """Let another player of the same Melody perform once at ``PATH~why``.

        It keeps its own limits, is paid from the same purse and works in the asking attempt's
        place. ``effects_key`` tells calls apart that mean the same effect: a player with
        ``effects: once`` that succeeded for a key is answered from the record.
        """

    def done(self, player: str, effects_key: str) -> bool:
        """Whether ``ask`` would answer from the record."""

    async def call(self, module: str, inputs: dict[str, Any]) -> Success | StandardError:
        """Run a sub-melody to its end in this attempt; its outputs."""

    def note(self, kind: EventKind, why: str, **facts: Any) -> None:
        """Record an event at ``PATH~why``."""


@dataclass(frozen=True, slots=True)
class Grant:
    """The bounds a player must keep (spec 4, Split of responsibility)."""

    deadline: float | None
    """End of the attempt, seconds since the epoch of the run's clock. None: no limit."""
    attempts: int = 1
    """Attempts the player may make by itself, the first included."""
    clock: PlayerClock | None = None
    """For waits that belong to the run; a sleep by other means freezes virtual time."""
    usd: float | None = None
    """Money that may be spent. None: no bound."""
    tokens: int | None = None
    """Likewise."""
    memory_bytes: int | None = None
    """Of the process, where the player has one of its own. None: no bound."""
    cpu: float | None = None
    """Share of one processor, likewise."""
    output_bytes: int | None = None
    """Size of the answer as JSON. None: the default of the kind."""
    effects: Literal["none", "idempotent", "once"] = "idempotent"
    """What the call may do to the world."""
    may_degrade: bool = True
    """It may lower its own precision to finish; then it says ``Success(degraded=True)``."""
    backstage: Backstage | None = None
    """The way to other players. None: there is none, as in a process of its own."""


class Player(Protocol):
    """Whatever performs a step."""

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """Answer or report a failure. Exceptions are classified by the conductor."""


class Players(Protocol):
    """The players of a run, by name."""

    def find(self, name: str, path: str, address: str, module: str = "") -> Player | StandardError:
        """The player, ready to be asked; or why it must not or cannot be (allow-list, config).

        ``module`` is the sub-melody whose player of that name is meant; empty: the Melody itself.
        """


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked, or the event that is waited for."""

    path: str
    """Run path of the step."""
    address: str
    text: str
    show: dict[str, Any] = field(default_factory=dict)
    form: Schema | None = None
    """JSON Schema of the fields to fill in; None: there is only the choice."""
    assignees: tuple[str, ...] = ()
    expires_s: float | None = None
    """Seconds after which nobody need answer any more; the conductor keeps this time."""
    event: str | None = None
    """Of ``wait: {event: …}``: its name; then an answer's fields are the event's payload."""
    choices: tuple[str, ...] = ("approve", "reject")
    """What may be chosen; each begins with another letter."""
    fills: str = "approve"
    """The choice with which the form is filled in."""
    fits: Callable[[Any], Sequence[str]] | None = None
    """What is wrong with a form that was filled in, beside its schema. None: nothing can be."""

    def to_json(self) -> dict[str, Any]:
        """For the journal."""
        tree = asdict(replace(self, fits=None))
        del tree["fits"]
        return tree


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person decided, or an event that came."""

    choice: str
    """One of the question's choices; of an event ``event``."""
    fields: Any
    """The form as filled in; of an event its payload."""


class Silence(Enum):
    """Why a question has no answer."""

    EXPIRED = auto()
    """Nobody has answered in time."""
    NOBODY = auto()
    """Nobody is there to be asked."""


class People(Protocol):
    """Who answers questions: a script, a person at the terminal, nobody."""

    def present(self, path: str, /) -> bool:
        """Whether somebody is there to be asked at this run path; asks nobody anything."""

    async def ask(self, question: Question, clock: PlayerClock, /) -> Answer | None:
        """Wait for the answer. None: nobody is there to be asked, so the run pauses (spec 8).

        The conductor cancels the call when the question expires.
        """


class Readings(Protocol):
    """What ``require`` reads of services and the machine (spec 8, Command chaining)."""

    @property
    def blocks(self) -> bool:
        """Reading opens files or starts processes, so it is done in a thread."""

    def health(self, name: str) -> bool:
        """Whether a player or service is healthy."""

    def host(self) -> Mapping[str, float]:
        """``memory_free`` and ``disk_free`` in bytes, ``cpu_free`` as a share from 0 to 1."""


class Journal(Protocol):
    """Where a run's events go."""

    def append(self, event: Event) -> None:
        """Keep one event; events come in order of ``seq``."""


def rng_for(seed: str, path: str, attempt: int) -> random.Random:
    """The random source of one draw: the same for the same seed, path and attempt (spec 8)."""
    return random.Random(f"{seed}\x00{path}\x00{attempt}")  # noqa: S311 - jitter, not a secret
