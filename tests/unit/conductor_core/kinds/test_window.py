"""``window``: the step waits for the next opening."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.run import Start
from tests.unit.conductor_core.melodies import melody, play, set_, step, when
from tests.unit.conductor_core.stand import Stand, code, naps, statuses
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Budget
from workflow_ir.steps import OpenTime, Window

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])
NIGHT = OpenTime(start_minute=120, end_minute=240)
"""02:00 to 04:00; runs begin on a Saturday at midnight."""


def window(*times: OpenTime, body: Any = None) -> Window:
    return Window(kind="window", times=times or (NIGHT,), body=body or play())


@BOTH
def test_a_step_starts_when_its_window_opens(start: Start) -> None:
    stand = Stand()
    ir = melody(step("a", window()), step("b", play(), "a"), step("c", play()))
    result = stand.run(ir, start)
    assert (stand.elapsed, stand.played) == (7200, ["c", "a", "b"])
    (waiting,) = (event for event in stand.events if event.kind is EventKind.WAITING)
    assert waiting.facts == {"reason": "window", "until": "2000-01-01T02:00:00.000Z"}
    assert result.status == "succeeded"


@BOTH
def test_a_window_that_is_open_does_not_wait(start: Start) -> None:
    stand = Stand()
    stand.run(melody(step("a", window(OpenTime(start_minute=0, end_minute=1)))), start)
    assert (stand.elapsed, stand.told(EventKind.WAITING)) == (0, [])


@BOTH
def test_of_several_the_first_to_open_counts(start: Start) -> None:
    stand = Stand()
    stand.run(melody(step("a", window(NIGHT, OpenTime(start_minute=60, end_minute=61)))), start)
    assert stand.elapsed == 3600


@BOTH
def test_who_is_skipped_waits_for_no_window(start: Start) -> None:
    stand = Stand()
    result = stand.run(melody(step("a", when("false", window()))), start)
    assert (stand.elapsed, statuses(result)) == (0, {"a": "skipped"})


@BOTH
def test_now_is_the_start_of_the_step_though_it_waited(start: Start) -> None:
    ir = melody(step("a", window(body=set_("now()"))), now="steps.a.output")
    assert Stand().run(ir, start).outputs == {"now": "2000-01-01T00:00:00.000Z"}


@BOTH
def test_a_failure_elsewhere_and_the_deadline_end_the_wait(start: Start) -> None:
    stand = Stand({"x": naps(1, StandardError.of("http.400"))})
    result = stand.run(melody(step("a", window()), step("x", play())), start)
    assert (statuses(result)["a"], stand.elapsed) == ("cancelled", 1)
    stand = Stand()
    result = stand.run(melody(step("a", window()), budget=Budget(wall_s=60)), start)
    assert (code(result), stand.elapsed) == ("policy.deadline", 60)
