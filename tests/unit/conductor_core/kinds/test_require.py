"""``require``: what is read, when it is read again, what is journalled."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from conductor_core.players.script import Script
from conductor_core.readings.scripted import ScriptedReadings
from conductor_core.run import Start
from tests.unit.conductor_core.melodies import expr, for_each, guarded, melody, play, step, trying
from tests.unit.conductor_core.stand import Stand, code, statuses
from workflow_ir.events import EventKind
from workflow_ir.policy import Budget, Rung
from workflow_ir.result import RunResult
from workflow_ir.steps import Require

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])


def run(
    start: Start, condition: str, script: Any = None, body: Any = None, **facts: Any
) -> tuple[Stand, RunResult]:
    stand = Stand(readings=ScriptedReadings(Script.read(script or {})))
    required = Require(kind="require", condition=expr(condition), body=body or play())
    return stand, stand.run(melody(step("a", required), **facts), start)


@BOTH
def test_with_a_script_everything_is_healthy_and_there_is_plenty(start: Start) -> None:
    condition = "health('gpu') and host.memory_free > 10 * 1000000000 and host.cpu_free > 0.5"
    stand, result = run(start, condition)
    assert (result.status, stand.played) == ("succeeded", ["a"])


@BOTH
def test_what_does_not_hold_fails_the_step_before_anybody_is_asked(start: Start) -> None:
    stand, result = run(start, "health('gpu')", {"health": {"gpu": False}})
    assert (code(result), stand.played, stand.elapsed) == ("unable_to_complete", [], 0)
    assert result.error is not None
    assert "health('gpu')" in result.error.message


@BOTH
def test_with_a_total_limit_it_is_read_again_after_1_2_4_seconds(start: Start) -> None:
    script = {"health": {"gpu": [False, False, False, True]}}
    stand, result = run(start, "health('gpu')", script, play(policy=trying(1, total_timeout_s=60)))
    assert (result.status, stand.elapsed) == ("succeeded", 7)
    readings = [(e.facts, e.time) for e in stand.events if e.kind is EventKind.READING]
    assert [facts["value"] for facts, _ in readings] == [False, False, False, True]
    first = readings[0][1]
    assert [time - first for _, time in readings] == [0, 1, 3, 7]


@BOTH
def test_no_wait_between_readings_is_longer_than_a_minute(start: Start) -> None:
    stand, _ = run(start, "false", None, play(policy=trying(1, total_timeout_s=300)))
    waits = [event.time for event in stand.events if event.kind is EventKind.WAITING]
    assert [b - a for a, b in pairwise(waits)] == [
        1,
        2,
        4,
        8,
        16,
        32,
        60,
        60,
        60,
    ]


@BOTH
def test_when_the_time_is_over_it_fails(start: Start) -> None:
    stand, result = run(start, "false", None, play(policy=trying(1, total_timeout_s=10)))
    assert (code(result), stand.elapsed) == ("unable_to_complete", 10)


@BOTH
def test_on_failure_may_skip_it(start: Start) -> None:
    _, result = run(start, "false", None, play(on_failure=(Rung.SKIP,)))
    assert statuses(result) == {"a": "gap"}


@BOTH
def test_each_reading_that_is_used_is_recorded_once_and_no_other(start: Start) -> None:
    condition = "host.disk_free > 1 and host.disk_free > 2 and health('a') and health('a')"
    stand, _ = run(start, condition, {"host": {"disk_free": 7}})
    told = [
        (e.facts["name"], e.facts["value"]) for e in stand.events if e.kind is EventKind.READING
    ]
    assert told == [("host.disk_free", 7), ("health(a)", True)]


@BOTH
def test_a_condition_that_is_no_boolean_fails_the_step(start: Start) -> None:
    _, result = run(start, "host.disk_free")
    assert code(result) == "expression.type"


@BOTH
def test_it_is_asked_once_for_all_items(start: Start) -> None:
    stand, result = run(start, "health('x')", None, for_each("[1, 2]", play()))
    assert len(stand.told(EventKind.READING)) == 1
    assert result.status == "succeeded"


@BOTH
def test_nobody_waits_past_the_deadline_of_the_run(start: Start) -> None:
    body = play(policy=trying(1, total_timeout_s=600))
    stand, result = run(start, "false", None, body, budget=Budget(wall_s=5))
    assert (code(result), stand.elapsed) == ("policy.deadline", 5)


def test_readings_are_known_in_require_only() -> None:
    ir = melody(step("a", guarded(play().body, gate=None)), out="host.memory_free")
    assert code(Stand().run(ir)) == "expression.missing"
