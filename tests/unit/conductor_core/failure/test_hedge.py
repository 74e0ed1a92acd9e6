"""When a further attempt starts beside one that takes long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core.failure.hedge import Done, Hedging, Send, Wait, fatal
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Hedge

TWO_MORE = Hedging.of(Hedge(delay_s=0.5, max=2))


def test_the_first_goes_out_at_once_and_each_next_one_after_the_delay() -> None:
    assert TWO_MORE.next(0) == Send()
    here = TWO_MORE.sent(0)
    assert here.next(0.4) == Wait(0.5)
    assert here.next(0.5) == Send()
    here = here.sent(0.7)
    assert here.next(0.7) == Wait(1.2)
    here = here.sent(1.2)
    assert here.next(100) == Wait(None)


def test_without_hedging_one_attempt_is_made() -> None:
    here = Hedging.of(None)
    assert here.next(0) == Send()
    assert here.sent(0).next(1e9) == Wait(None)
    assert here.sent(0).failed(1).next(1) == Done()


def test_what_may_act_only_once_is_never_asked_twice() -> None:
    here = Hedging.of(Hedge(delay_s=0.5, max=5), effects_once=True).sent(0)
    assert here.next(1e9) == Wait(None)
    assert here.failed(1).next(1) == Done()


def test_a_failure_sends_the_next_one_at_once() -> None:
    here = TWO_MORE.sent(0).failed(0.2)
    assert here.next(0.2) == Send()
    assert here.sent(0.2).next(0.2) == Wait(0.7)


def test_each_failure_sends_one() -> None:
    here = TWO_MORE.sent(0).sent(0.5)
    here = here.failed(0.6).failed(0.6)
    here = here.sent(0.6)
    assert here.next(0.6) == Wait(None)
    many = Hedging.of(Hedge(delay_s=0.5, max=5)).sent(0).sent(0.5).failed(0.6).failed(0.6)
    assert many.sent(0.6).next(0.6) == Send()
    assert many.sent(0.6).sent(0.6).next(0.6) == Wait(1.1)


def test_a_hint_says_when_the_next_one_is_sent() -> None:
    here = TWO_MORE.sent(0).failed(0.2, retry_after_s=3)
    assert here.next(0.6) == Wait(3.2)
    assert here.next(3.2) == Send()
    assert TWO_MORE.sent(0).failed(0.2, retry_after_s=0.1).next(0.2) == Wait(0.3)
    assert TWO_MORE.sent(0).failed(0.2, retry_after_s=0).next(0.2) == Send()
    assert TWO_MORE.sent(0).failed(0.2, retry_after_s=-1).next(0.2) == Send()


def test_hints_of_two_failures_send_one() -> None:
    here = Hedging.of(Hedge(delay_s=0.5, max=5)).sent(0).sent(0)
    here = here.failed(0.2, retry_after_s=0).failed(0.2, retry_after_s=0)
    assert here.next(0.2) == Send()
    assert here.sent(0.2).next(0.2) == Wait(0.7)


def test_the_first_success_ends_it() -> None:
    assert TWO_MORE.sent(0).sent(0.5).succeeded().next(0.6) == Done()


def test_a_failure_that_nothing_cures_ends_it() -> None:
    assert TWO_MORE.sent(0).sent(0.5).failed(0.6, fatal=True).next(0.6) == Done()


def test_where_one_is_not_let_through_no_more_are_sent() -> None:
    here = TWO_MORE.sent(0).sent(0.5).refused()
    assert here.next(100) == Wait(None)
    assert here.failed(100).next(100) == Done()
    assert TWO_MORE.sent(0).refused().next(0) == Done()


def test_it_ends_when_all_have_failed() -> None:
    here = TWO_MORE.sent(0).sent(0.5).sent(1).failed(2).failed(2)
    assert here.next(2) == Wait(None)
    assert here.failed(2).next(2) == Done()


@pytest.mark.parametrize(("code", "ends"), [("http.500", False), ("http.400", True)])
def test_what_may_be_retried_may_be_hedged(code: str, ends: bool) -> None:
    assert fatal(StandardError.of(code)) is ends


@given(
    most=st.integers(1, 5),
    events=st.lists(st.sampled_from(["wait", "fail", "hint", "succeed"]), max_size=30),
)
def test_never_more_are_sent_than_are_written_and_it_never_waits_for_nothing(
    most: int, events: list[str]
) -> None:
    here, now = Hedging.of(Hedge(delay_s=1, max=most)), 0.0
    for event in events:
        while here.next(now) == Send():
            here = here.sent(now)
        assert 1 <= here.count <= 1 + most
        match here.next(now), event:
            case Done(), _:
                return
            case Wait(until=None), "wait":
                assert here.going
            case Wait(until=float(until)), "wait":
                assert until > now
                now = until
            case _, ("fail" | "hint") if here.going:
                here = here.failed(now, retry_after_s=2 if event == "hint" else None)
            case _, "succeed" if here.going:
                here = here.succeeded()
                assert here.next(now) == Done()
