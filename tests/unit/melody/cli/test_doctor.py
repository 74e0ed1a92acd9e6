from __future__ import annotations

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from melody import doctor
from melody.doctor import EXTRAS, PYTHON
from melody.installation import Collision
from tests.architecture.repository import ROOT
from tests.unit.melody.stage import Ended, melody, written


def _line(ended: Ended, point: str) -> str:
    (line,) = (each for each in ended.stdout.splitlines() if each[5:].startswith(point))
    return line


def test_a_sound_place_is_told_point_by_point(tmp_path: Path) -> None:
    written(tmp_path, "allow: {python: [players.*], command: [git]}\n", "melody.project.yaml")
    ended = melody("doctor")
    assert (ended.code, ended.stderr) == (0, "")
    assert _line(ended, "langgraph").split() == ["ok", "langgraph", version("langgraph")]
    assert _line(ended, "project").endswith("melody.project.yaml")
    assert _line(ended, "allowed").endswith("python: players.*; command: git")
    assert not (tmp_path / ".melody").exists()


def test_nothing_is_wrong_with_a_folder_without_a_project() -> None:
    ended = melody("doctor")
    assert ended.code == 0
    assert _line(ended, "project").startswith("--")
    assert "melody init" in ended.stdout


def test_a_project_with_errors_is_bad(tmp_path: Path) -> None:
    written(tmp_path, "alow: {}\n", "melody.project.yaml")
    ended = melody("doctor")
    assert ended.code == 1
    assert "1 error" in _line(ended, "project")


def test_a_project_that_allows_nothing_says_so(tmp_path: Path) -> None:
    written(tmp_path, "allow: {}\n", "melody.project.yaml")
    assert _line(melody("doctor"), "allowed").endswith("nothing")


def test_a_journal_that_cannot_be_kept_is_bad(tmp_path: Path) -> None:
    (tmp_path / ".melody").write_text("in the way", encoding="utf-8")
    ended = melody("doctor")
    assert ended.code == 1
    assert _line(ended, "journal").startswith("bad")
    assert "--no-journal" in ended.stdout


def test_an_engine_that_is_not_installed_is_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "version_of", lambda _: None)
    ended = melody("doctor")
    assert ended.code == 0
    assert _line(ended, "langgraph").startswith("--")
    assert "pip install 'melody-compiler[langgraph]'" in ended.stdout


@pytest.mark.parametrize("found", ["1.1.9", "1.3.0", "2.0"])
def test_an_engine_of_a_version_that_does_not_work_is_bad(
    found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "version_of", lambda _: found)
    ended = melody("doctor")
    assert ended.code == 1
    assert _line(ended, "langgraph").startswith("bad")


def test_a_collision_of_names_is_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    collision = Collision("adapters", "somebody else owns `adapters`", Path("there"))
    monkeypatch.setattr(doctor, "find_collision", lambda: collision)
    ended = melody("doctor")
    assert ended.code == 1
    assert "somebody else owns `adapters`" in _line(ended, "packages")


def test_without_git_one_can_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    ended = melody("doctor")
    assert ended.code == 0
    assert _line(ended, "git").startswith("--")


def test_the_versions_that_work_are_those_of_the_distribution() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={'.'.join(map(str, PYTHON))}"
    for extra, (distribution, oldest, too_new) in EXTRAS.items():
        needed = project["optional-dependencies"][extra][0].partition(";")[0]
        assert needed == f"{distribution}>={oldest},<{too_new}"
