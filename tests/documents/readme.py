"""The README of a sample as a reader uses it: commands to type, and the code each ends with.

The fenced blocks that begin with a command are typed from the top, ``cd`` included. A table whose
first column is called *command ends in* holds what may stand behind the first ``melody run FILE``.
A command ends with 0 unless its comment, or the table's column *exit code*, says something else.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TABLE = re.compile(r"^(\| command ends in \|.*?)\n\|[-|]+\n((?:\|.*\n)+)", re.MULTILINE)
_CODE = re.compile(r"exit code (\d+)")
_RUN = re.compile(r"melody run \S+")


@dataclass(frozen=True, slots=True)
class Command:
    """A line to type, its continuations joined, without its comment."""

    text: str
    folder: str
    """Where it is typed, seen from the folder that holds ``samples``."""
    code: int
    line: int
    """Of the README."""

    @property
    def words(self) -> tuple[str, ...]:
        """As a shell splits it."""
        return tuple(shlex.split(self.text))

    @property
    def is_pipeline(self) -> bool:
        return "|" in self.words


def commands(readme: Path) -> Iterator[Command]:
    """All of them, those of the tables last."""
    text = readme.read_text("utf-8")
    typed: list[Command] = []
    folder = "."
    for block in _BLOCK.finditer(text):
        if not block[1].startswith(("melody ", "python ", "cd ")):
            continue
        first = text.count("\n", 0, block.start()) + 2
        for line, command in _lines(block[1], first):
            if command.startswith("cd "):
                folder = shlex.split(command)[1]
                continue
            written, _, comment = command.partition("  # ")
            said = _CODE.search(comment)
            typed.append(Command(written.strip(), folder, int(said[1]) if said else 0, line))
    yield from typed
    for table in _TABLE.finditer(text):
        first = text.count("\n", 0, table.start()) + 3
        yield from _rows(table[1], table[2].splitlines(), typed, first)


def _lines(block: str, first: int) -> Iterator[tuple[int, str]]:
    number = first
    for command in re.split(r"(?<!\\)\n", block.rstrip("\n")):
        yield number, command.replace("\\\n", " ")
        number += command.count("\n") + 1


def _rows(
    head: str, rows: Sequence[str], typed: Sequence[Command], first: int
) -> Iterator[Command]:
    base = next(command for command in typed if _RUN.match(command.text))
    run = _RUN.match(base.text)
    assert run is not None
    columns = _cells(head)
    for line, row in enumerate(rows, first):
        cells = dict(zip(columns, _cells(row), strict=True))
        more = re.match(r"`([^`]+)`", cells["command ends in"])
        text = f"{run[0]} {more[1]}" if more else run[0]
        yield Command(text, base.folder, int(cells.get("exit code", "0")), line)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]
