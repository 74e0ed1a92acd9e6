"""The sets of guards: who shares what, and what is done by hand."""

from __future__ import annotations

import pytest

from conductor_core.clock.virtual import VirtualClock
from conductor_core.failure.breaker import Refusal
from conductor_core.failure.breaker_rules import IllegalTransition, State
from conductor_core.limits.guards import Guards
from conductor_core.limits.target_breaker import Admission, Change, TargetBreaker
from workflow_ir.outcome import StandardError, Success
from workflow_ir.policy import Breaker, Throttle

TARGET = ("openai", "gpt", "KEY")
QUICK = Breaker(calls=1, ramp=())
DOWN = StandardError.of("http.503")


class Time:
    """A time that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def guards(time: Time) -> Guards:
    return Guards(time, alone=False)


def let(breaker: TargetBreaker) -> Admission:
    answer = breaker.admit(lease_s=60)
    assert isinstance(answer, Admission)
    return answer


def test_the_process_has_one_set_and_a_run_may_have_its_own() -> None:
    clock = VirtualClock()
    assert Guards.of_process() is Guards.of_process()
    assert Guards.of_run(clock) is not Guards.of_run(clock)
    breaker = Guards.of_run(clock).breaker(TARGET, QUICK)
    let(breaker).failure()
    refusal = breaker.refusal()
    assert refusal is not None
    assert refusal.retry_after_s == 30


def test_a_breaker_is_of_its_target_and_its_policy(guards: Guards) -> None:
    let(guards.breaker(TARGET, QUICK)).failure()
    assert guards.breaker(TARGET, Breaker(calls=1, ramp=())).state is State.OPEN
    assert guards.breaker(("openai", "gpt", "OTHER"), QUICK).state is State.CLOSED
    assert guards.breaker(TARGET, Breaker(calls=2, ramp=())).state is State.CLOSED


def test_each_change_is_told_once(guards: Guards, time: Time) -> None:
    breaker = guards.breaker(TARGET, QUICK)
    assert let(breaker).change is None
    assert let(breaker).settle(DOWN) == Change(State.CLOSED, State.OPEN, 30)
    time.now = 30
    probe = let(breaker)
    assert probe.change == Change(State.OPEN, State.HALF_OPEN)
    assert probe.settle(Success("text")) == Change(State.HALF_OPEN, State.CLOSED)
    assert let(breaker).settle(Success("text")) is None


def test_only_the_first_word_on_an_attempt_counts(guards: Guards) -> None:
    breaker = guards.breaker(TARGET, Breaker(calls=2))
    with let(breaker) as admission:
        admission.failure()
        admission.failure()
    assert breaker.circuit.window.tally(0).calls == 1


def test_who_leaves_without_a_word_gives_the_probe_to_the_next(guards: Guards, time: Time) -> None:
    breaker = guards.breaker(TARGET, QUICK)
    let(breaker).failure()
    time.now = 30
    with let(breaker):
        assert breaker.refusal() == breaker.admit(lease_s=60)
    let(breaker)


def test_a_page_that_is_not_there_trips_no_breaker(guards: Guards) -> None:
    breaker = guards.breaker(TARGET, QUICK)
    assert let(breaker).settle(StandardError.of("http.404"), of_model=False) is None
    assert let(breaker).settle(StandardError.of("http.404")) is not None


def test_a_new_credential_starts_afresh(guards: Guards) -> None:
    breaker = guards.breaker(TARGET, QUICK)
    let(breaker).failure()
    breaker.forget()
    assert breaker.refusal() is None
    guards.force(TARGET, "forced_open")
    breaker.forget()
    assert breaker.state is State.FORCED_OPEN


def test_a_policy_may_force_its_own_breaker_and_no_other(guards: Guards) -> None:
    assert guards.breaker(TARGET, Breaker(state="disabled")).state is State.DISABLED
    assert guards.breaker(TARGET, Breaker(state="forced_open")).state is State.FORCED_OPEN
    assert guards.breaker(TARGET, Breaker()).state is State.CLOSED


def test_a_target_is_forced_for_policies_to_come_as_well(guards: Guards) -> None:
    breaker = guards.breaker(TARGET, QUICK)
    own = guards.breaker(TARGET, Breaker(state="disabled"))
    guards.force(TARGET, "forced_open")
    assert isinstance(breaker.admit(lease_s=60), Refusal)
    assert guards.breaker(TARGET, Breaker()).state is State.FORCED_OPEN
    assert guards.breaker(("other", "", ""), Breaker()).state is State.CLOSED
    assert own.state is State.DISABLED
    guards.force(TARGET, "closed")
    assert breaker.state is State.CLOSED
    assert guards.breaker(TARGET, Breaker(calls=7)).state is State.CLOSED


def test_where_one_cannot_be_forced_none_is(guards: Guards) -> None:
    with pytest.raises(IllegalTransition):
        guards.force(TARGET, "half_open")
    opened, closed = guards.breaker(TARGET, QUICK), guards.breaker(TARGET, Breaker())
    let(opened).failure()
    with pytest.raises(IllegalTransition):
        guards.force(TARGET, "half_open")
    assert (opened.state, closed.state) == (State.OPEN, State.CLOSED)
    guards.force(TARGET, "open")
    guards.force(TARGET, "half_open")
    assert (opened.state, closed.state) == (State.HALF_OPEN, State.HALF_OPEN)


def test_retry_tokens_are_of_the_target_and_its_policy(guards: Guards) -> None:
    tokens = guards.throttle(TARGET, Throttle(tokens=2, ratio=1))
    tokens.record(StandardError.of("http.400"))
    assert tokens.tokens.left == 2
    tokens.record(DOWN)
    assert not tokens.allows_retry
    assert not guards.throttle(TARGET, Throttle(tokens=2, ratio=1)).allows_retry
    assert guards.throttle(("other", "", ""), Throttle(tokens=2, ratio=1)).allows_retry
    tokens.record(Success("text"))
    assert tokens.allows_retry
