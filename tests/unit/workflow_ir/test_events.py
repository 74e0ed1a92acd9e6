"""Events as lines of the journal."""

from __future__ import annotations

import json

import pytest

from workflow_ir.events import Event, EventKind
from workflow_ir.outcome import StandardError


def test_an_event_is_told_with_its_kind_number_time_run_and_path() -> None:
    event = Event(
        EventKind.ATTEMPT_STARTED, 7, 946_684_801.5, "01J", "m[0].a", {"n": 1, "player": "p"}
    )
    assert event.to_json() == {
        "event": "attempt_started",
        "seq": 7,
        "time": "2000-01-01T00:00:01.500Z",
        "run": "01J",
        "path": "m[0].a",
        "n": 1,
        "player": "p",
    }


def test_outcomes_among_the_facts_become_plain() -> None:
    error = StandardError.of("http.503", retry_after_s=2.0)
    told = Event(EventKind.ATTEMPT_FAILED, 1, 0.0, "r", "a", {"error": error}).to_json()
    assert StandardError.from_json(json.loads(json.dumps(told))["error"]) == error


@pytest.mark.parametrize(
    ("seconds", "stamp"),
    [(0.0, "1970-01-01T00:00:00.000Z"), (946_684_800.0, "2000-01-01T00:00:00.000Z"),
     (946_684_800.0015, "2000-01-01T00:00:00.001Z"), (951_782_400.0, "2000-02-29T00:00:00.000Z")],
)  # fmt: skip
def test_time_is_utc_with_milliseconds(seconds: float, stamp: str) -> None:
    assert Event(EventKind.RUN_STARTED, 1, seconds, "r").to_json()["time"] == stamp
