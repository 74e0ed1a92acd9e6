"""The breaker event by event: what passes, what opens it, what closes it again."""

from __future__ import annotations

import math

import pytest

from conductor_core.failure.breaker import Refusal
from conductor_core.failure.breaker_result import Result
from conductor_core.failure.breaker_rules import IllegalTransition, Rules, State
from conductor_core.failure.window import Tally
from tests.unit.conductor_core.failure.circuits import (
    IGNORED,
    F,
    S,
    called,
    closed,
    let,
    opened,
    passed,
    ramping,
    refused,
)
from workflow_ir.policy import Breaker

# --- closed ---------------------------------------------------------------------------------------


def test_the_rules_are_those_of_the_policy() -> None:
    policy = Breaker(
        window_s=1, calls=2, failures=0.3, open_s=4, max_open_s=5, probes=6, ramp=(0.7,)
    )
    assert Rules.of(policy) == Rules(
        window_s=1, calls=2, failures=0.3, open_s=4, max_open_s=5, probes=6, ramp=(0.7,)
    )
    assert Rules.of(Breaker()) == Rules()


def test_it_opens_when_enough_calls_have_failed_and_not_before() -> None:
    circuit = called(closed(), F, F, F, F)
    assert circuit.state is State.CLOSED
    assert circuit.failure_rate(0) is None
    circuit = called(circuit, S)
    assert circuit.state is State.OPEN
    assert circuit.failure_rate(0) == 0.8


def test_half_of_the_calls_failing_is_enough_and_less_is_not() -> None:
    assert called(closed(calls=4), S, S, F, F).state is State.OPEN
    assert called(closed(calls=4), S, S, S, F).state is State.CLOSED


def test_failures_long_ago_do_not_count() -> None:
    circuit = called(closed(calls=2, window_s=10), F)
    assert called(circuit, F, now=10).state is State.CLOSED
    assert called(circuit, F, now=9).state is State.OPEN


def test_what_is_ignored_counts_neither_way() -> None:
    circuit = called(closed(calls=1), IGNORED, IGNORED)
    assert circuit.state is State.CLOSED
    assert circuit.window.tally(0) == Tally()


@pytest.mark.parametrize(("ends", "took"), [(5, 2), (3.5, 0.5), (2, 0)])
def test_how_long_calls_took_is_kept(ends: float, took: float) -> None:
    circuit, permit = let(closed(), now=3)
    assert circuit.record(permit, S, ends).window.tally(ends).mean_s == took


# --- open -----------------------------------------------------------------------------------------


def test_an_open_one_tells_when_its_time_is_over() -> None:
    circuit, refusal = refused(opened(), now=10)
    assert refusal == Refusal(State.OPEN, 20)
    assert circuit.refused == 1
    assert circuit.state_at(29.9) is State.OPEN
    assert circuit.state_at(30) is State.HALF_OPEN
    assert let(circuit, now=30)[0].state is State.HALF_OPEN


def test_looking_changes_nothing() -> None:
    circuit = opened()
    assert circuit.refusal(10) == Refusal(State.OPEN, 20)
    assert circuit.refusal(30) is None
    assert circuit == opened()


def test_its_time_is_not_missed_by_a_floats_last_bit() -> None:
    start = 946_684_800.1
    circuit = closed(open_s=0.2).force(State.OPEN, start)
    _, refusal = refused(circuit, now=start)
    assert refusal.retry_after_s == 0.2
    let(circuit, now=round(start + 0.2, 6))


def test_late_failures_are_counted_and_extend_nothing() -> None:
    circuit, late = let(closed(calls=2))
    circuit = called(circuit, F, F, now=1)
    after = circuit.record(late, F, 20)
    assert (after.state, after.until) == (State.OPEN, circuit.until)
    assert after.window.tally(20).failures == 3


@pytest.mark.parametrize("result", [S, F])
def test_late_results_decide_nothing_about_a_probe(result: Result) -> None:
    circuit, late = let(closed())
    circuit, _ = let(circuit.force(State.OPEN, 1), now=31)
    circuit = circuit.record(late, result, 32)
    assert circuit.state is State.HALF_OPEN
    assert circuit.tried == Tally()


def test_results_of_a_time_before_it_opened_are_forgotten_when_it_has_closed() -> None:
    circuit, late = let(closed(calls=1, ramp=()))
    circuit = called(circuit.force(State.OPEN, 1), S, now=31)
    assert circuit.state is State.CLOSED
    after = circuit.record(late, F, 32)
    assert after.state is State.CLOSED
    assert after.window.tally(32) == Tally()


