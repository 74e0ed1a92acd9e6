"""A mistake that somebody makes at the terminal, and what the terminal shows then."""

from __future__ import annotations

import io
import re
import shlex
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from melody.cli.door import main

CASES = Path(__file__).parent / "cases"
TOLD = re.compile(r"^(error|warning)\[(MEL\d{3})\]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Scene:
    """One command, what lies in the folder, and what is wrong with the machine."""

    command: str
    """As it is typed; `` | `` outside of quotes hands the output of one to the next."""
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    machine: Callable[[pytest.MonkeyPatch], None] = lambda _: None
    """Makes the machine so that the command goes wrong."""


def scene_of_melody(code: str) -> Scene | None:
    """``melody check`` of the fixture of this code, beside its project file if it has one."""
    melody, project = CASES / f"{code}.melody.yaml", CASES / f"{code}.project.yaml"
    if not melody.is_file():
        return None
    files: dict[str, str | bytes] = {melody.name: melody.read_bytes()}
    if project.is_file():
        files["melody.project.yaml"] = project.read_bytes()
    return Scene(f"melody check {melody.name}", files)


def perform(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> str:
    """The terminal's text: the command as typed, then both streams as they come.

    Everything happens in the current folder, in this process.
    """
    for name, content in scene.files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    terminal, pipe = _stream(), _stream()
    *before, last = _commands(scene.command)
    with monkeypatch.context() as patched, redirect_stderr(terminal):
        scene.machine(patched)
        for words in (*before, last):
            patched.setattr(sys, "argv", words)
            patched.setattr(sys, "stdin", _stream(_text(pipe)))
            pipe = _stream()
            with redirect_stdout(terminal if words is last else pipe), pytest.raises(SystemExit):
                main()
    return f"$ {scene.command}\n{_text(terminal)}"


def _commands(typed: str) -> list[list[str]]:
    """The words of each command of a pipe, as a shell reads them."""
    commands: list[list[str]] = [[]]
    for word in shlex.split(typed):
        if word == "|":
            commands.append([])
        else:
            commands[-1].append(word)
    return commands


def _stream(text: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


def told(terminal: str) -> list[tuple[str, str]]:
    """Severity and code of every diagnostic, in the order shown."""
    return TOLD.findall(terminal)
