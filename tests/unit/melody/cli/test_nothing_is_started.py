"""Commands that only look at a Melody import none of its players and start none of its commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.melody.stage import in_a_process, written

TRAPPED = """\
melody: v1
name: trapped
players:
  module: {python: "players.trap:play"}
  program: {command: [./trap.sh]}
steps:
  one: {play: module, output: {n: integer}}
  two: {play: program, with: {n: "${{ steps.one.output.n }}"}}
  three: {run: [./trap.sh]}
"""


@pytest.fixture
def melody_file(tmp_path: Path) -> Path:
    written(tmp_path, "allow: {python: [players.*], command: [./trap.sh]}\n", "melody.project.yaml")
    written(tmp_path, "", "players/__init__.py")
    written(tmp_path, "import pathlib\npathlib.Path('sprung').touch()\n", "players/trap.py")
    trap = written(tmp_path, "#!/bin/sh\ntouch sprung\n", "trap.sh")
    trap.chmod(0o755)
    return written(tmp_path, TRAPPED, "trapped.melody.yaml")


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["compile", "--to", "ir", "--stdout"],
        ["graph", "--format", "ascii"],
        ["graph", "--format", "svg"],
        ["graph", "--why", "one", "two"],
        ["explain", "--stage", "melody"],
        ["explain", "--stage", "langgraph"],
        ["explain", "--stage", "crewai"],
        ["diff", "trapped.melody.yaml"],
        ["doctor"],
    ],
    ids=" ".join,
)
def test_looking_springs_no_trap(arguments: list[str], melody_file: Path) -> None:
    about = [] if arguments == ["doctor"] else [melody_file.name]
    ended = in_a_process(*arguments, *about, cwd=melody_file.parent, HOME=str(melody_file.parent))
    assert ended.code == 0, ended.stderr
    assert not (melody_file.parent / "sprung").exists()


def test_the_trap_would_spring(melody_file: Path) -> None:
    in_a_process("run", melody_file.name, cwd=melody_file.parent)
    assert (melody_file.parent / "sprung").exists()
