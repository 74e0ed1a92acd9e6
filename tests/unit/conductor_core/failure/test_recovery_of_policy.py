"""Ladders that policy writes, that of orchestration errors, and used-up budgets."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.failure.situation import Decision
from tests.unit.conductor_core.failure.situations import (
    chosen,
    decided,
    players,
    reasons,
)
from workflow_ir.policy import Importance, Rung

OTHER = players("other")


def test_policy_replaces_the_ladder_of_a_class() -> None:
    recovery = {"backend_failure": (Rung.RETRY, Rung.FALLBACK)}
    decision = decided("http.503", recovery=recovery, alternatives=OTHER)
    assert (decision.rung, decision.rule) == (Rung.RETRY, "recovery:backend_failure")
    assert chosen("transport.connect", recovery={"backend_failure": (Rung.FAIL,)}) == "retry"


def test_a_code_wins_over_its_class_and_a_step_over_both() -> None:
    recovery = {"backend_failure": (Rung.FAIL,), "http.503": (Rung.RETRY,)}
    decision = decided("http.503", recovery=recovery)
    assert (decision.rung, decision.rule) == (Rung.RETRY, "recovery:http.503")
    assert chosen("http.500", recovery=recovery) == "fail"
    decision = decided("http.503", recovery=recovery, on_failure=(Rung.SKIP,))
    assert (decision.rung, decision.rule) == (Rung.SKIP, "on_failure")


def test_what_policy_writes_for_permanent_errors_may_fall_back() -> None:
    recovery = {"permanent": (Rung.FALLBACK,)}
    assert chosen("output.refused", alternatives=OTHER, recovery=recovery) == "fallback"
    assert chosen("output.refused", alternatives=OTHER, on_failure=(Rung.FALLBACK,)) == "fallback"
    assert reasons("output.refused", alternatives=OTHER) == {"fallback": "fault_in_task"}


def test_a_retry_that_policy_writes_needs_no_changed_parameters() -> None:
    assert chosen("gate.failed", recovery={"orchestration": (Rung.RETRY,)}) == "retry"
    assert chosen("gate.failed", recovery={"gate.failed": (Rung.RETRY,)}) == "retry"
    assert chosen("gate.failed", recovery={"permanent": (Rung.RETRY,)}) == "fail"


def test_a_skip_that_policy_writes_needs_readers_and_low_stakes_but_no_tolerance() -> None:
    facts: dict[str, Any] = {"recovery": {"backend_failure": (Rung.SKIP,)}, "gap_accepted": True}
    assert chosen("http.503", error_tolerance="minimal", **facts) == "skip"
    assert chosen("http.503", importance=Importance.HIGH, **facts) == "fail"
    assert chosen("http.503", **{**facts, "gap_accepted": False}) == "fail"


def test_minimal_tolerance_leaves_no_gap_that_is_not_written() -> None:
    facts: dict[str, Any] = {"gap_accepted": True, "error_tolerance": "minimal"}
    assert reasons("gate.failed", **facts)["skip"] == "not_skippable"
    assert chosen("gate.failed", on_failure=(Rung.SKIP,), **facts) == "skip"


ROUTE = players("route")
STAGES: list[tuple[dict[str, Any], str]] = [
    ({"varied": True}, "retry"),
    ({"alternatives": OTHER}, "fallback"),
    ({"reconstructable": True}, "reconstruct"),
    ({"routes": ROUTE}, "reroute"),
    ({"gap_accepted": True}, "skip"),
    ({"human": True}, "escalate"),
    ({}, "fail"),
]


@pytest.mark.parametrize("first", range(len(STAGES)))
def test_an_orchestration_error_goes_down_its_ladder_rung_by_rung(first: int) -> None:
    facts = {key: value for stage, _ in STAGES[first:] for key, value in stage.items()}
    decision = decided("gate.failed", **facts)
    assert decision.rung.value == STAGES[first][1]
    assert [why for _, why in decision.rejected] == [
        "no_changed_parameters",
        "no_healthy_alternative",
        "no_later_artifact",
        "no_healthy_alternative",
        "not_skippable",
        "no_human",
    ][:first]


def test_a_reroute_names_the_player_with_the_same_capability() -> None:
    decision = decided("gate.failed", routes=ROUTE)
    assert (decision.rung, decision.target) == (Rung.REROUTE, "route")


def test_a_rung_that_led_nowhere_is_not_taken_again() -> None:
    facts: dict[str, Any] = {"reconstructable": True, "human": True}
    decision = decided("gate.failed", struck={Rung.RECONSTRUCT: "no_later_artifact"}, **facts)
    assert decision.rung is Rung.ESCALATE
    assert (Rung.RECONSTRUCT, "no_later_artifact") in decision.rejected
    decision = decided("gate.failed", struck={Rung.ESCALATE: "no_human"}, human=True)
    assert (decision.rung, dict(decision.rejected)[Rung.ESCALATE]) == (Rung.FAIL, "no_human")


def test_what_was_refused_for_money_is_not_asked_for_again() -> None:
    ladder = (Rung.RECONSTRUCT,)
    facts: dict[str, Any] = {"reconstructable": True, "on_failure": ladder}
    decision = decided("http.400", struck={Rung.RECONSTRUCT: "no_budget"}, **facts)
    assert decision.rung is Rung.FAIL
    assert decision.rejected == ((Rung.RECONSTRUCT, "no_budget"),)


def test_a_used_up_budget_does_what_the_step_says() -> None:
    facts: dict[str, Any] = {"alternatives": OTHER, "gap_accepted": True, "human": True}
    for said, expected in ((None, "fail"), ("fail", "fail"), ("skip", "skip")):
        assert chosen("policy.budget", on_exceeded=said, **facts) == expected
    decision = decided("policy.budget", on_exceeded="cheaper", cheaper="other", **facts)
    assert (decision.rung, decision.target, decision.rule) == (
        Rung.FALLBACK, "other", "on_exceeded",
    )  # fmt: skip


def test_a_used_up_budget_without_a_way_out_fails_with_the_reason() -> None:
    assert reasons("policy.budget", on_exceeded="cheaper") == {"fallback": "no_healthy_alternative"}
    assert reasons("policy.budget", on_exceeded="skip") == {"skip": "not_skippable"}
    important: dict[str, Any] = {"gap_accepted": True, "importance": Importance.HIGH}
    assert chosen("policy.budget", on_exceeded="skip", **important) == "fail"
    assert chosen("policy.deadline", on_exceeded="skip", gap_accepted=True) == "fail"


FAILED_MONEY = {
    "class": "resource_constraint", "code": "policy.budget", "retryable": "no",
    "effects": "none", "failures": 1, "allowed": 3, "importance": "normal",
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "facts", "rung", "rejected"),
    [
        ("skip", {"gap_accepted": True}, Rung.SKIP, ()),
        ("skip", {"human": True}, Rung.FAIL, ((Rung.SKIP, "not_skippable"),)),
        ("cheaper", {"cheaper": "other"}, Rung.FALLBACK, ()),
        ("cheaper", {}, Rung.FAIL, ((Rung.FALLBACK, "no_healthy_alternative"),)),
    ],
)
def test_what_a_used_up_budget_leads_to_is_told_in_full(
    said: str, facts: dict[str, Any], rung: Rung, rejected: tuple[tuple[Rung, str], ...]
) -> None:
    told = {name: fact for name, fact in facts.items() if name != "cheaper"}
    assert decided("policy.budget", on_exceeded=said, **facts) == Decision(
        rung,
        0.0,
        "on_exceeded",
        rejected,
        facts.get("cheaper"),
        {**FAILED_MONEY, "on_exceeded": said, **told},
    )


@pytest.mark.parametrize("said", [None, "fail"])
def test_a_used_up_budget_asks_nobody_cheaper_unless_that_is_written(said: str | None) -> None:
    decision = decided("policy.budget", on_exceeded=said, cheaper="other", alternatives=OTHER)
    assert (decision.rung, decision.rule) == (Rung.FAIL, "code:policy.budget")


def test_a_skip_for_money_is_written_so_tolerance_does_not_matter() -> None:
    facts: dict[str, Any] = {"gap_accepted": True, "error_tolerance": "minimal"}
    assert chosen("policy.budget", on_exceeded="skip", **facts) == "skip"
