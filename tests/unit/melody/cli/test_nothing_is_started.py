"""Commands that only look at a Melody import none of its players and start none of its commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.melody.stage import in_a_process, written

TRAPPED = """\
melody: v1
name: trapped
players:
  module: {python: "players.trap:play", fallback: [known]}
  program: {command: [./trap.sh]}
steps:
  one: {play: module, output: {n: integer}}
  two: {play: program, with: {n: "${{ steps.one.output.n }}"}, require: health("program")}
  three: {run: [./trap.sh], compensate: {run: [./trap.sh]}}
  four: {call: ./inner.melody.yaml}
  five: {play: {provides: trapping}, needs: [one]}
"""
INNER = """\
melody: v1
name: inner
players: {module: {python: "players.trap:play"}}
steps:
  a: {play: module}
  b: {play: known}
  c: {repeat: {max: 2, until: "true", steps: {d: {run: [./trap.sh]}}}}
"""
PROJECT = """\
allow: {python: [players.*], command: [./trap.sh]}
players: {known: {python: "players.trap:play", provides: [trapping]}}
"""
WORKFLOW = "dependencies: {./trap.sh: {}, trap: {requires: []}}\n"
PROGRAM = """\
from melody import Melody
m = Melody("built", players={"module": {"python": "players.trap:play"}})
m.play("module")
m.run(["./trap.sh"])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project in which whatever is imported or started leaves a file behind."""
    written(tmp_path, PROJECT, "melody.project.yaml")
    written(tmp_path, "", "players/__init__.py")
    written(tmp_path, "import pathlib\npathlib.Path('sprung').touch()\n", "players/trap.py")
    written(tmp_path, "#!/bin/sh\ntouch sprung\n", "trap.sh").chmod(0o755)
    written(tmp_path, INNER, "inner.melody.yaml")
    written(tmp_path, TRAPPED, "trapped.melody.yaml")
    written(tmp_path, WORKFLOW, "workflow.yaml")
    written(tmp_path, PROGRAM, "program.py")
    return tmp_path


FILE = "trapped.melody.yaml"


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", ".", "--for", "native"],
        ["check", FILE, "--for", "crewai", "--output-format", "sarif"],
        ["check", ".", "--fix"],
        ["compile", FILE, "--to", "ir", "-o", "made"],
        ["compile", FILE, "--to", "mermaid", "--stdout"],
        ["graph", FILE, "--format", "ascii"],
        ["graph", FILE, "--format", "svg"],
        ["graph", FILE, "--why", "one", "two"],
        ["explain", FILE, "--stage", "melody"],
        ["explain", FILE, "--stage", "conversions"],
        ["explain", FILE, "--stage", "ir"],
        ["explain", FILE, "--stage", "langgraph"],
        ["explain", FILE, "--stage", "crewai"],
        ["diff", FILE, FILE],
        ["fmt", "."],
        ["fmt", "--to", "json", FILE],
        ["fmt", "--to", "yaml", "program.py"],
        ["schema"],
        ["schema", "--project"],
        ["init", "new", "--template", "ml"],
        ["define", "x", "--step", "a: ./trap.sh && ./trap.sh"],
        ["coordinate", "--parallel", "a: ./trap.sh", "--sync-point", "s", "--then", "b: ./trap.sh"],
        ["pipeline", "create", "x"],
        ["import", "tidyllm", "workflow.yaml"],
        ["doctor"],
        ["version"],
    ],
    ids=" ".join,
)
def test_looking_springs_no_trap(arguments: list[str], folder: Path) -> None:
    ended = in_a_process(*arguments, cwd=folder, HOME=str(folder))
    told = arguments[0] == "import" or "--for" in arguments  # of what no engine can do yet
    assert ended.code in ((0, 1) if told else (0,)), ended.stderr
    assert not (folder / "sprung").exists()


def test_a_stage_of_a_pipeline_springs_none_either(folder: Path) -> None:
    made = in_a_process("pipeline", "create", "x", cwd=folder).stdout
    written(folder, made, "made.melody.yaml")
    stage = ("pipeline", "stage", "a", "--run", "./trap.sh")
    ended = in_a_process(*stage, cwd=folder, standing_in="made.melody.yaml")
    assert ended.code == 0, ended.stderr
    assert "trap.sh" in ended.stdout
    assert not (folder / "sprung").exists()


def test_a_compiled_melody_springs_none_either(folder: Path) -> None:
    assert in_a_process("compile", FILE, "--to", "ir", cwd=folder).code == 0
    for arguments in (["check"], ["graph"], ["explain", "--stage", "ir"], ["diff", FILE]):
        ended = in_a_process(*arguments, "trapped.ir.json", cwd=folder)
        assert ended.code == 0, ended.stderr
    assert not (folder / "sprung").exists()


@pytest.mark.parametrize("step", ["one", "three", "four"])
def test_the_traps_would_spring(step: str, folder: Path) -> None:
    lines = TRAPPED.replace(", compensate: {run: [./trap.sh]}", "").splitlines(keepends=True)
    alone = [line for line in lines if not line.startswith("  ") or f"  {step}:" in line
             or line.startswith(("  module", "  program"))]  # fmt: skip
    in_a_process("run", written(folder, "".join(alone), FILE).name, cwd=folder)
    assert (folder / "sprung").exists()
