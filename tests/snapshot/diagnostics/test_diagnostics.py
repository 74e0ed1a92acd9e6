"""Every code of the one table, as a user sees it; ``make snapshots`` writes the goldens anew.

A new code needs one file, ``cases/MELnnn.melody.yaml``: a whole Melody with this one mistake, for
`melody check`. A rule that needs a project has it beside that file, ``cases/MELnnn.project.yaml``.
A mistake that no Melody can make is a row of `command_scenes` or `installation_scenes`.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from pytest_snapshot.plugin import Snapshot  # type: ignore[import-untyped]

from melody.version import __version__
from tests.snapshot.diagnostics.command_scenes import COMMAND_SCENES
from tests.snapshot.diagnostics.installation_scenes import INSTALLATION_SCENES
from tests.snapshot.diagnostics.scene import CASES, Scene, perform, scene_of_melody, told
from workflow_ir.codes import CODES

SCENES: Mapping[str, Scene] = {
    **{code: scene for code in CODES if (scene := scene_of_melody(code)) is not None},
    **COMMAND_SCENES,
    **INSTALLATION_SCENES,
}
COMPANIONS = {
    # Each task that the other tool names becomes a player to be filled in, which is told.
    "MEL149": ["MEL148", "MEL148"],
}
"""Codes that are shown with another one though nothing else is wrong."""
MACHINE = re.compile(r"(?:^|[\s'\"`(])(?:/|~/|[A-Z]:\\)\w|\bpytest\b|0x[0-9a-f]{6}")
"""An absolute path, or another fact of one machine."""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snapshot: Snapshot
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("CI", "NO_COLOR", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)
    snapshot.snapshot_dir = CASES


@pytest.mark.parametrize("code", CODES)
def test_one_mistake_is_told_once_and_as_expected(
    code: str, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert code in SCENES, (
        f"{code} is in the table and nothing shows it: write tests/snapshot/diagnostics/cases/"
        f"{code}.melody.yaml, a whole Melody with this one mistake, then `make snapshots` and "
        "`make docs`; a mistake that no Melody can make is a row of command_scenes.py"
    )
    terminal = perform(SCENES[code], monkeypatch)
    severity = CODES[code].severity.value
    assert (severity, code) in told(terminal)
    assert sorted(each for _, each in told(terminal)) == sorted(
        [code, *COMPANIONS.get(code, [])]
    ), terminal
    assert not MACHINE.search(terminal), terminal
    assert platform.python_version() not in terminal
    assert __version__ not in terminal
    snapshot.assert_match(terminal, f"{code}.txt")


def test_the_fix_that_is_offered_cures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    offered, uncured = [], {}
    for code in CODES:
        (tmp_path / code).mkdir()
        monkeypatch.chdir(tmp_path / code)
        scene = scene_of_melody(code)
        if scene is None or "melody check --fix" not in perform(scene, monkeypatch):
            continue
        offered.append(code)
        fixed = perform(Scene(f"{scene.command} --fix"), monkeypatch)
        if "no problems" not in fixed:
            uncured[code] = fixed
    assert uncured == {}
    assert offered


def test_a_code_is_shown_in_one_place_only() -> None:
    of_melodies = {code for code in CODES if scene_of_melody(code)}
    assert not of_melodies & COMMAND_SCENES.keys()
    assert not (of_melodies | COMMAND_SCENES.keys()) & INSTALLATION_SCENES.keys()


def test_every_file_among_the_cases_belongs_to_a_code() -> None:
    wanted = {f"{code}.txt" for code in SCENES}
    wanted |= {f"{code}{kind}.yaml" for code in SCENES for kind in (".melody", ".project")}
    assert {path.name for path in CASES.iterdir()} - wanted == set()
    assert SCENES.keys() - CODES.keys() == set()


@pytest.mark.parametrize("text", ["see /usr/bin", "`/var/x`", " ~/melody", "at 0x7f33aa01bc"])
def test_a_fact_of_one_machine_is_noticed(text: str) -> None:
    assert MACHINE.search(text)


@pytest.mark.parametrize("text", ["a / b", "see .melody/bugs/x", "and/or", "https://a.b"])
def test_a_path_of_the_project_is_no_fact_of_one_machine(text: str) -> None:
    assert not MACHINE.search(text)
