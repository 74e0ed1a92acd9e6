"""``python -m PACKAGE`` runs an ejected project in a process of its own and prints the report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import melody
from adapters.emitter.project import GeneratedProject
from melody.cli.exit_codes import exit_of_run
from melody.ejecting.laid_out import lay_out
from tests.ejected.ejected import compared, package_files, project_of
from tests.ejected.own_melodies import project
from tests.ejected.subjects import SUBJECTS
from workflow_ir.result import RunResult

SUBJECT = SUBJECTS["56_long_chain"]
"""It has no players, so nothing has to be filled in first."""
SAMPLES = Path(__file__).parents[2] / "samples"
REAL = {
    "01_release_notes": ("release_notes.melody.yaml", ("histories",)),
    "05_ml_pipeline": ("ml_workflow.melody.yaml", ("data", "stages")),
}
"""Samples whose players need no model: the Melody, and what its commands need beside it."""

_LONGEST_S = 120


def called(folder: Path, made: GeneratedProject, *options: str) -> subprocess.CompletedProcess[str]:
    """Write the package there and run it; only the folder can be imported from."""
    for path, text in package_files(made):
        file = folder / made.name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return _python(folder, "-m", made.name, *options)


def _python(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        check=False,
        text=True,
        timeout=_LONGEST_S,
    )


def test_the_command_prints_the_report_of_melody_run(tmp_path: Path) -> None:
    made = project_of(SUBJECT.melody, "native")
    ended = called(tmp_path, made, "--inputs", json.dumps(dict(SUBJECT.inputs)))
    assert ended.returncode == 0, ended.stderr
    printed: Any = json.loads(ended.stdout)
    ran: RunResult = SUBJECT.as_run()
    assert compared(printed) == compared(ran.normal_form())


@pytest.mark.parametrize("inputs", ["[]", "{", '{"nobody": 1}', "@no_such_file"])
def test_inputs_that_cannot_be_taken_are_refused(tmp_path: Path, inputs: str) -> None:
    made = project("refuses", "inputs: {n: {type: integer, default: 1}}\nsteps: {a: {set: {b: 1}}}")
    ended = called(tmp_path, made, "--inputs", inputs)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("status", "code", "steps"),
    [
        ("succeeded", 0, 'a: {set: {b: "${{ inputs.n }}"}}'),
        ("failed", 1, "a: {fail: {error: my.error, message: over}}"),
        ("degraded", 3, 'a: {set: {b: "${{ 1 / inputs.n }}"}, on_failure: skip}'),
        ("paused", 4, 'a: {approval: "Go on?"}'),
        ("failed", 5, "a: {wait: 1h}\npolicy: {budget: {wall: 20ms}}"),
    ],
)
@pytest.mark.parametrize("target", ["native", "crewai"])
def test_the_exit_code_tells_what_came_of_the_run(
    tmp_path: Path, status: str, code: int, steps: str, target: str
) -> None:
    text = f"inputs: {{n: {{type: integer, default: 0}}}}\nsteps:\n  {steps}\n"
    ended = called(tmp_path, project(f"ends_with_{code}", text, target=target))
    assert ended.returncode == code, ended.stderr
    assert json.loads(ended.stdout)["status"] == status


@pytest.mark.parametrize(
    "error", ["policy.budget", "policy.deadline", "policy.not_allowed", "http.503", "my.error"]
)
def test_the_command_of_a_failed_run_exits_as_melody_run_does(tmp_path: Path, error: str) -> None:
    steps = f"steps: {{a: {{fail: {{error: {error}, message: over}}}}}}\n"
    file = tmp_path / "ends.melody.yaml"
    file.write_text(f"melody: v1\nname: ends\n{steps}", encoding="utf-8")
    ran = melody.run(file, journal=False)
    ended = called(tmp_path, project("ends_alike", steps))
    assert ended.returncode == exit_of_run(ran, gaps_ok=False), ended.stderr
    assert json.loads(ended.stdout)["error"]["code"] == error


SECRET = """
players: {hand: {python: "band:hand"}}
steps: {a: {play: hand, with: {key: "${{ secrets.TEST_KEY }}"}}}
outputs: {a: "${{ steps.a.output }}"}
"""


def test_a_secret_that_is_not_set_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_KEY", "")
    ended = called(tmp_path, project("secretive", SECRET))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "not set in the environment: TEST_KEY\n"
    monkeypatch.setenv("TEST_KEY", "hush hush")
    ended = called(tmp_path, project("secretive", SECRET))
    assert (ended.returncode, "hush" in ended.stdout) == (0, False), ended.stderr


@pytest.mark.parametrize(
    "tool", [("pytest", "-q", "-p", "no:cacheprovider"), ("ruff", "check", "."), ("mypy",)],
    ids=lambda tool: tool[0],
)  # fmt: skip
def test_what_the_page_says_to_do_works_at_once_whatever_the_own_code_is_like(
    tool: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEST_KEY", raising=False)
    untidy = "import os, band as it\ndef hand(key): return it\n"
    lay_out(project("tried", SECRET, sources={"band.py": untidy}), tmp_path)
    ended = _python(tmp_path, "-m", *tool)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("sample", REAL)
def test_a_sample_comes_to_what_melody_run_comes_to_with_its_real_players(
    sample: str, tmp_path: Path
) -> None:
    file, needed = REAL[sample]
    folder = SAMPLES / sample
    include = [word for name in needed for word in ("--include", str(folder / name))]
    options = ("--to", "native", "-o", str(tmp_path / "made"))
    root = str(SAMPLES.parent)
    compiled = _python(
        tmp_path, "-m", "melody", "compile", str(folder / file), *options, *include, PYTHONPATH=root
    )
    assert compiled.returncode == 0, compiled.stderr
    (package,) = (tmp_path / "made" / "src").iterdir()
    ended = _python(tmp_path / "made", "-m", package.name, PYTHONPATH="src")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    ran = melody.run(folder / file, journal=False)
    assert compared(json.loads(ended.stdout)) == compared(ran.normal_form())
