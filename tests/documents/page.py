"""A page as a reader uses it: files to save, commands to type, and what is seen below them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"# ([\w.]+\.(?:yaml|py))\n")


@dataclass(frozen=True, slots=True)
class Saved:
    """A file; its name stands in its first line."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A command and the text that it gives."""

    arguments: tuple[str, ...]
    seen: str
    line: int
    """Of the page."""


def doings(page: Path) -> Iterator[Saved | Typed]:
    """Everything a reader of the page does, from the top; other blocks are only looked at."""
    text = page.read_text()
    for block in _BLOCK.finditer(text):
        kind, body = block.groups()
        line = text.count("\n", 0, block.start()) + 2
        named = _NAME.match(body)
        if kind in ("yaml", "python") and named is not None:
            yield Saved(named[1], body)
        elif kind == "console":
            yield from _typed(body, line)


def _typed(body: str, line: int) -> Iterator[Typed]:
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, seen = part.partition("\n")
        program, *arguments = shlex.split(command)
        assert program == "melody", command
        yield Typed(tuple(arguments), seen, line)
        line += part.count("\n")