def test_it_stays_open_twice_as_long_each_time_up_to_the_longest() -> None:
    circuit, now, times = opened(open_s=30, max_open_s=100), 0.0, []
    for _ in range(4):
        times.append(circuit.until - now)
        now = circuit.until
        circuit = called(circuit, F, now=now)
    assert times == [30, 60, 100, 100]


def test_the_first_time_holds_even_beyond_the_longest() -> None:
    assert opened(open_s=600, max_open_s=300).until == 600


def test_a_time_beyond_all_numbers_is_the_longest_one() -> None:
    assert Rules().open_time_s(10**6) == 300


def test_once_closed_it_is_open_for_the_first_time_again() -> None:
    circuit = called(opened(calls=1, ramp=()), F, now=30)
    circuit = called(circuit, S, now=90)
    assert circuit.state is State.CLOSED
    circuit = called(circuit, F, now=100)
    assert circuit.until == 130


# --- half-open ------------------------------------------------------------------------------------


def test_of_twenty_calls_at_once_one_is_the_probe() -> None:
    _, permits, places = passed(opened(), 20, now=30)
    assert (len(permits), places) == (1, [1])


def test_so_many_probes_pass_as_were_written_and_all_are_waited_for() -> None:
    circuit, permits, places = passed(opened(probes=3, ramp=()), 20, now=30)
    assert places == [1, 2, 3]
    for permit in permits[:2]:
        circuit = circuit.record(permit, F, 31)
        assert circuit.state is State.HALF_OPEN
    refused(circuit, now=31)  # what came back makes no room: three are enough to decide
    assert circuit.record(permits[2], S, 31).state is State.OPEN


def test_probes_that_failed_less_than_the_share_close_it() -> None:
    assert called(opened(probes=3, ramp=()), S, F, S, now=30).state is State.CLOSED


def test_a_cancelled_probe_gives_its_permit_back() -> None:
    circuit, permit = let(opened(), now=30)
    refused(circuit, now=30)
    let(circuit.record(permit, IGNORED, 31), now=31)


def test_a_lost_probe_is_given_up_when_its_lease_ends() -> None:
    circuit, lost = let(opened(), now=30, lease_s=5)
    circuit, _ = refused(circuit, now=34.9)
    circuit, second = let(circuit, now=35)
    circuit = circuit.record(lost, F, 36)
    assert circuit.state is State.HALF_OPEN
    assert circuit.record(second, S, 36).state is State.RAMPING


@pytest.mark.parametrize(("lease_s", "soon"), [(60.0, 3.0), (2.0, 2.0)])
def test_who_is_refused_meanwhile_asks_again_soon(lease_s: float, soon: float) -> None:
    circuit, _ = let(opened(), now=30, lease_s=lease_s)
    assert refused(circuit, now=30)[1] == Refusal(State.HALF_OPEN, soon)


def test_probes_may_decide_as_soon_as_they_are_enough() -> None:
    rules = {"probes": 4, "reopen_at": 2, "close_at": 3, "ramp": ()}
    assert called(opened(**rules), F, S, S, now=30).state is State.HALF_OPEN
    assert called(opened(**rules), F, S, S, S, now=30).state is State.CLOSED
    assert called(opened(**rules), S, S, F, now=30).state is State.HALF_OPEN
    assert called(opened(**rules), S, F, F, now=30).state is State.OPEN
    assert called(opened(**rules, failures=1.0), S, S, S, now=30).state is State.CLOSED


def test_of_both_thresholds_the_one_that_opens_counts_first() -> None:
    rules = Rules(reopen_at=1, close_at=1)
    assert rules.verdict(Tally(2, 1)) is State.OPEN
    assert rules.verdict(Tally(1, 0)) is State.CLOSED
    assert rules.buckets == 10


def test_a_share_of_failed_probes_that_is_just_reached_opens_it() -> None:
    rules = Rules(probes=2, failures=0.5)
    assert [rules.verdict(Tally(2, failed)) for failed in (0, 1)] == [State.CLOSED, State.OPEN]


# --- ramping --------------------------------------------------------------------------------------


def test_it_closes_in_steps_of_ten_and_fifty_percent() -> None:
    circuit, permits, places = passed(ramping(), 30, now=30)
    assert places == [1, 11, 21]
    circuit, _, places = passed(circuit.record(permits[0], S, 31), 6, now=31)
    assert places == [1, 3, 5]
    circuit = circuit.record(permits[1], S, 32)
    assert circuit.state is State.CLOSED
    assert passed(circuit, 100, now=32)[2] == list(range(1, 101))


