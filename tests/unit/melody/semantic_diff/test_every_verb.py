"""A change of any part of any verb or modifier is a difference, told at its step."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.pipeline import compile_text
from melody.semantic_diff import Change, changes
from tests.architecture.repository import ROOT
from workflow_ir.allow import Allow
from workflow_ir.workflow import WorkflowIR

FOLDER = ROOT / "tests" / "unit" / "melody" / "melodies"
WHOLE = (FOLDER / "whole.melody.yaml").read_text("utf-8")
PART = (FOLDER / "part.melody.yaml").read_text("utf-8")
ALLOW = Allow(command=("send", "make"))


def _compiled(whole: str, part: str = PART) -> WorkflowIR:
    given = {"part.melody.yaml": part}
    found = compile_text(whole, file="whole.melody.yaml", allow=ALLOW, given=given)
    assert found.ir is not None, found.errors
    return found.ir


def _between(old: str, new: str) -> list[Change]:
    assert WHOLE.count(old) >= 1, old
    return list(changes(_compiled(WHOLE), _compiled(WHOLE.replace(old, new))))


@pytest.mark.parametrize(
    ("old", "new", "thing", "field"),
    [
        ("task_type: finance", "task_type: email_campaign", "draft", "weight"),
        ("backoff: [1s, 2s]", "backoff: [1s, 3s]", "draft", "policy.retry.backoff"),
        ("prefer: [jury]", "prefer: [judge]", "score", "route.candidates"),
        ("round_robin", "random", "score", "route.balance"),
        ("at_least: 0.1", "at_least: 0.2", "score", "gate.at_least"),
        ("make lint && make test", "make lint", "checks", "run.commands"),
        ('to: "24:00"', 'to: "23:00"', "checks", "window"),
        ('health("judge")', 'health("jury")', "checks", "require"),
        ("concurrency: 2", "concurrency: 3", "review", "concurrency"),
        ("succeed_if: 60%", "succeed_if: 70%", "review", "succeed_if.percent"),
        ("result: late", "result: later", "sides", "sides.right.result"),
        ("barrier_timeout: 1m", "barrier_timeout: 2m", "sides", "barrier_timeout_s"),
        ("wait: 1m", "wait: 2m", "sides.right.b", "seconds"),
        ("max: 3", "max: 4", "loop", "max"),
        ("on_max: accept", "on_max: fail", "loop", "on_max"),
        (">= inputs.limit", "> inputs.limit", "loop", "until"),
        ("default(previous, 3) > 0", "default(previous, 3) > 1", "countdown", "while"),
        ("inputs.limit > 1000", "inputs.limit > 2000", "route", "arms.stop.when"),
        ("error: review.rejected", "error: review.refused", "route.stop.no", "error"),
        ('until: "${{ inputs.due }}"', 'until: "${{ inputs.brief }}"', "due", "until"),
        ("event: paid", "event: sent", "paid", "event"),
        ("Send ${{", "Post ${{", "ask", "text"),
        ('paid: "${{', 'bill: "${{', "ask", "show"),
        ('note: "string?"', "note: string", "ask", "form"),
        ("[ada, bob]", "[ada]", "ask", "assignees"),
        ("expires: 2d", "expires: 1d", "ask", "expires_s"),
        ("on_timeout: reject", "on_timeout: approve", "ask", "on_timeout"),
        ("idempotency_key: send", "idempotency_key: post", "send", "idempotency_key"),
        ("budget: {attempts: 2}", "budget: {attempts: 3}", "send", "policy.budget.attempts"),
        ("cost: {usd: 0.002}", "cost: {usd: 0.003}", "judge", "cost.usd"),
        ("[code.score.strict]", "[code.score.hard]", "jury", "provides"),
        ("secrets.TOKEN", "secrets.OTHER", "sender", "env.TOKEN"),
        ("wall: 1h", "wall: 2h", "", "budget.wall_s"),
    ],
)
def test_it_is_told_by_its_name(old: str, new: str, thing: str, field: str) -> None:
    found = [each for each in _between(old, new) if each.subject != "edge"]
    assert {(each.name, each.field) for each in found} >= {(thing, field)} or any(
        each.name == thing and str(each.field).startswith(f"{field}.") for each in found
    ), found
    assert {each.name for each in found} == {thing}


def test_what_a_called_melody_does_is_told_behind_the_step_that_calls_it() -> None:
    louder = PART.replace("upper(", "lower(")
    found = changes(_compiled(WHOLE), _compiled(WHOLE, louder))
    assert {(each.subject, each.name) for each in found} == {
        ("step", "intro/shout"),
        ("step", "route.deep.again/shout"),
    }
    given = PART.replace("text: string", "text: json")
    named = {
        (each.subject, each.name) for each in changes(_compiled(WHOLE), _compiled(WHOLE, given))
    }
    assert ("input", "intro/text") in named


def test_what_undoes_a_step_is_compared() -> None:
    text = """\
melody: v1
name: undone
steps:
  a:
    set: 1
    compensate: {run: [echo, one], policy: {timeout: 1s}}
"""
    before = _compiled(text)
    for old, new in (("one]", "two]"), ("1s", "2s"), ("{run: [echo, one], ", "{set: 2, ")):
        found = changes(before, _compiled(text.replace(old, new)))
        assert found
        assert {each.name.partition("~")[0].removeprefix("run:") for each in found} == {"a"}


def test_the_same_melody_is_equal_as_a_file_and_compiled(tmp_path: Path) -> None:
    assert changes(_compiled(WHOLE), WorkflowIR.from_json(_compiled(WHOLE).to_json())) == ()
