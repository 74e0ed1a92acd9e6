from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from tests.unit.compiler.compiling_aid import codes, compiled, in_project, only
from workflow_ir.diagnostics import Severity

RULE = "compiler.check.unknown_window"


def zone(name: str) -> str:
    return f'steps: {{a: {{set: 1, window: {{from: "1:00", to: "2:00", zone: {name}}}}}}}\n'


def test_a_name_that_nobody_defines_is_an_error_with_the_nearest() -> None:
    found = only("steps: {a: {set: 1, window: [buisness_hours]}}\n")
    assert (found.code, found.severity) == ("MEL123", Severity.ERROR)
    assert found.label == "did you mean `business_hours`?"


def test_names_that_are_built_in_or_the_project_s_are_known(tmp_path: Path) -> None:
    assert codes("steps: {a: {set: 1, window: [business_hours, maintenance_window]}}\n") == []
    project = 'windows: {quiet: {from: "1:00", to: "2:00"}}\n'
    melody = "steps: {a: {set: 1, window: quiet}, b: {set: 1, window: quite}}\n"
    (found,) = in_project(tmp_path, project, melody).diagnostics
    assert found.label == "did you mean `quiet`?"


def test_a_project_that_cannot_be_read_may_hold_the_name(tmp_path: Path) -> None:
    made = in_project(tmp_path, "windows: [\n", "steps: {a: {set: 1, window: quiet}}\n")
    assert "MEL123" not in [one.code for one in made.diagnostics]


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A time zone database with one zone, whatever this machine has."""
    zones = {"Europe/Berlin"}

    def known(name: str) -> object:
        if name not in zones:
            raise KeyError(name)
        return name

    module = import_module(RULE)
    monkeypatch.setattr(module, "ZoneInfo", known)
    monkeypatch.setattr(module, "available_timezones", lambda: set(zones))
    return zones


def test_a_zone_that_this_machine_does_not_know_is_a_warning(database: set[str]) -> None:
    made = compiled(zone("Europe/Berln"))
    (found,) = made.diagnostics
    assert (found.code, found.severity) == ("MEL602", Severity.WARNING)
    assert found.label == "did you mean `Europe/Berlin`?"
    assert made.ir is not None


def test_the_ir_is_the_same_whether_the_zone_is_known_or_not(database: set[str]) -> None:
    known = compiled(zone("Europe/Berlin"))
    assert known.diagnostics == ()
    database.clear()
    unknown = compiled(zone("Europe/Berlin"))
    assert known.ir is not None
    assert unknown.ir is not None
    assert known.ir.hash == unknown.ir.hash


def test_without_a_database_nothing_is_said(database: set[str]) -> None:
    database.clear()
    assert codes(zone("Europe/Berln")) == []


def test_utc_needs_no_database(database: set[str]) -> None:
    assert codes(zone("UTC")) == []


def test_a_zone_is_told_once(database: set[str]) -> None:
    two = 'window: {from: "1:00", to: "2:00", zone: X/Y}'
    assert codes(f"steps: {{a: {{set: 1, {two}}}, b: {{set: 1, {two}}}}}\n") == ["MEL602"]


def test_the_zones_of_named_windows_are_looked_at(tmp_path: Path, database: set[str]) -> None:
    project = 'windows: {quiet: {from: "1:00", to: "2:00", zone: X/Y}}\n'
    made = in_project(tmp_path, project, "steps: {a: {set: 1, window: quiet}}\n")
    (found,) = made.diagnostics
    assert found.code == "MEL602"
    assert found.span is not None
    assert found.span.file.endswith("melody.project.yaml")
