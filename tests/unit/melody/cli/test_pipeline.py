from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from melody.cli.program import program
from tests.unit.melody.stage import Ended, environment, melody

SEED = """\
tidyllm pipeline create "ml_workflow" \\
  | stage "data_ingestion" --state-key="dataset_version" \\
  | stage "preprocessing" --depends="dataset_version" --state-key="processed_data" \\
  | stage "training" --depends="processed_data" --state-key="model_artifacts" \\
  | stage "validation" --depends="model_artifacts" --state-key="validation_results" \\
  | stage "deployment" --depends="validation_results" --condition="quality > 0.95"
"""
MELODY = f"{shlex.quote(sys.executable)} -m melody"


def in_a_shell(line: str, cwd: Path, path: Path | None = None) -> Ended:
    """A line of several processes, as a user types it."""
    own = environment()
    if path is not None:
        own["PATH"] = f"{path}{os.pathsep}{own['PATH']}"
    ran = subprocess.run(["sh", "-c", line], cwd=cwd, env=own, check=False, capture_output=True,
                         text=True, timeout=120)  # fmt: skip
    return Ended(ran.returncode, ran.stdout, ran.stderr)


def after(document: str, *arguments: str) -> Ended:
    """One stage with a document on stdin."""
    result = CliRunner().invoke(program, ["pipeline", "stage", *arguments], input=document)
    return Ended(int(result.exit_code), result.stdout, result.stderr)


def test_commands_joined_by_pipes_write_one_melody_that_runs(tmp_path: Path) -> None:
    ended = in_a_shell(
        f"{MELODY} pipeline create p"
        f' | {MELODY} pipeline stage one --run "echo \'{{\\"v\\": 3}}\'" --state-key x'
        f" | {MELODY} pipeline stage two --run cat --depends x --state-key y --condition 'v >= 3'"
        f" | {MELODY} pipeline stage three --run cat --depends=x --depends=y --state-key z"
        f" | {MELODY} pipeline stage four --run cat --depends x --state-key w --condition 'v > 3'"
        f" | {MELODY} pipeline stage five --run cat --depends w -o p.melody.yaml",
        tmp_path,
    )
    assert (ended.code, ended.stdout) == (0, "")
    ran = melody("run", "p.melody.yaml", "--json", "--allow", "command:echo", "--allow",
                 "command:cat")  # fmt: skip
    assert ran.code == 0
    state = {"v": 3}
    assert ran.json["outputs"] == {"x": state, "y": state, "z": {"x": state, "y": state}, "w": None}
    assert ran.json["steps"]["five"]["status"] == "skipped"


def test_the_line_of_the_seed_runs_as_it_stands_with_the_shim(tmp_path: Path) -> None:
    assert melody("pipeline", "shim", "bin").code == 0
    ended = in_a_shell(SEED, tmp_path, tmp_path / "bin")
    assert (ended.code, ended.stderr) == (0, "")
    assert "when: steps.validation.output.quality > 0.95" in ended.stdout


def test_the_shim_knows_the_other_lines_of_the_seed(tmp_path: Path) -> None:
    assert melody("pipeline", "shim", "bin").code == 0
    ended = in_a_shell(
        'tidyllm workflow define "a" --step="b: x" && tidyllm coordinate --parallel "a: x" '
        '--sync-point "b" --then "c"',
        tmp_path,
        tmp_path / "bin",
    )
    assert (ended.code, ended.stderr) == (0, "")
    assert "name: a\n" in ended.stdout
    assert "name: coordinate\n" in ended.stdout


def test_the_shim_is_written_again_but_never_over_somebody_elses_program(tmp_path: Path) -> None:
    assert melody("pipeline", "shim", "bin").code == 0
    assert melody("pipeline", "shim", "bin").code == 0
    (tmp_path / "bin" / "tidyllm").write_text("mine")
    (tmp_path / "bin" / "stage").unlink()
    ended = melody("pipeline", "shim", "bin")
    assert ended.code == 2
    assert "somebody else's" in ended.stderr
    assert [path.name for path in (tmp_path / "bin").iterdir()] == ["tidyllm"]


def test_a_shim_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "bin").write_text("")
    assert melody("pipeline", "shim", "bin").code == 2


def test_a_mistake_at_the_front_is_told_once_and_leaves_nothing(tmp_path: Path) -> None:
    ended = in_a_shell(
        f"{MELODY} pipeline create 'a b' | {MELODY} pipeline stage one -o p.melody.yaml", tmp_path
    )
    assert ended.code == 1
    assert ended.stderr.count("MEL116") == 2  # the code and where to read of it
    assert "no pipeline came in" in ended.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["create"], ["stage"], ["shim"], ["stage", "a", "--nope"]])
def test_a_missing_argument_is_wrong_usage(arguments: list[str]) -> None:
    ended = melody("pipeline", *arguments)
    assert (ended.code, ended.stdout) == (2, "")


def test_a_stage_at_a_terminal_asks_for_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda self: True)
    ended = after("", "a")
    assert ended.code == 2
    assert "melody pipeline create NAME |" in ended.stderr


def test_mistakes_are_shown_all_at_once() -> None:
    document = melody("pipeline", "create", "p").stdout
    ended = after(document, "a b", "--run", "x | y", "--state-key", "k k", "--depends", "z")
    assert (ended.code, ended.stdout) == (1, "")
    assert ended.stderr.endswith("4 errors\n")


def test_what_is_no_melody_is_told() -> None:
    ended = after("<html>", "a")
    assert (ended.code, ended.stdout) == (1, "")
    assert "MEL146" in ended.stderr
