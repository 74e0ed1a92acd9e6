"""Mistakes of an installation, of its environment, of a backend, and our own."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from conductor_core import nodes
from conductor_core.run import Run
from melody.installation import PACKAGES, find_collision
from tests.snapshot.diagnostics.command_scenes import NOTES
from tests.snapshot.diagnostics.scene import Scene

CHAIN = """\
melody: v1
name: notes
steps:
  draft: {set: {text: It rains.}}
  shout: {set: {text: "${{ upper(steps.draft.output.text) }}"}}
"""
ROUTE = """\
melody: v1
name: notes
inputs:
  lines: {type: integer, default: 5}
steps:
  route:
    branch:
      - {name: short, when: "inputs.lines < 9", result: {style: short}}
      - {name: long, else: true, result: {style: long}}
"""
MADE_UP = """\
melody: v1
name: notes
models: {smart: offline/basic}
players: {writer: {model: smart}}
steps:
  draft: {play: writer, prompt: Write about rain.}
"""
PRODUCTION = """\
profiles:
  production: {policy: {timeout: 30s}}
"""
REPORT = Path(".melody/bugs/melody-report.txt")
NIGHT = """\
melody: v1
name: notes
steps:
  draft:
    window: {from: "22:00", to: "06:00", zone: Europe/Berlni}
    set: {text: Rain}
"""
SECRET = """\
melody: v1
name: notes
players:
  weather:
    command: [curl, --config, "-", https://example.com/weather]
    stdin: ${{ with.header }}
steps:
  ask:
    play: weather
    with: {header: "header = token:${{ secrets.WEATHER_KEY }}"}
"""
MODEL = """\
melody: v1
name: notes
models: {smart: openai/gpt-5}
players:
  writer: {model: smart}
steps:
  draft: {play: writer, prompt: What was done today}
"""


def _taken_name(machine: pytest.MonkeyPatch) -> None:
    def find() -> object:
        return find_collision(["site-packages"], home=Path("site-packages"))

    machine.setattr("melody.installation.find_collision", find)


def _no_langgraph(machine: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name.startswith(("adapters.langgraph.", "langgraph")):
            machine.delitem(sys.modules, name)
    machine.setitem(sys.modules, "langgraph", None)


def _one_time_zone(machine: pytest.MonkeyPatch) -> None:
    """Whatever time zone database there is, this one has one zone."""
    rule = import_module("compiler.check.unknown_window")
    known = {"Europe/Berlin": object()}
    machine.setattr(rule, "ZoneInfo", known.__getitem__)
    machine.setattr(rule, "available_timezones", lambda: set(known))


def _bug(machine: pytest.MonkeyPatch) -> None:
    machine.setattr("melody.cli.check.check_paths", lambda *_, **__: 1 / 0)
    _report(machine)


def _entering(*addresses: str) -> Callable[[pytest.MonkeyPatch], None]:
    """A backend that enters these nodes, one after the other, instead of following the plan."""

    async def walk(program: Any, run: Run) -> None:
        for address in addresses:
            await nodes.enter(run, address)

    def machine(patched: pytest.MonkeyPatch) -> None:
        faulty: Callable[[Any, Run], Awaitable[None]] = walk
        patched.setattr("adapters.native.adapter.walk", faulty)
        _report(patched)

    return machine


def _report(machine: pytest.MonkeyPatch) -> None:
    # The report itself is told of in the tests of the command line; its name holds the time.
    machine.setattr("melody.cli.bug_report._write", lambda text: REPORT)


def _run_of(melody: str, *addresses: str) -> Scene:
    # Under a script time is virtual: what is shown of the run is the same at any speed.
    return Scene(
        "melody run notes.melody.yaml --start graph --script rehearsal.yaml --no-journal",
        {"notes.melody.yaml": melody, "rehearsal.yaml": "default: {return: {}}\n"},
        machine=_entering(*addresses),
    )


INSTALLATION_SCENES: Mapping[str, Scene] = {
    "MEL601": Scene(
        "melody run notes.melody.yaml --allow command:curl",
        {"notes.melody.yaml": SECRET},
        machine=lambda machine: machine.delenv("WEATHER_KEY", raising=False),
    ),
    "MEL602": Scene(
        "melody check notes.melody.yaml", {"notes.melody.yaml": NIGHT}, machine=_one_time_zone
    ),
    "MEL603": Scene(
        "melody run notes.melody.yaml",
        {"notes.melody.yaml": MODEL},
        machine=lambda machine: machine.delenv("OPENAI_API_KEY", raising=False),
    ),
    "MEL604": Scene(
        "melody run notes.melody.yaml --replay calls.jsonl --no-journal",
        {"notes.melody.yaml": MODEL, "calls.jsonl": "melody: v1\n"},
    ),
    "MEL605": Scene(
        "melody run notes.melody.yaml --profile production",
        {"notes.melody.yaml": MADE_UP, "melody.project.yaml": PRODUCTION},
    ),
    "MEL901": Scene(
        "melody check",
        {
            **{f"site-packages/{name}/__init__.py": "" for name in PACKAGES},
            "site-packages/adapters-1.3.0.dist-info/top_level.txt": "adapters\n",
        },
        machine=_taken_name,
    ),
    "MEL902": Scene("melody check notes.melody.yaml", {"notes.melody.yaml": NOTES}, machine=_bug),
    "MEL903": Scene(
        "melody run notes.melody.yaml --on langgraph",
        {"notes.melody.yaml": CHAIN},
        machine=_no_langgraph,
    ),
    "MEL951": _run_of(CHAIN, "shout", "draft"),
    "MEL952": _run_of(ROUTE, "route", "route.long"),
    "MEL953": _run_of(CHAIN, "draft"),
}
"""By code."""
