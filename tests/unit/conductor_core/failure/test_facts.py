"""What a decision tells of the facts it was taken on."""

from __future__ import annotations

from typing import Any

from conductor_core.failure.facts import facts_of
from conductor_core.failure.history import Tally
from conductor_core.failure.situation import Candidate
from tests.unit.conductor_core.failure.situations import situation
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Retry

ALWAYS = {
    "class": "backend_failure", "code": "http.503", "retryable": "yes", "effects": "none",
    "failures": 1, "allowed": 3, "importance": "normal",
}  # fmt: skip


def told(error: StandardError | str = "http.503", **facts: Any) -> dict[str, Any]:
    return facts_of(situation(error, **facts))


def test_what_is_absent_is_not_told() -> None:
    assert told() == ALWAYS


def test_everything_that_may_matter_is_told() -> None:
    facts: dict[str, Any] = {
        "time_left_s": 0.0, "money_left_usd": 0.0, "tokens_left": 0, "on_exceeded": "skip",
        "error_tolerance": "minimal", "gap_accepted": True, "effects_once": True, "varied": True,
        "breaker_open": True, "human": True, "reconstructable": True,
    }  # fmt: skip
    assert told(**facts) == {**ALWAYS, **facts}
    assert told(retry_token=False) == {**ALWAYS, "throttled": True}
    assert told(routes=(Candidate("r"),)) == {**ALWAYS, "routes": ["r"]}
    hinted = told(StandardError.of("http.503", retry_after_s=0.0))
    assert hinted == {**ALWAYS, "retry_after_s": 0.0}


def test_of_several_rules_the_one_that_holds_is_told_with_its_count() -> None:
    rules = (Retry(on=("http.500",)), Retry())
    assert told(rules=rules, by_rule=(2, 1), failures=3) == {
        **ALWAYS, "failures": 3, "rule": 1, "failures_by_rule": 1,
    }  # fmt: skip
    assert "rule" not in told(rules=rules[:1])
    assert "failures_by_rule" not in told(by_rule=(1,))
    named = {**ALWAYS, "failures": 3}
    assert told(rules=rules[:1], by_rule=(2,), failures=3) == named


def test_renewals_are_told_where_a_credential_is_at_fault() -> None:
    assert told("auth.denied")["refreshes_left"] == 0
    assert told("http.403", refreshes_left=1)["refreshes_left"] == 1
    assert "refreshes_left" not in told(refreshes_left=1)


def test_history_is_told_with_what_it_makes_expected() -> None:
    known = Candidate("b", history=Tally(10, 0))
    assert told(alternatives=(known, Candidate("c")))["history"] == {
        "b": {"successes": 10, "failures": 0, "expected": 0.722, "confidence": 0.92}
    }