def test_each_step_wants_as_many_successes_as_there_were_probes() -> None:
    circuit = opened(probes=2, ramp=(0.5,))
    circuit = called(circuit, S, S, now=30)
    circuit, permits, _ = passed(circuit, 4, now=30)
    circuit = circuit.record(permits[0], S, 31)
    assert circuit.state is State.RAMPING
    assert circuit.record(permits[1], S, 31).state is State.CLOSED


def test_a_failure_on_the_way_opens_it_again_for_longer() -> None:
    circuit, permits, _ = passed(ramping(), 11, now=30)
    circuit = circuit.record(permits[0], S, 31)
    circuit = circuit.record(permits[1], F, 32)
    assert (circuit.state, circuit.until) == (State.OPEN, 32 + 60)


def test_who_is_not_let_through_on_the_way_asks_again_soon() -> None:
    circuit, _ = let(ramping(), now=30)
    assert refused(circuit, now=30)[1] == Refusal(State.RAMPING, 3)


def test_a_permit_given_back_on_the_way_is_the_next_ones() -> None:
    circuit, permit = let(ramping(), now=30)
    circuit = circuit.record(permit, IGNORED, 31)
    circuit, _ = let(circuit, now=31)
    assert passed(circuit, 10, now=31)[2] == [10]


def test_as_many_permits_are_given_on_as_were_given_back() -> None:
    circuit, permits, _ = passed(ramping(), 21, now=30)
    for permit in permits[:2]:
        circuit = circuit.record(permit, IGNORED, 31)
    assert passed(circuit, 12, now=31)[2] == [1, 2, 12]


def test_a_permit_lost_on_the_way_is_the_next_ones_when_its_lease_ends() -> None:
    circuit, _ = let(ramping(), now=30, lease_s=5)
    refused(circuit, now=34)
    let(circuit, now=35)


def test_what_failed_before_it_closed_is_forgotten() -> None:
    circuit = called(closed(calls=2, ramp=()), F, F)
    circuit = called(circuit, S, now=30)
    assert circuit.window.tally(30) == Tally()
    assert called(circuit, F, now=31).state is State.CLOSED


# --- by hand --------------------------------------------------------------------------------------


def test_forced_open_lets_nothing_through_whatever_time_it_is() -> None:
    circuit = closed().force(State.FORCED_OPEN, 0)
    assert refused(circuit, now=1e9)[1] == Refusal(State.FORCED_OPEN, None)


def test_disabled_lets_all_through_and_counts_nothing() -> None:
    circuit = called(opened(calls=1).force(State.DISABLED, 1), F, F, F, now=1)
    assert (circuit.state, circuit.window.tally(1)) == (State.DISABLED, Tally())
    circuit = called(circuit.force(State.CLOSED, 2), F, now=2)
    assert circuit.state is State.OPEN


def test_closed_by_hand_it_has_seen_nothing() -> None:
    circuit = called(closed(calls=2), F, F).force(State.CLOSED, 1)
    assert (circuit.state, circuit.opened, circuit.until) == (State.CLOSED, 0, math.inf)
    assert circuit.window.tally(1) == Tally()


def test_an_open_one_may_be_probed_at_once() -> None:
    circuit = opened().force(State.HALF_OPEN, 1)
    assert passed(circuit, 5, now=1)[2] == [1]


def test_a_probe_after_it_was_forced_open_counts_as_a_second_opening() -> None:
    circuit = closed().force(State.FORCED_OPEN, 0).force(State.HALF_OPEN, 0)
    assert called(circuit, F, now=1).until == 61


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (State.CLOSED, State.HALF_OPEN),
        (State.CLOSED, State.RAMPING),
        (State.OPEN, State.RAMPING),
    ],
)
def test_other_transitions_by_hand_are_refused(before: State, after: State) -> None:
    circuit = closed().force(before, 0)
    with pytest.raises(IllegalTransition) as told:
        circuit.force(after, 0)
    assert (told.value.before, told.value.after) == (before, after)
    assert str(told.value) == (
        f"a breaker that is '{before}' cannot be made '{after}' by hand: 'half_open' follows "
        "a state in which nothing passes, and 'ramping' good probes only"
    )


def test_one_that_ramps_is_not_probed_again() -> None:
    with pytest.raises(IllegalTransition):
        ramping().force(State.HALF_OPEN, 30)


def test_who_was_let_through_before_it_was_forced_decides_nothing() -> None:
    circuit, late = let(closed(calls=1))
    circuit = circuit.force(State.CLOSED, 1)
    assert circuit.record(late, F, 2).state is State.CLOSED
