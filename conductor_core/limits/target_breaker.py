"""The breaker of one target as attempts meet it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from conductor_core.failure.breaker import Circuit, Permit, Refusal
from conductor_core.failure.breaker_result import Result, breaker_result
from conductor_core.failure.breaker_rules import State
from workflow_ir.outcome import StandardError, Success


@dataclass(frozen=True, slots=True)
class Change:
    """A breaker is in another state."""

    before: State
    after: State
    open_s: float | None = None
    """How long it is open now, seconds; None unless ``after`` is ``open``."""


class TargetBreaker:
    """A circuit that several attempts use at the same time.

    Args:
        circuit: As it is now.
        now: Its time, seconds.
        lock: Held by whoever changes anything.
    """

    def __init__(self, circuit: Circuit, now: Callable[[], float], lock: threading.Lock) -> None:
        self._circuit = circuit
        self._now = now
        self._lock = lock

    @property
    def state(self) -> State:
        """The state the next call meets."""
        return self._circuit.state_at(self._now())

    @property
    def circuit(self) -> Circuit:
        """All that is counted, as of the last event."""
        return self._circuit

    def refusal(self) -> Refusal | None:
        """Why an attempt would be refused now; None: it would not. Nothing is counted."""
        return self._circuit.refusal(self._now())

    def admit(self, *, lease_s: float) -> Admission | Refusal:
        """An attempt wants to be made.

        Args:
            lease_s: The longest that it can take: a probe that was lost is given up then.
        """
        with self._lock:
            before = self._circuit.state
            self._circuit, answer = self._circuit.admit(self._now(), lease_s)
            change = self._change(before)
        return answer if isinstance(answer, Refusal) else Admission(self, answer, change)

    def record(self, permit: Permit, result: Result) -> Change | None:
        """An attempt has ended; ``Admission`` says so for whoever makes it."""
        with self._lock:
            before = self._circuit.state
            self._circuit = self._circuit.record(permit, result, self._now())
            return self._change(before)

    def forget(self) -> None:
        """What was counted says nothing any more: the target has a new credential.

        It closes, unless it was forced by hand.
        """
        with self._lock:
            if self._circuit.state not in {State.FORCED_OPEN, State.DISABLED}:
                self._circuit = self._circuit.force(State.CLOSED, self._now())

    def replace(self, circuit: Circuit) -> None:
        """Put it into another state; the lock is held."""
        self._circuit = circuit

    def _change(self, before: State) -> Change | None:
        after = self._circuit.state
        if after is before:
            return None
        open_s = self._circuit.until - self._now() if after is State.OPEN else None
        return Change(before, after, None if open_s is None else round(open_s, 6))


class Admission:
    """An attempt that a breaker has let through. The first word on its result counts.

    Used with ``with``: who leaves without a word has been cancelled, and the permit is given back.
    """

    def __init__(self, breaker: TargetBreaker, permit: Permit, change: Change | None) -> None:
        self._breaker = breaker
        self._permit: Permit | None = permit
        self.change = change
        """What letting it through has changed: an open breaker is half-open."""

    def settle(self, answer: Success | StandardError, *, of_model: bool = True) -> Change | None:
        """The attempt has ended; ``breaker_result`` tells what that counts for.

        Args:
            answer: Before schema and gate: they are no matter of the provider.
            of_model: The target is a model, not an http address.
        """
        return self._say(breaker_result(answer, of_model=of_model))

    def success(self) -> Change | None:
        """The provider has answered."""
        return self._say(Result.SUCCESS)

    def failure(self) -> Change | None:
        """The provider has failed."""
        return self._say(Result.FAILURE)

    def ignore(self) -> Change | None:
        """Nothing can be said of the provider."""
        return self._say(Result.IGNORED)

    def _say(self, result: Result) -> Change | None:
        permit, self._permit = self._permit, None
        return None if permit is None else self._breaker.record(permit, result)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.ignore()
