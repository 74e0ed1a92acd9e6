"""Small Melodies, and the command line called from inside the test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from melody.cli.program import program
from tests.architecture.repository import ROOT

GREETING = """\
melody: v1
name: greeting
inputs:
  name: string
  times: {type: "integer(1..)", default: 1}
  mood: {type: {enum: [calm, loud]}, default: calm}
steps:
  hello: {set: {text: "Hello ${{ inputs.name }}", n: "${{ inputs.times }} ${{ inputs.mood }}"}}
outputs:
  text: ${{ steps.hello.output.text }}
"""

SCRIPTED = """\
melody: v1
name: scripted
players:
  coder: {command: [never-started], parse: json, fallback: [junior]}
  junior: {command: [never-started], parse: json}
  thanks: {command: [never-started], parse: json}
steps:
  draft: {play: coder, output: {code: string}, policy: {retry: {max_attempts: 2}}}
  people: {play: thanks, output: "list[string]", on_failure: [skip]}
  parts:
    for_each: "${{ [1, 2] }}"
    play: junior
    with: {n: "${{ item }}"}
outputs:
  code: ${{ steps.draft.output.code }}
  people: ${{ default(steps.people.output, []) }}
"""

ALLOW = ("--allow", "command:never-started")


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


def melody(*arguments: str | Path) -> Ended:
    """Call the command inside this process."""
    result = CliRunner().invoke(program, [str(each) for each in arguments], prog_name="melody")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ended(int(result.exit_code), result.stdout, result.stderr)


def command_line(*arguments: str | Path) -> list[str]:
    """The words that start the command in a process of its own."""
    return [sys.executable, "-m", "melody", *(str(each) for each in arguments)]


def environment(**more: str) -> dict[str, str]:
    """For such a process: the tree under test, and none of our own variables."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("MELODY_")}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def in_a_process(
    *arguments: str | Path, cwd: Path, standing_in: str | None = None, **more: str
) -> Ended:
    """Run the command as a user does; ``standing_in`` is a file for its stdin."""
    run = subprocess.run(
        command_line(*arguments),
        cwd=cwd,
        input="" if standing_in is None else (cwd / standing_in).read_text("utf-8"),
        env=environment(**more),
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return Ended(run.returncode, run.stdout, run.stderr)


def written(folder: Path, text: str, name: str = "some.melody.yaml") -> Path:
    """A file with this text."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
