"""Hard filters: what strikes a rung out, and what holds against each other player."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.failure.purse import Price
from conductor_core.failure.situation import Candidate
from tests.unit.conductor_core.failure.situations import (
    chosen,
    decided,
    players,
    reasons,
)
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Importance, Retry, Rung
from workflow_ir.taxonomy import ErrorClass, Retryable

OTHER = players("other")


@pytest.mark.parametrize("code", ["auth.expired", "auth.denied", "http.401"])
def test_a_refused_credential_is_renewed_and_tried_at_once(code: str) -> None:
    decision = decided(code, refreshes_left=1, alternatives=OTHER, retry=Retry(initial_s=30))
    assert (decision.rung, decision.delay_s) == (Rung.RETRY, 0.0)
    assert chosen(code, refreshes_left=0, alternatives=OTHER) == "fallback"
    assert reasons(code) == {"retry": "not_retryable", "fallback": "no_healthy_alternative"}


def test_a_renewed_credential_is_not_made_to_wait_by_a_hint() -> None:
    error = StandardError.of("auth.expired", retry_after_s=500)
    assert decided(error, refreshes_left=1).delay_s == 0.0
    assert chosen(error, refreshes_left=1) == "retry"


def test_forbidden_is_authentication_for_one_renewal_then_permanent() -> None:
    decision = decided("http.403", refreshes_left=1)
    assert (decision.rung, decision.rule) == (Rung.RETRY, "class:authentication")
    decision = decided("http.403", refreshes_left=0, alternatives=OTHER)
    assert (decision.rung, decision.rule) == (Rung.FAIL, "class:permanent")


def test_renewals_help_no_other_failure() -> None:
    for code in ("http.402", "http.404", "policy.wall_time"):
        assert chosen(code, refreshes_left=2, on_failure=(Rung.RETRY,)) == "fail"


def test_a_refused_credential_is_refused_elsewhere_too() -> None:
    same, own = Candidate("same", same_credential=True), Candidate("own")
    assert decided("auth.denied", alternatives=(same, own)).target == "own"
    assert reasons("auth.denied", alternatives=(same,))["fallback"] == "no_healthy_alternative"
    assert decided("player.bug", alternatives=(same, own)).target == "same"
    refused = decided("auth.denied", alternatives=(same, own)).passed_over
    assert refused == (("same", "same_credential"),)


@pytest.mark.parametrize(
    ("left", "expected"), [(None, "fail"), (1.001, "fail"), (1.0, "retry"), (0.0, "retry")]
)
def test_who_is_left_alone_is_not_asked_before_that_is_over(
    left: float | None, expected: str
) -> None:
    facts: dict[str, Any] = {"breaker_open": True, "breaker_left_s": left}
    assert chosen("transport.connect", **facts) == expected
    if expected == "fail":
        assert reasons("transport.connect", **facts)["retry"] == "breaker_open"


def test_a_closed_breaker_strikes_nothing_whatever_time_is_told() -> None:
    assert chosen("transport.connect", breaker_open=False, breaker_left_s=60.0) == "retry"


def test_an_open_breaker_is_waited_for_like_any_hint() -> None:
    error = StandardError.of("breaker.open", retry_after_s=25.0)
    decision = decided(error, breaker_open=True, breaker_left_s=25.0)
    assert (decision.rung, decision.delay_s) == (Rung.RETRY, 25.0)
    assert chosen(error, breaker_open=True, breaker_left_s=25.0, alternatives=OTHER) == "fallback"


def test_players_whose_provider_is_left_alone_are_passed_over() -> None:
    b, c = Candidate("b", breaker_open=True), Candidate("c")
    assert decided("http.503", alternatives=(b, c)).target == "c"
    assert reasons("player.bug", alternatives=(b,)) == {"fallback": "breaker_open"}
    assert reasons("gate.failed", routes=(b,))["reroute"] == "breaker_open"


def test_each_rule_counts_the_failures_that_it_named() -> None:
    rules = (Retry(on=("http.500",), max_attempts=2), Retry(max_attempts=2))
    facts: dict[str, Any] = {"rules": rules, "failures": 2}
    assert chosen("http.503", by_rule=(2, 1), **facts) == "retry"
    assert reasons("http.503", by_rule=(1, 2), **facts)["retry"] == "attempts_exhausted"
    assert reasons("http.500", by_rule=(2, 0), **facts)["retry"] == "attempts_exhausted"


@pytest.mark.parametrize("code", ["http.400", "expression.type", "dependency.failed"])
@pytest.mark.parametrize("rung", [Rung.FALLBACK, Rung.REROUTE])
def test_a_fault_that_others_would_meet_too_is_put_before_nobody(code: str, rung: Rung) -> None:
    facts: dict[str, Any] = {"on_failure": (rung,), "alternatives": OTHER, "routes": OTHER}
    assert reasons(code, **facts) == {rung.value: "fault_in_task"}


def test_who_reports_an_error_of_its_own_may_be_replaced() -> None:
    error = StandardError("team.own", ErrorClass.BACKEND, "no", retryable=Retryable.NO)
    assert chosen(error, alternatives=OTHER) == "fallback"


def test_without_a_token_nothing_is_tried_again() -> None:
    assert reasons("http.503", retry_token=False)["retry"] == "no_retry_token"
    assert chosen("transport.connect", retry_token=False, alternatives=OTHER) == "fallback"


def priced(name: str, usd: float = 0.0, tokens: int = 0) -> Candidate:
    return Candidate(name, Price(usd, tokens))


@pytest.mark.parametrize(
    ("left", "expected"),
    [(0.3, "dear"), (0.299, "cheap"), (0.1, "cheap"), (None, "dear")],
)
def test_who_cannot_be_paid_is_passed_over(left: float | None, expected: str) -> None:
    here = decided(
        "player.bug",
        importance=Importance.CRITICAL,
        alternatives=(priced("dear", 0.3), priced("cheap", 0.1)),
        money_left_usd=None if left is None else left,
    )
    if expected == "dear" and left is not None:
        # It can be paid, but all the money counts against it.
        assert dict(here.ranked).keys() == {"dear", "cheap"}
        assert here.passed_over == ()
        return
    assert here.target == expected
    assert here.passed_over == ((("dear", "no_budget"),) if left is not None else ())


def test_tokens_are_money_too() -> None:
    long, short = priced("long", tokens=101), priced("short", tokens=100)
    assert decided("player.bug", alternatives=(long, short), tokens_left=100).target == "short"


def test_a_retry_that_cannot_be_paid_gives_way_to_a_player_that_can() -> None:
    facts: dict[str, Any] = {"price": Price(0.5), "money_left_usd": 0.4}
    decision = decided("transport.connect", alternatives=(priced("b", 0.1),), **facts)
    assert (decision.rung, decision.rejected) == (Rung.FALLBACK, ((Rung.RETRY, "no_budget"),))
    assert chosen("transport.connect", price=Price(0.4), money_left_usd=0.4) == "retry"


def test_where_money_is_all_that_lacks_the_purse_itself_refuses() -> None:
    facts: dict[str, Any] = {"price": Price(0.5), "money_left_usd": 0.4}
    decision = decided("transport.connect", **facts)
    assert (decision.rung, decision.delay_s) == (Rung.RETRY, 1.0)
    assert decision.rule == "class:transient_network"
    assert decision.rejected == ((Rung.FALLBACK, "no_healthy_alternative"),)
    decision = decided("http.503", alternatives=(priced("b", 0.9),), **facts)
    assert (decision.rung, decision.target) == (Rung.FALLBACK, "b")
    assert decision.rejected == ((Rung.RETRY, "no_budget"),)
    assert decision.passed_over == (("b", "no_budget"),)


def test_an_open_breaker_beside_an_empty_purse_is_no_way_out() -> None:
    closed = Candidate("closed", Price(0.1), breaker_open=True)
    facts: dict[str, Any] = {"money_left_usd": 0.4, "alternatives": (closed, priced("b", 0.9))}
    assert decided("player.bug", **facts).target == "b"
    assert decided("player.bug", money_left_usd=0.4, alternatives=(closed,)).rung is Rung.FAIL


def test_a_permanent_error_is_retried_where_a_rule_names_it() -> None:
    named = Retry(on=("player.crash",))
    assert chosen("player.crash", retry=named) == "retry"
    assert chosen("player.bug", retry=named) == "fail"
    unknown = StandardError.of("player.crash", retryable=Retryable.UNKNOWN)
    assert chosen(unknown, retry=Retry(on=("permanent",))) == "retry"
    assert chosen("player.crash", retry=Retry(on=("permanent",))) == "fail"
    assert chosen(unknown) == "fail"


@pytest.mark.parametrize(
    "code", ["policy.wall_time", "http.400", "auth.denied", "expression.type", "http.402"]
)
def test_naming_a_code_does_not_help_where_trying_again_cannot(code: str) -> None:
    facts: dict[str, Any] = {"retry": Retry(on=(code,)), "on_failure": (Rung.RETRY,)}
    assert reasons(code, **facts) == {"retry": "not_retryable"}


def test_a_provider_that_says_no_is_believed() -> None:
    error = StandardError.of("http.503", retryable=Retryable.NO)
    assert chosen(error, retry=Retry(on=("http.503",))) == "fail"
