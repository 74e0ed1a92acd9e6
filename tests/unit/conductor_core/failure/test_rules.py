"""Retry rules: which one holds, and how many attempts it allows."""

from __future__ import annotations

import pytest

from conductor_core.failure.rules import allowed_attempts, insists, matching, names
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Importance, Retry
from workflow_ir.taxonomy import FaultDomain, Retryable

BUSY = StandardError.of("http.503")
BY_CODE, BY_CLASS = Retry(on=("http.503",)), Retry(on=("backend_failure",))
OTHER, ALL = Retry(on=("http.500", "permanent")), Retry()


@pytest.mark.parametrize(
    ("rules", "place"),
    [
        ((ALL,), 0), ((OTHER,), None), ((), None), ((OTHER, BY_CODE), 1), ((OTHER, BY_CLASS), 1),
        ((BY_CLASS, BY_CODE), 0), ((ALL, BY_CODE), 0), ((OTHER, ALL, BY_CODE), 1),
    ],
)  # fmt: skip
def test_the_first_rule_that_names_an_error_holds(
    rules: tuple[Retry, ...], place: int | None
) -> None:
    assert matching(rules, BUSY) == place


def test_a_rule_for_everything_names_nothing() -> None:
    assert [names(rule, BUSY) for rule in (BY_CODE, BY_CLASS, OTHER, ALL)] == [
        True, True, False, False,
    ]  # fmt: skip


def test_the_number_is_that_of_the_rule_that_holds() -> None:
    rules = (Retry(on=("http.500",), max_attempts=9), Retry(max_attempts=2))
    assert allowed_attempts(rules, BUSY, Importance.CRITICAL) == 2
    assert allowed_attempts(rules, StandardError.of("http.500"), Importance.LOW) == 9
    assert allowed_attempts(rules[:1], BUSY, Importance.HIGH) == 4


@pytest.mark.parametrize(
    ("importance", "most"), [("low", 1), ("normal", 3), ("high", 4), ("critical", 5)]
)
def test_a_class_never_allows_more_than_importance_does(importance: str, most: int) -> None:
    for code in ("transport.connect", "http.503", "auth.denied"):
        assert allowed_attempts((ALL,), StandardError.of(code), Importance(importance)) == most


def test_a_class_may_allow_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    from conductor_core.failure import rules

    fewer = {BUSY.error_class: 2}
    monkeypatch.setattr(rules, "CLASS_ATTEMPTS", fewer)
    assert [allowed_attempts((ALL,), BUSY, one) for one in Importance] == [1, 2, 2, 2]
    assert allowed_attempts((Retry(max_attempts=7),), BUSY, Importance.LOW) == 7


def test_a_rule_insists_on_a_code_that_is_not_retried_by_itself() -> None:
    crash = StandardError.of("player.crash")
    assert insists(Retry(on=("player.crash",)), crash)
    assert not insists(Retry(on=("permanent",)), crash)
    assert not insists(BY_CODE, BUSY.replace(retryable=Retryable.NO))
    unheard = StandardError("team.own", crash.error_class, "no", retryable=Retryable.NO)
    assert not insists(Retry(on=("team.own",)), unheard)


@pytest.mark.parametrize("domain", FaultDomain)
def test_nobody_insists_where_trying_again_cannot_help(domain: FaultDomain) -> None:
    error = StandardError.of("player.crash", fault_domain=domain)
    hopeless = domain in (FaultDomain.INPUT, FaultDomain.CREDENTIAL, FaultDomain.POLICY)
    assert insists(Retry(on=("player.crash",)), error) is not hopeless
