"""Retries of one performance as a machine of states, against a model of a few lines."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from conductor_core.failure.ladder import decide
from conductor_core.failure.situation import Candidate, Situation
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Backoff, Importance, Jitter, Retry, Rung

CODES = ("transport.connect", "http.503", "resource.memory", "gate.failed", "player.crash")
CLASSES = {
    "transport.connect": "transient_network", "http.503": "backend_failure",
    "resource.memory": "resource_constraint", "gate.failed": "orchestration",
    "player.crash": "permanent",
}  # fmt: skip
WRITTEN = (Rung.RETRY, Rung.FALLBACK)
RULES = st.lists(
    st.builds(
        Retry,
        max_attempts=st.integers(1, 4),
        on=st.lists(st.sampled_from((*CODES[:4], "backend_failure")), max_size=2).map(tuple),
        backoff=st.sampled_from(Backoff),
        initial_s=st.sampled_from([0.0, 0.5, 3.0]),
        max_delay_s=st.sampled_from([1.0, 10.0]),
    ),
    min_size=1,
    max_size=3,
).map(tuple)


class Retrying(RuleBasedStateMachine):
    """Failures come in any order; the model counts them by hand."""

    retries: tuple[Retry, ...]

    @initialize(
        rules=RULES,
        players=st.integers(1, 3),
        total=st.none() | st.integers(1, 30),
        jitter=st.sampled_from(Jitter),
    )
    def begin(
        self, rules: tuple[Retry, ...], players: int, total: int | None, jitter: Jitter
    ) -> None:
        self.retries, self.jitter, self.total = rules, jitter, total
        self.left = [Candidate(str(n)) for n in range(1, players)]
        self.asked, self.ended = 1, False
        self.attempts, self.now = 0, 0.0
        self._start()

    def _start(self) -> None:
        self.counts: Counter[int] = Counter()
        self.failures = 0
        self.until = None if self.total is None else self.now + self.total

    @precondition(lambda self: not self.ended)
    @rule(code=st.sampled_from(CODES), took=st.sampled_from([0.0, 0.25, 2.0]))
    def fail(self, code: str, took: float) -> None:
        error = StandardError.of(code)
        self.attempts += 1
        self.failures += 1
        self.now += took
        place = next(
            (k for k, one in enumerate(self.retries)
             if not one.on or code in one.on or CLASSES[code] in one.on), None,
        )  # fmt: skip
        if place is not None:
            self.counts[place] += 1
        decision = decide(self._situation(error))
        assert decision == decide(self._situation(error))
        assert decision.rung is self._expected(code, place, decision.delay_s)
        match decision.rung:
            case Rung.RETRY:
                assert place is not None
                assert 0 <= decision.delay_s <= self.retries[place].max_delay_s
                assert self.until is None or self.now + decision.delay_s < self.until
                assert decision.retry_rule == place
                self.now += decision.delay_s
            case Rung.FALLBACK:
                assert decision.target == self.left.pop(0).player
                self.asked += 1
                self._start()
            case _:
                assert decision.rung is Rung.FAIL
                self.ended = True

    @precondition(lambda self: self.ended)
    @rule(total=st.none() | st.integers(1, 30))
    def another_step(self, total: int | None) -> None:
        """The counts of one step say nothing of the next."""
        self.total, self.left, self.asked, self.ended = total, [Candidate("1")], 1, False
        self.attempts = 0
        self._start()

    def _situation(self, error: StandardError) -> Situation:
        return Situation(
            error=error,
            failures=self.failures,
            alternatives=tuple(self.left),
            rules=self.retries,
            by_rule=tuple(self.counts[k] for k in range(len(self.retries))),
            importance=Importance.NORMAL,
            on_failure=WRITTEN,
            gap_accepted=False,
            effects_once=False,
            time_left_s=None if self.until is None else self.until - self.now,
            jitter=self.jitter,
            rng=random.Random(self.attempts),
        )

    def _expected(self, code: str, place: int | None, delay: float) -> Rung:
        """What a reader of the contract would say."""
        may = place is not None and code != "player.crash"
        if may and place is not None:
            most = self.retries[place].max_attempts
            assert most is not None
            may = self.counts[place] < most
        if may and place is not None and self.until is not None:
            may = self._shortest(place) < self.until - self.now
        if may:
            return Rung.RETRY
        return Rung.FALLBACK if self.left else Rung.FAIL

    def _shortest(self, place: int) -> float:
        """The delay of this failure, by the seed's tables and this attempt's draw."""
        one, n = self.retries[place], self.counts[place]
        assert one.initial_s is not None
        grown = {
            Backoff.CONSTANT: one.initial_s,
            Backoff.LINEAR: one.initial_s * n,
            Backoff.EXPONENTIAL: one.initial_s * 2 ** (n - 1),
        }[Backoff(one.backoff)]  # type: ignore[arg-type]
        delay = min(one.max_delay_s, grown)
        drawn = random.Random(self.attempts).uniform(0, delay)
        return drawn if self.jitter is Jitter.FULL else delay

    @invariant()
    def no_player_makes_more_attempts_than_all_its_rules_allow(self) -> None:
        if hasattr(self, "retries") and hasattr(self, "counts"):
            most = sum(one.max_attempts or 0 for one in self.retries) + 1
            assert self.failures <= most
            assert self.attempts <= most * self.asked


TestRetrying = Retrying.TestCase
TestRetrying.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
