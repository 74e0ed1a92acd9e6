"""What a breaker remembers from one state to the next, and what it forgets."""

from __future__ import annotations

import pytest

from conductor_core.failure.breaker import Circuit, Permit
from conductor_core.failure.breaker_result import Result
from conductor_core.failure.breaker_rules import Rules, State
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


def test_its_window_has_the_buckets_of_its_rules_from_when_it_began() -> None:
    circuit = called(Circuit.begin(Rules(window_s=10, buckets=2), 3), F, now=7.9)
    assert circuit.window.tally(12.9).calls == 1
    assert circuit.window.tally(13).calls == 0


def test_every_permit_has_a_number_of_its_own() -> None:
    circuit, first = let(closed(calls=1))
    circuit, second = let(circuit, now=1)
    assert (first, second) == (Permit(1, 0, 0), Permit(2, 0, 1))
    assert circuit.number == 2
    circuit, third = let(circuit.force(State.CLOSED, 2), now=2)
    assert (third.number, circuit.number) == (3, 3)


@pytest.mark.parametrize("result", [S, F, IGNORED])
def test_late_results_decide_nothing_while_it_recovers(result: Result) -> None:
    circuit, late = let(closed())
    circuit = called(circuit.force(State.OPEN, 0), S, now=30)
    assert circuit.record(late, result, 31) == circuit


@pytest.mark.parametrize("result", [S, F, IGNORED])
def test_late_results_of_a_probe_decide_nothing_while_it_recovers(result: Result) -> None:
    circuit, late = let(opened(), now=30)
    circuit = called(circuit.force(State.HALF_OPEN, 31), S, now=31)
    assert circuit.state is State.RAMPING
    assert circuit.record(late, result, 32) == circuit


def test_results_of_a_time_before_it_was_closed_by_hand_are_forgotten() -> None:
    circuit, late = let(closed(calls=1))
    circuit = circuit.force(State.OPEN, 1).force(State.CLOSED, 2).record(late, F, 3)
    assert (circuit.state, circuit.window.tally(3)) == (State.CLOSED, Tally())


def test_probes_that_were_under_way_when_it_opened_again_leave_room_for_others() -> None:
    circuit, probes, _ = passed(opened(probes=3, reopen_at=1), 3, now=30)
    circuit = circuit.record(probes[0], F, 31)
    assert circuit.state is State.OPEN
    assert passed(circuit, 5, now=91)[2] == [1, 2, 3]


def test_a_lease_ends_at_its_moment_and_not_at_the_next_second() -> None:
    circuit, _ = let(opened(), now=30, lease_s=2.4)
    assert refused(circuit, now=30)[1].retry_after_s == 2.4
    assert refused(circuit, now=32.3)[1].retry_after_s == 0.1
    let(circuit, now=32.4)


def test_one_that_recovers_from_a_ramp_begins_it_anew() -> None:
    circuit, permits, _ = passed(ramping(), 11, now=30)
    circuit = circuit.record(permits[0], S, 31)
    circuit, permits, _ = passed(circuit, 4, now=31)  # the second step
    circuit = circuit.record(permits[0], IGNORED, 31)
    circuit = circuit.record(permits[1], F, 31)
    circuit = called(circuit, S, now=91)
    assert circuit.state is State.RAMPING
    assert passed(circuit, 30, now=91)[2] == [1, 11, 21]


def test_each_step_of_a_ramp_counts_its_own_calls() -> None:
    circuit, permits, _ = passed(ramping(), 11, now=30)
    assert passed(circuit.record(permits[0], S, 31), 6, now=31)[2] == [1, 3, 5]


def test_a_permit_given_back_in_one_step_is_of_no_use_in_the_next() -> None:
    circuit, permits, _ = passed(ramping(), 11, now=30)
    circuit = circuit.record(permits[0], IGNORED, 31).record(permits[1], S, 31)
    assert passed(circuit, 6, now=31)[2] == [1, 3, 5]


def test_a_permit_given_back_in_the_second_step_is_the_next_ones() -> None:
    circuit, permits, _ = passed(ramping(), 11, now=30)
    circuit, permits, _ = passed(circuit.record(permits[0], S, 31), 1, now=31)
    circuit = circuit.record(permits[0], IGNORED, 31)
    assert passed(circuit, 4, now=31)[2] == [1, 3]


def test_each_step_of_a_ramp_wants_its_own_successes() -> None:
    circuit = called(opened(probes=2, ramp=(0.5, 0.5)), S, S, now=30)
    circuit, permits, _ = passed(circuit, 3, now=30)
    circuit = circuit.record(permits[0], S, 31)
    assert (circuit.tried, circuit.step) == (Tally(1, 0), 0)
    circuit = circuit.record(permits[1], S, 31)
    assert (circuit.tried, circuit.step) == (Tally(), 1)
    circuit, permits, _ = passed(circuit, 3, now=31)
    circuit = circuit.record(permits[0], S, 32)
    assert circuit.state is State.RAMPING
    assert circuit.record(permits[1], S, 32).state is State.CLOSED


def test_a_permit_that_was_given_on_has_a_lease_too() -> None:
    circuit, permit = let(ramping(), now=30)
    circuit, _ = let(circuit.record(permit, IGNORED, 31), now=31, lease_s=5)
    refused(circuit, now=35)
    let(circuit, now=36)


def test_where_nothing_is_under_way_it_is_asked_again_after_a_tenth_of_the_open_time() -> None:
    circuit = called(opened(probes=2, open_s=25), S, S, now=30)
    circuit = called(circuit, S, now=30)
    assert circuit.leases == ()
    assert refused(circuit, now=30)[1].retry_after_s == 2.5


def test_one_that_has_recovered_opens_again_when_calls_fail() -> None:
    circuit = called(ramping(calls=2, ramp=(1.0,)), S, now=31)
    assert circuit.state is State.CLOSED
    assert called(circuit, F, F, now=32).until == 62
