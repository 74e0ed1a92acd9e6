"""``wait``: durations, moments and events."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.clock.virtual import START
from conductor_core.run import Start
from tests.unit.conductor_core.melodies import literal, melody, play, set_, step, wait
from tests.unit.conductor_core.stand import Stand, answering, code, naps, statuses
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Budget

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])


@BOTH
def test_a_duration_passes_and_gives_an_empty_map(start: Start) -> None:
    stand = Stand()
    ir = melody(step("w", wait(seconds=30)), step("a", play(), "w"), w="steps.w.output")
    result = stand.run(ir, start)
    assert (stand.elapsed, result.outputs) == (30, {"w": {}})
    assert stand.clock.now() == START + 30


@BOTH
@pytest.mark.parametrize(
    ("moment", "seconds"),
    [
        ("2000-01-01T00:01:00Z", 60),
        ("2000-01-01T00:01:00", 60),
        ("2000-01-01T02:00:00+01:00", 3600),
        ("2000-01-02", 86400),
        ("1999-01-01T00:00:00Z", 0),
    ],
)
def test_a_moment_is_waited_for_and_one_in_the_past_is_not(
    moment: str, seconds: float, start: Start
) -> None:
    stand = Stand()
    result = stand.run(melody(step("w", wait(until=literal(moment)))), start)
    assert (stand.elapsed, statuses(result)) == (seconds, {"w": "succeeded"})
    assert len(stand.told(EventKind.WAITING)) == (1 if seconds else 0)


@BOTH
@pytest.mark.parametrize("moment", ["tomorrow", 7])
def test_what_is_no_moment_fails_the_step(moment: Any, start: Start) -> None:
    result = Stand().run(melody(step("w", wait(until=literal(moment)))), start)
    assert code(result) == "input.invalid"


@BOTH
def test_a_step_that_waits_is_told_as_waiting_until_when(start: Start) -> None:
    stand = Stand()
    stand.run(melody(step("w", wait(seconds=90))), start)
    (event,) = (event for event in stand.events if event.kind is EventKind.WAITING)
    assert event.facts == {"reason": "wait", "until": "2000-01-01T00:01:30.000Z"}


@BOTH
def test_a_failure_elsewhere_ends_the_wait(start: Start) -> None:
    ir = melody(step("w", wait(seconds=90)), step("x", play()))
    stand = Stand({"x": naps(1, StandardError.of("http.400"))})
    result = stand.run(ir, start)
    assert (statuses(result)["w"], stand.elapsed) == ("cancelled", 1)


@BOTH
def test_nobody_sleeps_past_the_deadline_of_the_run(start: Start) -> None:
    stand = Stand()
    ir = melody(step("w", wait(seconds=90)), budget=Budget(wall_s=60))
    result = stand.run(ir, start)
    assert (code(result), result.failed_step, stand.elapsed) == ("policy.deadline", "w", 60)


@BOTH
@pytest.mark.parametrize("entry", [{"answer": {"n": 1}}, {"return": {"n": 1}}])
def test_the_payload_of_an_event_is_the_output(entry: dict[str, Any], start: Start) -> None:
    ir = melody(
        step("w", wait(event="paid")),
        step("a", set_("steps.w.output.n"), "w"),
        n="steps.a.output",
    )
    assert Stand(people=answering(w=entry)).run(ir, start).outputs == {"n": 1}


@BOTH
def test_an_event_that_nobody_sends_pauses_the_run(start: Start) -> None:
    result = Stand().run(melody(step("w", wait(event="paid"))), start)
    assert (result.status, statuses(result)) == ("paused", {"w": "waiting"})
