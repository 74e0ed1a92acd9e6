"""Times of the week: days, nights, zones, and the nights in which clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core.schedule.opening import opens_in
from workflow_ir.steps import OpenTime

WORKDAYS = {"days": (0, 1, 2, 3, 4), "start_minute": 540, "end_minute": 1020}
NIGHTS = {"start_minute": 1320, "end_minute": 360}
"""22:00 to 06:00."""
MONDAY_NIGHT = {**NIGHTS, "days": (0,)}
BERLIN = {"start_minute": 540, "end_minute": 600, "zone": "Europe/Berlin"}


@pytest.mark.parametrize(
    ("time", "now", "hours"),
    [
        (WORKDAYS, "2024-01-08T09:00", 0),  # a Monday
        (WORKDAYS, "2024-01-08T08:30", 0.5),
        (WORKDAYS, "2024-01-08T16:59", 0),
        (WORKDAYS, "2024-01-08T17:00", 16),
        (WORKDAYS, "2024-01-05T17:00", 64),  # Friday evening: Monday morning
        (NIGHTS, "2024-01-08T03:00", 0),
        (NIGHTS, "2024-01-08T06:00", 16),
        (NIGHTS, "2024-01-08T23:00", 0),
        (MONDAY_NIGHT, "2024-01-09T05:00", 0),  # it began on Monday
        (MONDAY_NIGHT, "2024-01-08T05:00", 17),  # Sunday's night is none
        (MONDAY_NIGHT, "2024-01-09T06:00", 160),
        ({"start_minute": 0, "end_minute": 1440, "days": (6,)}, "2024-01-07T23:59", 0),
        ({"start_minute": 0, "end_minute": 1440, "days": (6,)}, "2024-01-08T00:00", 144),
        (BERLIN, "2024-01-08T08:00", 0),  # winter: one hour ahead of UTC
        (BERLIN, "2024-07-08T07:00", 0),  # summer: two
        (BERLIN, "2024-07-08T08:00", 23),
        (BERLIN, "2024-03-30T09:00", 22),  # in between the clocks go forward
        ({"start_minute": 600, "end_minute": 600}, "2024-01-08T09:00", 0),  # a whole day
    ],
)
def test_the_next_opening(time: dict[str, Any], now: str, hours: float) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC).timestamp()
    assert opens_in([OpenTime(**time)], moment) == hours * 3600


@given(
    st.integers(0, 1439), st.integers(1, 1440), st.sets(st.integers(0, 6), min_size=1),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
    st.integers(1_700_000_000, 1_800_000_000),
)  # fmt: skip
def test_an_opening_is_never_more_than_eight_days_away_and_open_when_it_comes(
    start: int, end: int, days: set[int], zone: str, now: int
) -> None:
    time = OpenTime(start_minute=start, end_minute=end, days=tuple(sorted(days)), zone=zone)
    seconds = opens_in([time], now)
    assert 0 <= seconds <= 8 * 86400
    assert opens_in([time], now + seconds) == 0
