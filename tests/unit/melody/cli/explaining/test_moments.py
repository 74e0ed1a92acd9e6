"""Every kind of event in words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melody.cli.explaining.moments import _KINDS, moment_of
from melody.cli.explaining.reasons import CLASSES, REASONS, because, reason, rule
from melody.cli.explaining.story import OF_A_RUN
from melody.cli.view.words import REASONS as SHORT
from tests.architecture.repository import ROOT
from workflow_ir.events import EventKind
from workflow_ir.outcome import Cost, StandardError
from workflow_ir.taxonomy import ErrorClass

DECIDED = {"event": "decision", "decision": "fail", "delay_s": 0.0, "rule": "on_failure",
           "rejected": [], "target": None}  # fmt: skip
OF_SPEC_4 = (
    "not_retryable attempts_exhausted unsafe_effects breaker_open no_budget past_deadline"
    " no_healthy_alternative fault_in_task no_later_artifact not_skippable no_human"
)

CODE = re.compile(r"[a-z]+(_[a-z]+)+")


def _words(node: ast.expr | None) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(word)):
            yield word
        case ast.IfExp():
            yield from _words(node.body)
            yield from _words(node.orelse)


def _reason_codes() -> set[str]:
    """Texts that the hard filters return and that a rung writes into ``struck``."""
    room = ROOT / "conductor_core"
    filters = {room / "failure" / f"{name}.py" for name in ("strikes", "takers")}
    found: set[str] = set()
    for file in (*filters, *(room / "recovery").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Return) or (
                isinstance(node, ast.Assign) and "struck" in ast.unparse(node.targets[0])
            ):
                found |= {word for word in _words(node.value) if CODE.fullmatch(word)}
    return found


def test_every_kind_of_event_of_a_step_has_its_words() -> None:
    assert {EventKind(kind) for kind in _KINDS} == set(EventKind) - OF_A_RUN


@pytest.mark.parametrize("code", sorted(_reason_codes() | {*OF_SPEC_4.split()}))
def test_every_reason_has_a_sentence_and_a_few_words(code: str) -> None:
    assert len(REASONS[code].split()) >= 5
    assert reason(code) == REASONS[code]
    assert code in SHORT


def test_the_reasons_are_looked_for_where_they_are_given() -> None:
    assert {"not_retryable", "no_retry_token", "same_credential", "no_human"} <= _reason_codes()


def test_a_reason_that_nobody_knows_is_told_by_its_own_words() -> None:
    assert reason("moon_is_full") == "moon is full"


def test_every_class_of_errors_has_its_meaning() -> None:
    assert set(CLASSES) == {each.value for each in ErrorClass}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("on_failure", "the step's own `on_failure`"),
        ("on_fail", "the `on_fail` of the step's gate"),
        ("on_exceeded", "the policy's `on_exceeded` for a budget that is used up"),
        ("class:permanent", "the usual order for permanent errors: fallback, fail"),
        ("class:of_tomorrow", "the usual order for of_tomorrow errors"),
        ("recovery:http.503", "the policy's `recovery` for http.503"),
        ("code:policy.budget", "nothing recovers policy.budget"),
        ("something else", "something else"),
    ],
)  # fmt: skip
def test_the_rule_of_a_decision_is_told_in_words(name: str, said: str) -> None:
    assert rule(name) == said


def test_a_decision_tells_its_facts_what_was_rejected_and_who_could_take_over() -> None:
    lines = list(
        because(
            {
                **DECIDED,
                "decision": "fallback",
                "rule": "class:transient_network",
                "rejected": [{"rung": "retry", "reason": "attempts_exhausted"}],
                "inputs": {"failures": 3, "allowed": 3, "importance": "high", "time_left_s": 12.0,
                           "money_left_usd": 0.25, "tokens_left": 7, "throttled": True, "rule": 1,
                           "failures_by_rule": 2, "alternatives": ["b", "c"],
                           "history": {"b": {"successes": 9.5, "failures": 1, "expected": 0.7}}},
                "passed_over": [{"target": "d", "reason": "breaker_open"}],
                "ranked": [{"target": "b", "score": 0.456}, {"target": "c", "score": 0.1}],
            }
        )
    )  # fmt: skip
    assert lines == [
        "by the usual order for transient_network errors: retry, fallback, fail",
        "failure 3 of 3 attempts allowed, importance high",
        "retry rule 2 counts 2 of them",
        "time left: 12s",
        "USD left: 0.25",
        "tokens left: 7",
        "retries of this provider are throttled",
        "could take over: `b`, `c`",
        "`b` so far: 9.5 good, 1 failed, counted as 70% likely to succeed",
        "not retry: the attempts that this player has are used up",
        "not `d`: its provider has failed too often and is left alone for a while",
        "scores of those that could take over: `b` 0.46, `c` 0.10",
        "(scores that differ by less than 0.05 are equal: then the written order holds)",
    ]


@pytest.mark.parametrize(
    ("failures", "allowed", "said"),
    [
        (2, 3, "failure 2 of 3 attempts allowed, importance high"),
        (3, 3, "failure 3 of 3 attempts allowed, importance high"),
        (4, 3, "failure 4; 3 attempts are allowed, importance high"),
        (2, 1, "failure 2; 1 attempt is allowed, importance high"),
        (2, None, "failure 2, importance high"),
    ],
)
def test_failures_are_told_beside_the_attempts_allowed(
    failures: int, allowed: int | None, said: str
) -> None:
    inputs = {"failures": failures, "allowed": allowed, "importance": "high"}
    assert list(because({**DECIDED, "inputs": inputs}))[1] == said


def test_another_player_before_a_retry_is_told_why() -> None:
    facts = {**DECIDED, "decision": "fallback", "rule": "class:transient_network"}
    assert "from failure 3 on, others are asked before the same player again" in because(facts)
    assert not any("from failure" in line for line in because({**facts, "decision": "retry"}))


def test_an_accepted_gap_is_told_where_one_is_left() -> None:
    facts = {**DECIDED, "inputs": {"gap_accepted": True}}
    told = "every reader of this step accepts a gap"
    assert told in because({**facts, "decision": "skip"})
    assert told not in because(facts)


ERROR = StandardError.of(
    "http.429", "slow down", retry_after_s=3.0, attempts=2, cost=Cost(0.5, 7),
    cause_type="openai.RateLimitError", cause_chain=("httpx.HTTPStatusError",),
).to_json()  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "text", "below"),
    [
        ({"event": "attempt_started", "n": 2, "player": "p",
          "parameters": {"temperature": 0.2, "model": "cheap"}},
         "attempt 2: `p` is asked", ['with other parameters: temperature: 0.2, model: "cheap"']),
        ({"event": "attempt_failed", "n": 1, "player": "p", "error": ERROR},
         "attempt 1 of `p` failed: http.429: slow down",
         ["transient_network: the same thing may work a moment later",
          "trying again may help after the wait that the provider names",
          "nothing was done to the world", "the provider asks to wait 3.0s",
          "the player tried 2 times by itself", "it cost 0.5 USD and 7 tokens",
          "raised as openai.RateLimitError, from httpx.HTTPStatusError"]),
        ({"event": "hedged", "n": 1, "player": "p"},
         "no answer yet: `p` is asked once more beside, within attempt 1", []),
        ({"event": "limited", "player": "p", "waited_s": 2.5},
         "waited 2.5s for the rate limit of `p`", []),
        ({"event": "breaker", "target": "openai/x", "state": "open", "refused": True,
          "retry_after_s": 12.0},
         "no attempt was made: openai/x is left alone, its breaker is open",
         ["it is tried again in 12s"]),
        ({"event": "breaker", "target": "openai/x", "state": "half_open", "before": "open",
          "refused": False},
         "the breaker of openai/x goes from open to half open",
         ["a few calls are let through, to see whether it has recovered"]),
        ({"event": "refreshed", "player": "login", "renewed": True},
         "`login` has renewed the credential", []),
        ({"event": "refreshed", "player": "login", "renewed": False,
          "error": {"code": "http.500", "message": "no"}},
         "`login` could not renew the credential", ["http.500: no"]),
        ({"event": "rerouted", "player": "b", "instead_of": "a"},
         "`b` can do the same and takes over from `a`", []),
        ({"event": "reconstructed", "player": "r", "from": ["code"]},
         "`r` made the missing output from code; it is marked as inferred", []),
        ({"event": "left_behind", "player": "p"},
         "`p` did not stop when it was told to; it is left behind and asked no more", []),
        ({"event": "notice", "to": ["ops"], "error": {"code": "x", "message": "y"}},
         "to be told: ops", ["x: y"]),
        ({"event": "gate_checked", "passed": False, "score": 0.5, "at_least": 0.8},
         "the output does not pass the quality gate: score 0.5, at least 0.8 is wanted", []),
        ({"event": "gate_checked", "passed": True}, "the output passes the quality gate", []),
        ({"event": "waiting", "reason": "answer",
          "question": {"text": "Go on?", "assignees": ["Ada"]}},
         "waits for a person: Go on?", ["asked: Ada"]),
        ({"event": "answered", "choice": "retry", "expired": False}, "the answer is 'retry'", []),
        ({"event": "answered", "choice": None, "expired": True}, "nobody answered in time", []),
        ({"event": "step_finished", "record": {"status": "recovered", "player": "r",
          "attempts": [1, 2], "provenance": "inferred", "degraded": True}},
         "ends: recovered, by `r` after 2 attempts",
         ["the output is inferred: it was made from a later one and proves nothing about it",
          "degraded: it goes on with less than was asked for"]),
        ({"event": "routed", "provides": "code", "player": "b", "candidates": ["a", "b"],
          "balance": "round_robin"},
         "`b` is chosen for 'code'", ["among `a`, `b`, round robin"]),
        ({"event": "model_called", "player": "a", "model": "openai/x", "tools": ["look_up"],
          "input_tokens": 3, "output_tokens": 4, "usd": 0.5},
         "`a` asks openai/x and is to use `look_up`", ["3 tokens in, 4 out, 0.5 USD"]),
        ({"event": "model_called", "player": "a", "model": "openai/x", "tools": [],
          "input_tokens": 0, "output_tokens": 0, "usd": 0.0},
         "`a` asks openai/x and has its answer", []),
        ({"event": "model_called", "player": "a", "error": {"code": "http.503"},
          "message": "busy"},
         "`a` asks its model, which fails: http.503: busy", []),
        ({"event": "tool_used", "player": "a", "tool": "t", "outcome": "success",
          "arguments": {"x": 1}},
         "`a` uses `t`", ['with {"x": 1}']),
        ({"event": "tool_used", "player": "a", "tool": "t", "outcome": "recorded",
          "arguments": {}},
         "`a` uses `t`: it was done before, and its answer is from the record", ["with {}"]),
        ({"event": "tool_used", "player": "a", "tool": "t", "outcome": "error",
          "arguments": {}, "error": {"code": "http.503"}, "message": "busy"},
         "`a` uses `t`, which fails", ["with {}", "http.503: busy"]),
        ({"event": "tool_used", "player": "a", "tool": "t", "outcome": "refused",
          "error": {"code": "input.invalid"}, "message": "no"},
         "`a` uses `t` wrongly, so nothing is done", ["input.invalid: no"]),
        ({"event": "novelty", "seq": 1, "run": "R", "path": "a", "time": "x", "odd": 3},
         'novelty: {"odd": 3}', []),
    ],
)  # fmt: skip
def test_an_event_is_told_in_words(facts: dict[str, Any], text: str, below: list[str]) -> None:
    moment = moment_of(facts, 0.0)
    assert (moment.text, list(moment.below)) == (text, below)


def test_a_decision_without_an_attempt_tells_its_error_first() -> None:
    error = {"code": "policy.budget", "message": "spent", "class": "resource_constraint"}
    told = moment_of({**DECIDED, "error": error}, 0.0)
    assert told.text == "decided: fail"
    assert told.below[:2] == (
        "because of policy.budget: spent", "resource_constraint: something is used up",
    )  # fmt: skip


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(st.sampled_from(["code", "class", "rung", "reason", "text", "event", "usd",
                                       "cost", "error", "inputs", "history"]) | st.text(max_size=3),
                      inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
NAMES = ("n", "player", "error", "decision", "delay_s", "rule", "rejected", "target", "inputs",
         "ranked", "passed_over", "record", "question", "choice", "to", "score", "at_least",
         "candidates", "parameters", "state", "waited_s", "arm", "value", "until")  # fmt: skip


@given(
    st.sampled_from([*EventKind, "novelty"]),
    st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=6),
)
def test_facts_of_any_shape_are_told_on_printable_lines(kind: str, facts: dict[str, Any]) -> None:
    moment = moment_of({"event": str(kind), **facts}, None)
    for line in (moment.text, *moment.below):
        assert "\n" not in line
        assert "\x1b" not in line
