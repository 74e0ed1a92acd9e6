"""When a step may start: the times of its ``window`` (spec 2, seed 004's deployment windows)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from workflow_ir.steps import OpenTime

_DAYS_AHEAD = 8
"""A time that comes once a week comes again within these."""


def opens_in(times: Iterable[OpenTime], now: float) -> float:
    """Seconds until the next of these times; 0 while one of them goes on.

    A time belongs to the day on which it begins, in its own zone; where the clock is put forward
    or back, what is written on the wall counts.

    Args:
        times: At least one.
        now: Seconds since the epoch.
    """
    return min(_until(start, end, now) for time in times for start, end in _spans(time, now))


def _until(start: float, end: float, now: float) -> float:
    if now >= end:
        return float("inf")
    return max(0.0, start - now)


def _spans(time: OpenTime, now: float) -> Iterator[tuple[float, float]]:
    """Start and end of that time on the days round ``now``; yesterday's may still go on."""
    zone = ZoneInfo(time.zone)
    today = datetime.fromtimestamp(now, UTC).astimezone(zone).date()
    overnight = time.end_minute <= time.start_minute
    for ahead in range(-1, _DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        if day.weekday() in time.days:
            last = day + timedelta(days=1) if overnight else day
            yield _moment(day, time.start_minute, zone), _moment(last, time.end_minute, zone)


def _moment(day: date, minute: int, zone: ZoneInfo) -> float:
    days, rest = divmod(minute, 24 * 60)
    on = day + timedelta(days=days)
    return datetime(on.year, on.month, on.day, rest // 60, rest % 60, tzinfo=zone).timestamp()
