"""The native project: what it holds, and that Python runs it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from adapters.emitter.project import GeneratedProject, Sources
from adapters.native.emit import emit
from tests.unit.adapters.emitter.steps.written_steps import compiled
from workflow_ir.workflow import WorkflowIR

DIAMOND = """
base: {play: hand, output: {n: integer}}
left: {play: hand, with: {n: "${{ steps.base.output.n }}"}, output: {n: integer}}
right: {play: spare, with: {n: "${{ steps.base.output.n }}"}, on_failure: skip}
end: {set: {n: "${{ steps.left.output.n + inputs.n }}"}, needs: [right]}
"""
BAND = Sources({
    "band.py": "def hand(**given):\n    return {'n': 2}\n\n\ndef spare(n):\n    raise OSError\n",
})  # fmt: skip


def put(project: GeneratedProject, folder: Path) -> Path:
    for file in project.files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.data)
    return folder


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )


def run(ir: WorkflowIR, folder: Path, *arguments: str) -> tuple[int, Any, str]:
    ended = python(put(emit(ir, BAND), folder), "-m", "small", *arguments)
    return ended.returncode, json.loads(ended.stdout) if ended.stdout else None, ended.stderr


def text_of(project: GeneratedProject, path: str) -> str:
    (found,) = (file.text for file in project.files if file.path == path)
    return found


def test_a_project_is_a_package_and_what_stands_round_it() -> None:
    project = emit(compiled(DIAMOND))
    owners = {file.path: file.owner for file in project.files}
    ours = {path for path, owner in owners.items() if owner == "melody"}
    assert (project.name, project.target) == ("small", "native")
    assert ours >= {"README.md", *(f"src/small/{name}.py" for name in (
        "__init__", "__main__", "workflow", "steps", "cast", "policy/__init__", "policy/failures",
        "policy/policies", "policy/attempts", "running/__init__", "running/run", "schemas",
        "types",
    ))}  # fmt: skip
    assert set(owners) - ours >= {
        ".env.example", ".gitignore", "pyproject.toml", "tests/test_small.py",
        "src/small/players/hand.py",
    }  # fmt: skip


def test_what_a_step_waits_for_is_said_in_one_table() -> None:
    text = text_of(emit(compiled(DIAMOND)), "src/small/workflow.py")
    (table,) = (node for node in ast.parse(text).body if isinstance(node, ast.AnnAssign))
    assert table.value is not None
    assert ast.unparse(table.value) == (
        "{steps.left: (steps.base,), steps.right: (steps.base,), "
        "steps.end: (steps.left, steps.right)}"
    )


def test_the_build_file_is_one() -> None:
    build = tomllib.loads(text_of(emit(compiled(DIAMOND)), "pyproject.toml"))
    assert build["project"]["name"] == "small"
    assert build["project"]["version"] == "0.1.0"
    assert build["tool"]["mypy"]["strict"] is True


@pytest.mark.parametrize(
    ("version", "written"),
    [("2.1.0", "2.1.0"), ('1"\nx = 1', "0.1.0"), ("latest", "0.1.0"), (None, "0.1.0")],
)
def test_only_a_version_of_numbers_is_taken_over(version: str | None, written: str) -> None:
    ir = compiled(DIAMOND).model_copy(update={"version": version})
    assert tomllib.loads(text_of(emit(ir), "pyproject.toml"))["project"]["version"] == written


def test_python_runs_it_and_it_prints_the_report(tmp_path: Path) -> None:
    ir = compiled("it: {set: {n: '${{ inputs.n + 1 }}'}}")
    code, report, said = run(ir, tmp_path, "--inputs", '{"n": 4}')
    assert (code, said) == (0, "")
    assert report["status"] == "succeeded"
    assert report["steps"]["it"]["output"] == {"n": 5}


def test_inputs_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "inputs.json").write_text('{"n": 7}', encoding="utf-8")
    ir = compiled("it: {set: '${{ inputs.n }}'}")
    _, report, _ = run(ir, tmp_path, "--inputs", "@inputs.json")
    assert report["steps"]["it"]["output"] == 7


@pytest.mark.parametrize("given", ["{", "[1]", '{"n": "x"}', '{"m": 1}', "@nowhere.json"])
def test_wrong_inputs_end_it_with_2(tmp_path: Path, given: str) -> None:
    code, report, said = run(compiled("it: {set: 1}"), tmp_path, "--inputs", given)
    assert (code, report) == (2, None)
    assert said.strip()
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("step", "code", "status"),
    [
        ("it: {set: 1}", 0, "succeeded"),
        ("it: {fail: {error: no.way}}", 1, "failed"),
        ("it: {play: spare, with: {n: 1}, on_failure: skip}", 3, "degraded"),
        ("it: {approval: Well}", 4, "paused"),
    ],
)
def test_the_exit_code_tells_what_came_of_it(
    tmp_path: Path, step: str, code: int, status: str
) -> None:
    ended, report, _ = run(compiled(step), tmp_path)
    assert (ended, report["status"]) == (code, status)


def test_the_test_that_comes_with_it_passes(tmp_path: Path) -> None:
    folder = put(emit(compiled(DIAMOND), BAND), tmp_path)
    ended = python(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "4 passed" in ended.stdout
