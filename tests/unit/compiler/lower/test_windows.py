from __future__ import annotations

from pathlib import Path

from tests.unit.compiler.compiling_aid import in_project, ir_of, step_of
from workflow_ir.steps import OpenTime, layers
from workflow_ir.workflow import WorkflowIR

WEEKDAYS = (0, 1, 2, 3, 4)


def times(ir: WorkflowIR) -> tuple[OpenTime, ...]:
    window = layers(step_of(ir, "a")).window
    assert window is not None
    return window.times


def of(window: str) -> tuple[OpenTime, ...]:
    return times(ir_of(f"steps: {{a: {{set: 1, window: {window}}}}}\n"))


def test_a_time_has_minutes_days_and_a_zone() -> None:
    assert of('{from: "22:00", to: "06:30", days: [sun, mon], zone: Europe/Berlin}') == (
        OpenTime(days=(0, 6), start_minute=1320, end_minute=390, zone="Europe/Berlin"),
    )


def test_without_days_and_zone_it_is_every_day_in_utc() -> None:
    assert of("{from: 9:05, to: 17:00}") == (OpenTime(start_minute=545, end_minute=1020),)


def test_midnight_may_be_written_at_either_end() -> None:
    whole = (OpenTime(start_minute=0, end_minute=1440),)
    assert of('{from: "00:00", to: "24:00"}') == whole
    assert of('{from: "24:00", to: "00:00"}') == whole


def test_names_stand_for_times_and_each_time_counts_once() -> None:
    hours = OpenTime(days=WEEKDAYS, start_minute=540, end_minute=1020)
    assert of("business_hours") == (hours,)
    night = OpenTime(start_minute=120, end_minute=240)
    assert of('[maintenance_window, business_hours, {from: "02:00", to: "04:00"}]') == (
        night,
        hours,
    )


def test_a_project_names_windows_and_may_change_those_that_are_built_in(tmp_path: Path) -> None:
    made = in_project(
        tmp_path,
        'windows: {business_hours: {from: "08:00", to: "12:00"}, '
        'quiet: [{from: "22:00", to: "23:00"}, {from: "01:00", to: "02:00"}]}\n',
        "steps: {a: {set: 1, window: [business_hours, quiet]}}\n",
    )
    assert made.ir is not None
    starts = [time.start_minute for time in times(made.ir)]
    assert starts == [480, 1320, 60]
