"""``--profile`` and ``--set`` at every door that compiles a Melody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import melody as api
from tests.unit.melody.stage import melody, written
from workflow_ir.diagnostics import DiagnosticsError

MELODY = """\
melody: v1
name: a
steps:
  draft: {set: {text: Sun}}
  told: {play: echo, with: {text: "${{ steps.draft.output.text }}"}, output: string}
outputs: {text: "${{ steps.told.output }}"}
"""
PROJECT = """\
allow: {command: [echo]}
policy: {timeout: 1m}
players: {echo: {command: [echo, "one: ${{ with.text }}"], parse: text}}
profiles:
  two: {players: {echo: {command: [echo, "two: ${{ with.text }}"]}}}
"""
RAIN = ("--set", "steps.draft.set.text=Rain")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written(tmp_path, PROJECT, "melody.project.yaml")
    return written(tmp_path, MELODY, "a.melody.yaml")


def outputs(*arguments: Any) -> Any:
    ended = melody("run", *arguments, "--json", "--no-journal")
    assert ended.code == 0, ended.stderr
    return json.loads(ended.stdout)["outputs"]["text"].strip()


def test_a_run_takes_both(path: Path) -> None:
    assert outputs(path) == "one: Sun"
    assert outputs(path, "--profile", "two", *RAIN) == "two: Rain"


def test_both_have_variables(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELODY_PROFILE", "two")
    monkeypatch.setenv("MELODY_RUN_SET", "steps.draft.set.text=Rain")
    assert outputs(path) == "two: Rain"
    monkeypatch.setenv("MELODY_RUN_PROFILE", "none")
    ended = melody("run", path)
    assert (ended.code, "MEL132" in ended.stderr) == (2, True)
    assert melody("check", path).code == 0  # the variable of another command


@pytest.mark.parametrize(
    "command",
    [
        ("compile", "--to", "ir", "--stdout"),
        ("explain", "--stage", "ir"),
        ("explain", "--stage", "melody"),
    ],
    ids=" ".join,
)
def test_what_is_shown_of_a_melody_is_shown_with_its_values(
    path: Path, command: tuple[str, ...]
) -> None:
    name, *options = command
    assert "Rain" not in melody(name, path, *options).stdout
    ended = melody(name, path, *options, "--profile", "two", *RAIN)
    assert (ended.code, "Rain" in ended.stdout) == (0, True)


def test_a_step_that_is_set_is_drawn(path: Path) -> None:
    def order(*options: str) -> bool:
        drawn = melody("graph", path, *options).stdout
        return drawn.index("draft") < drawn.index("told")

    assert order()
    assert not order("--set", "steps.draft.needs=[told]", "--set", "steps.told.with=null")


@pytest.mark.parametrize("command", ["check", "run", "compare", "graph"])
def test_every_door_tells_of_a_bad_setting_and_an_unknown_profile(path: Path, command: str) -> None:
    ended = melody(command, path, "--profile", "tow", "--set", "steps.drft.set=1")
    said = ended.stdout + ended.stderr
    assert ended.code == (1 if command == "check" else 2)
    assert "there is no profile `tow`" in said
    assert "--> --set steps.drft.set:1:7" in said
    assert "Traceback" not in said


def test_no_fix_is_tried_on_the_command_line(path: Path) -> None:
    ended = melody("check", path, "--fix", "--set", "policy.timeot=3s")
    assert ended.code == 1
    assert path.read_text("utf-8") == MELODY


def test_a_project_file_is_checked_with_a_profile(tmp_path: Path) -> None:
    project = written(tmp_path, PROJECT, "melody.project.yaml")
    assert melody("check", project, "--profile", "two").code == 0
    assert "MEL132" in melody("check", project, "--profile", "tow").stdout


def test_the_users_file_is_checked_as_what_it_is(tmp_path: Path) -> None:
    user = written(tmp_path, "policy: {timeout: 1m}\n", "melody.user.yaml")
    assert melody("check", user).code == 0
    user.write_text("allow: {command: [rm]}\n", encoding="utf-8")
    assert "`allow` stands in `melody.project.yaml`" in melody("check", user).stdout


def test_programs_have_the_same_two(path: Path) -> None:
    ir = api.load(path, profile="two", settings=["steps.draft.set.text=Rain"])
    assert ir.hash != api.load(path).hash
    result = api.run(path, profile="two", settings=["steps.draft.set.text=Rain"], journal=False)
    assert result.outputs["text"].strip() == "two: Rain"
    assert [one.code for one in api.check(path, profile="tow")] == ["MEL132"]
    with pytest.raises(DiagnosticsError, match="compiled already"):
        api.run(ir, settings=["steps.draft.set.text=Sun"])


def test_doctor_tells_of_the_users_file_and_the_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert "--   user" in melody("doctor").stdout
    user = written(tmp_path, "profiles: {fast: {}}\n", "melody/melody.user.yaml")
    monkeypatch.setenv("MELODY_PROFILE", "fast")
    said = melody("doctor").stdout
    assert f"ok   user       {user}" in said
    assert "ok   profile    fast (MELODY_PROFILE)" in said
    user.write_text("alow: {}\n", encoding="utf-8")
    ended = melody("doctor")
    assert ended.code == 1
    assert "bad  user" in ended.stdout
    assert "bad  profile" in ended.stdout
