"""The circuit breaker: a provider that keeps failing is left alone for a while (spec 4, Breaker).

Closed, it counts what the calls come to; it opens when enough of them failed. Open, it lets nothing
through until its time is over. Half-open, it lets a few probes through, each on a lease, and
decides by what they come to. Then it lets through growing shares of the calls (seed 004: 10, 50,
100 %) until it is closed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from conductor_core.failure.breaker_result import Result
from conductor_core.failure.breaker_rules import IllegalTransition, Rules, State
from conductor_core.failure.window import Tally, Window

_DIGITS = 6
"""Moments are told apart by microseconds, as the clocks do."""

_SOON = 0.1
"""Share of the first open time after which it is worth asking a breaker again that is recovering:
when its probes come back is not known."""

_NOTHING = Tally()


@dataclass(frozen=True, slots=True)
class Permit:
    """A call that was let through; ``Circuit.record`` follows, or its lease ends."""

    number: int
    epoch: int
    """How often the breaker had changed its state before; what is older decides nothing."""
    at: float
    """When, seconds since the epoch of the clock."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that was not let through."""

    state: State
    retry_after_s: float | None
    """When it is worth asking again, seconds. None: somebody must change the state by hand."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """One breaker at one moment. Nothing is changed: every event gives the next circuit.

    >>> circuit = Circuit.begin(Rules(calls=1), now=0)
    >>> circuit, permit = circuit.admit(0, lease_s=10)
    >>> circuit = circuit.record(permit, Result.FAILURE, 1)
    >>> circuit.admit(2, lease_s=10)[1]
    Refusal(state=<State.OPEN: 'open'>, retry_after_s=29.0)
    """

    rules: Rules
    state: State
    """As of the last event; ``state_at`` tells what the next call meets."""
    window: Window
    """Calls that have ended; emptied when it closes."""
    refused: int = 0
    """Calls that were not let through since it last closed."""
    opened: int = 0
    """How often it has opened without having been closed."""
    until: float = math.inf
    """While open: when its time is over."""
    epoch: int = 0
    number: int = 0
    """Calls that were let through so far."""
    leases: tuple[tuple[int, float], ...] = ()
    """While half-open or ramping: the numbers of what is under way, and when each is given up."""
    tried: Tally = _NOTHING
    """While half-open or ramping: what came back, in this step."""
    step: int = 0
    """While ramping: which share holds."""
    asked: int = 0
    """While ramping: calls in this step."""
    spare: int = 0
    """While ramping: permits that were given back. Half-open, the leases alone decide."""

    @classmethod
    def begin(cls, rules: Rules, now: float) -> Circuit:
        """A closed breaker that has seen nothing."""
        return cls(rules, State.CLOSED, Window(rules.window_s, now, rules.buckets))

    # --- what is asked of it --------------------------------------------------------------------

    def state_at(self, now: float) -> State:
        """The state the next call meets: an open one is half-open when its time is over."""
        over = self.state is State.OPEN and round(now, _DIGITS) >= self.until
        return State.HALF_OPEN if over else self.state

    def failure_rate(self, now: float) -> float | None:
        """The share that is compared with ``failures``; None: too few calls."""
        tally = self.window.tally(now)
        return tally.share if tally.calls >= self.rules.calls else None

    def refusal(self, now: float) -> Refusal | None:
        """Why a call would not be let through now; None: it would. Nothing is counted."""
        _, answer = self.admit(now, 0.0)
        return answer if isinstance(answer, Refusal) else None

    # --- events ---------------------------------------------------------------------------------

    def admit(self, now: float, lease_s: float) -> tuple[Circuit, Permit | Refusal]:
        """A call wants to be made.

        Args:
            now: Seconds since the epoch of the clock.
            lease_s: How long it can take. A probe that has not come back by then is given up, so
                that one which was lost does not keep the breaker half-open for ever.
        """
        here = _as_of(self, now)
        match here.state:
            case State.CLOSED | State.DISABLED:
                return _let(here, now, None)
            case State.OPEN:
                return _refuse(here, max(0.0, round(here.until - now, _DIGITS)))
            case State.FORCED_OPEN:
                return _refuse(here, None)
            case State.HALF_OPEN:
                if len(here.leases) + here.tried.calls < here.rules.probes:
                    return _let(here, now, lease_s)
                return _refuse(here, _soon(here, now))
            case State.RAMPING:
                if here.spare:
                    return _let(replace(here, spare=here.spare - 1), now, lease_s)
                here = replace(here, asked=here.asked + 1)
                if _is_among(here.rules.ramp[here.step], here.asked):
                    return _let(here, now, lease_s)
                return _refuse(here, _soon(here, now))

    def record(self, permit: Permit, result: Result, now: float) -> Circuit:
        """A call that was let through has ended."""
        if self.state is State.DISABLED:
            return self
        here = _as_of(self, now)
        current = permit.epoch == here.epoch
        if result is Result.IGNORED:
            return _give_up(here, {permit.number})
        failed = result is Result.FAILURE
        if current or here.state not in {State.CLOSED, State.RAMPING}:
            took_s = max(0.0, now - permit.at)
            here = replace(here, window=here.window.add(now, failed=failed, took_s=took_s))
        if not current:  # let through in another state: it was counted, and decides nothing
            return here
        match here.state:
            case State.HALF_OPEN:
                return _probed(here, permit, now, failed=failed)
            case State.RAMPING:
                return _open(here, now) if failed else _recovers(here, permit, now)
            case _:  # closed: in any other state nothing was let through
                rate = here.failure_rate(now)
                trips = rate is not None and rate >= here.rules.failures
                return _open(here, now) if trips else here

    def force(self, state: State, now: float) -> Circuit:
        """Put it into a state by hand; ``closed`` makes it automatic again, with nothing counted.

        Raises:
            IllegalTransition: To ``half_open`` from a state in which calls pass, or to ``ramping``.
        """
        here = _as_of(self, now)
        passing = here.state in {State.CLOSED, State.RAMPING}
        if state is State.RAMPING or (state is State.HALF_OPEN and passing):
            raise IllegalTransition(here.state, state)
        match state:
            case State.OPEN:
                return _open(here, now)
            case State.HALF_OPEN:
                return replace(_anew(here, state), opened=max(1, here.opened))
            case _:
                return replace(_close(here, now), state=state)


def _as_of(circuit: Circuit, now: float) -> Circuit:
    """As time alone has made it: an open time that is over, leases that have ended."""
    state = circuit.state_at(now)
    if state is not circuit.state:
        return _anew(circuit, state)
    lost = {number for number, end in circuit.leases if round(now, _DIGITS) >= end}
    return _give_up(circuit, lost)


def _anew(circuit: Circuit, state: State) -> Circuit:
    """In another state: what is under way decides nothing any more."""
    return replace(
        circuit,
        state=state,
        epoch=circuit.epoch + 1,
        leases=(),
        tried=_NOTHING,
        step=0,
        asked=0,
        spare=0,
    )


def _open(circuit: Circuit, now: float) -> Circuit:
    until = round(now + circuit.rules.open_time_s(circuit.opened), _DIGITS)
    return replace(_anew(circuit, State.OPEN), opened=circuit.opened + 1, until=until)


def _close(circuit: Circuit, now: float) -> Circuit:
    fresh = Circuit.begin(circuit.rules, now)
    return replace(fresh, epoch=circuit.epoch + 1, number=circuit.number)


def _let(circuit: Circuit, now: float, lease_s: float | None) -> tuple[Circuit, Permit]:
    number, leases = circuit.number + 1, circuit.leases
    if lease_s is not None:
        leases = (*leases, (number, round(now + lease_s, _DIGITS)))
    return replace(circuit, number=number, leases=leases), Permit(number, circuit.epoch, now)


def _refuse(circuit: Circuit, retry_after_s: float | None) -> tuple[Circuit, Refusal]:
    refused = replace(circuit, refused=circuit.refused + 1)
    return refused, Refusal(circuit.state, retry_after_s)


def _soon(circuit: Circuit, now: float) -> float:
    """When a recovering breaker is worth asking again, seconds."""
    soon = circuit.rules.open_s * _SOON
    first = min((end for _, end in circuit.leases), default=math.inf)
    return max(0.0, round(min(soon, first - now), _DIGITS))


def _give_up(circuit: Circuit, numbers: Iterable[int]) -> Circuit:
    """Permits that come to nothing: the next calls may have them.

    One of another state has no lease any more, and no number is given twice.
    """
    kept = tuple(lease for lease in circuit.leases if lease[0] not in numbers)
    given = len(circuit.leases) - len(kept)
    return replace(circuit, leases=kept, spare=circuit.spare + given)


def _probed(circuit: Circuit, permit: Permit, now: float, *, failed: bool) -> Circuit:
    if permit.number not in dict(circuit.leases):
        return circuit  # its lease was over: another probe has its place
    here = _came_back(circuit, permit, failed=failed)
    match here.rules.verdict(here.tried):
        case State.OPEN:
            return _open(here, now)
        case State.CLOSED:
            return _anew(here, State.RAMPING) if here.rules.ramp else _close(here, now)
        case _:
            return here


def _recovers(circuit: Circuit, permit: Permit, now: float) -> Circuit:
    here = _came_back(circuit, permit, failed=False)
    if here.tried.calls < here.rules.probes:
        return here
    if here.step + 1 == len(here.rules.ramp):
        return _close(here, now)
    return replace(here, step=here.step + 1, tried=_NOTHING, asked=0, spare=0)


def _came_back(circuit: Circuit, permit: Permit, *, failed: bool) -> Circuit:
    kept = tuple(lease for lease in circuit.leases if lease[0] != permit.number)
    tried = Tally(circuit.tried.calls + 1, circuit.tried.failures + failed)
    return replace(circuit, leases=kept, tried=tried)


def _is_among(share: float, asked: int) -> bool:
    """Whether the call of this number is among the share that passes; of a tenth: 1, 11, 21."""
    part = Fraction(str(share))
    return math.ceil(part * asked) > math.ceil(part * (asked - 1))
