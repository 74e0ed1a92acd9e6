"""The recovery ladder: a pure function, so that every line of the contract is a line here."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from conductor_core.failure.ladder import decide
from conductor_core.failure.rules import allowed_attempts
from conductor_core.failure.situation import Candidate, Decision
from tests.unit.conductor_core.failure.situations import (
    chosen,
    decided,
    players,
    reasons,
    situation,
)
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Importance, Jitter, Retry, Rung
from workflow_ir.taxonomy import Effects, ErrorClass

OF_EACH_CLASS = {
    ErrorClass.TRANSIENT: "transport.connect",
    ErrorClass.BACKEND: "http.503",
    ErrorClass.AUTHENTICATION: "auth.expired",
    ErrorClass.RESOURCE: "resource.memory",
    ErrorClass.PERMANENT: "player.bug",
    ErrorClass.ORCHESTRATION: "gate.failed",
    ErrorClass.CANCELLED: "cancelled",
}
OTHER = players("other")
SKIP, RETRY_SKIP, FALLBACK_RETRY = (
    (Rung.SKIP,),
    (Rung.RETRY, Rung.SKIP),
    (Rung.FALLBACK, Rung.RETRY),
)

CLASS_TABLE = [
    # class                       first, alone   … another       exhausted, alone  … another
    (ErrorClass.TRANSIENT,       ("retry",       "retry",        "fail",           "fallback")),
    (ErrorClass.BACKEND,         ("retry",       "fallback",     "fail",           "fallback")),
    (ErrorClass.AUTHENTICATION,  ("fail",        "fallback",     "fail",           "fallback")),
    (ErrorClass.RESOURCE,        ("retry",       "retry",        "fail",           "fallback")),
    (ErrorClass.PERMANENT,       ("fail",        "fallback",     "fail",           "fallback")),
    (ErrorClass.ORCHESTRATION,   ("fail",        "fallback",     "fail",           "fallback")),
    (ErrorClass.CANCELLED,       ("fail",        "fail",         "fail",           "fail")),
]  # fmt: skip


@pytest.mark.parametrize(("error_class", "expected"), CLASS_TABLE)
def test_the_class_decides_where_nothing_is_written(
    error_class: ErrorClass, expected: tuple[str, ...]
) -> None:
    code = OF_EACH_CLASS[error_class]
    ways = [
        chosen(code, failures=failures, alternatives=alternatives)
        for failures, alternatives in product((1, 3), ((), OTHER))
    ]
    assert tuple(ways) == expected
    if error_class is not ErrorClass.CANCELLED:
        assert decide(situation(code)).rule == f"class:{error_class.value}"


WRITTEN_TABLE = [
    # class                      skip    retry, skip  … the third  fallback, retry  … another
    (ErrorClass.TRANSIENT,     ("skip", "retry",     "skip",      "retry",         "fallback")),
    (ErrorClass.BACKEND,       ("skip", "retry",     "skip",      "retry",         "fallback")),
    (ErrorClass.AUTHENTICATION,("skip", "skip",      "skip",      "fail",          "fallback")),
    (ErrorClass.RESOURCE,      ("skip", "retry",     "skip",      "retry",         "fallback")),
    (ErrorClass.PERMANENT,     ("skip", "skip",      "skip",      "fail",          "fallback")),
    (ErrorClass.ORCHESTRATION, ("skip", "retry",     "skip",      "retry",         "fallback")),
    (ErrorClass.CANCELLED,     ("fail", "fail",      "fail",      "fail",          "fail")),
]  # fmt: skip


@pytest.mark.parametrize(("error_class", "expected"), WRITTEN_TABLE)
def test_a_written_ladder_replaces_that_of_the_class(
    error_class: ErrorClass, expected: tuple[str, ...]
) -> None:
    code = OF_EACH_CLASS[error_class]
    assert (
        chosen(code, on_failure=SKIP),
        chosen(code, on_failure=RETRY_SKIP),
        chosen(code, on_failure=RETRY_SKIP, failures=3),
        chosen(code, on_failure=FALLBACK_RETRY),
        chosen(code, on_failure=FALLBACK_RETRY, alternatives=OTHER),
    ) == expected


def test_a_written_fail_ends_the_ladder() -> None:
    assert chosen("transport.connect", on_failure=(Rung.FAIL, Rung.SKIP)) == "fail"


@pytest.mark.parametrize(
    ("importance", "attempts"),
    [("low", 1), ("normal", 3), ("high", 4), ("critical", 5)],
)
def test_importance_gives_the_attempts_where_no_number_is_written(
    importance: str, attempts: int
) -> None:
    error = StandardError.of("http.503")
    assert allowed_attempts((Retry(),), error, Importance(importance)) == attempts
    assert allowed_attempts((Retry(max_attempts=7),), error, Importance(importance)) == 7
    facts = {"importance": Importance(importance)}
    assert chosen("transport.connect", failures=attempts, **facts) == "fail"
    if attempts > 1:
        assert chosen("transport.connect", failures=attempts - 1, **facts) == "retry"


@pytest.mark.parametrize(
    ("failures", "alternatives", "expected"),
    [
        (2, OTHER, "retry"),
        (3, OTHER, "fallback"),
        (3, (), "retry"),
        (4, (), "retry"),
        (5, (), "fail"),
    ],
)
def test_the_third_transient_failure_tries_the_next_rung_first(
    failures: int, alternatives: tuple[Candidate, ...], expected: str
) -> None:
    facts: dict[str, Any] = {"failures": failures, "alternatives": alternatives}
    assert chosen("transport.connect", importance=Importance.CRITICAL, **facts) == expected


def test_a_written_number_of_attempts_is_used_up_before_the_next_rung() -> None:
    facts: dict[str, Any] = {"alternatives": OTHER, "retry": Retry(max_attempts=5)}
    assert [chosen("transport.connect", failures=n, **facts) for n in (3, 4, 5)] == [
        "retry", "retry", "fallback",
    ]  # fmt: skip


@pytest.mark.parametrize("hint", [0.0, 2.0, 17.5, 120.0])
def test_a_hint_of_the_provider_is_waited_for_exactly(hint: float) -> None:
    error = StandardError.of("http.429", retry_after_s=hint)
    decision = decide(situation(error, jitter=Jitter.FULL, retry=Retry(max_delay_s=1)))
    assert (decision.rung, decision.delay_s) == (Rung.RETRY, hint)


@pytest.mark.parametrize("hint", [120.001, 3600.0, float("inf")])
def test_a_hint_beyond_two_minutes_is_not_waited_for(hint: float) -> None:
    error = StandardError.of("http.429", retry_after_s=hint)
    assert chosen(error) == "fail"
    assert chosen(error, alternatives=OTHER) == "fallback"
    assert reasons(error)["retry"] == "past_deadline"


@pytest.mark.parametrize("hint", [-1.0, float("nan")])
def test_a_hint_that_says_nothing_leaves_the_backoff(hint: float) -> None:
    decision = decide(situation(StandardError.of("http.429", retry_after_s=hint)))
    assert (decision.rung, decision.delay_s) == (Rung.RETRY, 1.0)


@pytest.mark.parametrize(("left", "expected"), [(1.001, "retry"), (1.0, "fail"), (0.0, "fail")])
def test_a_wait_that_reaches_the_total_limit_is_not_begun(left: float, expected: str) -> None:
    assert chosen("transport.connect", time_left_s=left) == expected


def test_a_hint_beyond_the_total_limit_is_struck_with_its_reason() -> None:
    error = StandardError.of("http.429", retry_after_s=30)
    assert reasons(error, time_left_s=20) == {
        "retry": "past_deadline", "fallback": "no_healthy_alternative",
    }  # fmt: skip


@pytest.mark.parametrize("rungs", [None, FALLBACK_RETRY])
@pytest.mark.parametrize(
    ("effects", "again"),
    [(Effects.NONE, True), (Effects.POSSIBLE, False), (Effects.COMMITTED, False)],
)
def test_who_may_act_only_once_is_not_asked_again_after_it_may_have_acted(
    effects: Effects, again: bool, rungs: tuple[Rung, ...] | None
) -> None:
    error = StandardError.of("transport.read", effects=effects)
    facts: dict[str, Any] = {"effects_once": True, "alternatives": OTHER, "on_failure": rungs}
    assert (chosen(error, **facts) != "fail") is again
    if not again:
        assert set(reasons(error, **facts).values()) == {"unsafe_effects"}


@pytest.mark.parametrize("importance", Importance)
@pytest.mark.parametrize("accepted", [True, False])
def test_an_unwritten_skip_needs_low_stakes_and_readers_that_accept_it(
    importance: Importance, accepted: bool
) -> None:
    low = importance in (Importance.LOW, Importance.NORMAL)
    way = chosen("gate.failed", importance=importance, gap_accepted=accepted)
    assert way == ("skip" if low and accepted else "fail")


def test_only_orchestration_errors_are_skipped_unasked() -> None:
    skipped = {c for c, code in OF_EACH_CLASS.items() if chosen(code, gap_accepted=True) == "skip"}
    assert skipped == {ErrorClass.ORCHESTRATION}


@pytest.mark.parametrize(
    "code", ["policy.not_allowed", "policy.budget", "policy.deadline", "cancelled"]
)
def test_what_the_project_or_the_run_refuses_is_never_recovered(code: str) -> None:
    everything = (Rung.RETRY, Rung.FALLBACK, Rung.RECONSTRUCT, Rung.SKIP)
    for rungs in (None, everything):
        assert chosen(code, on_failure=rungs, alternatives=OTHER, gap_accepted=True) == "fail"


def test_no_error_of_class_cancelled_is_recovered_whatever_its_code() -> None:
    error = StandardError.of("player.crash", error_class=ErrorClass.CANCELLED)
    assert chosen(error, on_failure=SKIP) == "fail"


@pytest.mark.parametrize(
    ("code", "expected"),
    [("player.bug", "fallback"), ("player.crash", "fallback"),
     ("player.cancelled_self", "fallback"),
     ("output.refused", "fail"), ("http.404", "fail"), ("config.missing", "fail"),
     ("input.invalid", "fail")],
)  # fmt: skip
def test_of_permanent_errors_only_the_players_own_try_a_fallback(code: str, expected: str) -> None:
    assert chosen(code, alternatives=OTHER) == expected


@pytest.mark.parametrize(
    "code", ["policy.wall_time", "policy.memory", "policy.cpu", "policy.output"]
)
def test_a_player_stopped_by_policy_is_not_asked_again_but_another_one_is(code: str) -> None:
    assert chosen(code, alternatives=OTHER, on_failure=(Rung.RETRY, Rung.FALLBACK)) == "fallback"
    assert reasons(code, on_failure=(Rung.RETRY,)) == {"retry": "not_retryable"}


def test_retry_on_names_what_may_be_retried_and_nothing_else() -> None:
    on = Retry(on=("gate.failed", "backend_failure"), max_attempts=3)
    assert chosen("gate.failed", retry=on) == "retry"
    assert chosen("http.503", retry=on) == "retry"
    assert chosen("transport.connect", retry=on) == "fail"
    assert reasons("transport.connect", retry=on)["retry"] == "not_retryable"


def test_an_orchestration_error_is_not_retried_unchanged_unless_that_is_written() -> None:
    assert reasons("gate.failed")["retry"] == "no_changed_parameters"
    assert chosen("gate.failed", on_failure=(Rung.RETRY,)) == "retry"


def test_a_fallback_names_who_takes_over() -> None:
    decision = decided("player.bug", alternatives=players("b", "c"))
    assert decision.target == "b"
    assert decision.to_json() == {
        "decision": "fallback",
        "delay_s": 0.0,
        "rule": "class:permanent",
        "rejected": [],
        "target": "b",
        "inputs": {
            "class": "permanent",
            "code": "player.bug",
            "retryable": "no",
            "effects": "possible",
            "failures": 1,
            "allowed": 3,
            "importance": "normal",
            "alternatives": ["b", "c"],
        },
        "ranked": [{"target": "b", "score": 0.2}, {"target": "c", "score": 0.2}],
    }


def test_a_failure_tells_what_was_tried_and_on_which_facts() -> None:
    assert decided("transport.connect", failures=3) == Decision(
        Rung.FAIL,
        0.0,
        "class:transient_network",
        ((Rung.FALLBACK, "no_healthy_alternative"), (Rung.RETRY, "attempts_exhausted")),
        inputs={
            "class": "transient_network",
            "code": "transport.connect",
            "retryable": "yes",
            "effects": "none",
            "failures": 3,
            "allowed": 3,
            "importance": "normal",
        },
    )


def test_rejected_rungs_are_told_with_their_reasons() -> None:
    assert decided("transport.connect", failures=3).to_json()["rejected"] == [
        {"rung": "fallback", "reason": "no_healthy_alternative"},
        {"rung": "retry", "reason": "attempts_exhausted"},
    ]


def test_the_ladder_of_a_gate_is_told_by_its_own_key() -> None:
    here: dict[str, Any] = {"on_failure": SKIP, "written_as": "on_fail"}
    assert decided("gate.failed", **here).rule == "on_fail"
    assert decided("gate.failed", on_failure=SKIP).rule == "on_failure"
    assert decided("gate.failed", written_as="on_fail").rule == "class:orchestration"


def test_a_retry_names_its_rule_and_nobody_who_takes_over() -> None:
    rules = (Retry(on=("gate.failed",)), Retry(initial_s=0.1234567))
    decision = decided("http.503", rules=rules)
    assert decision.to_json()["retry_rule"] == 1
    assert decision.to_json()["delay_s"] == 0.123457
    assert decision.target is None
    assert decided("http.404").retry_rule is None


def test_who_is_passed_over_is_told_with_the_reason() -> None:
    b, c = Candidate("b", breaker_open=True), Candidate("c")
    tree = decided("player.bug", alternatives=(b, c)).to_json()
    assert tree["target"] == "c"
    assert tree["passed_over"] == [{"target": "b", "reason": "breaker_open"}]
    assert "ranked" not in tree
