"""The templates of generated code as text: which holes stand inside a string or comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import adapters

ROOT: Final = Path(adapters.__file__).parent
_JINJA: Final = re.compile(r"\{\{-?(?P<hole>.*?)-?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_HOLE: Final = re.compile("\x00([0-9]+)\x00")
_INERT: Final = re.compile(
    r"""("{3}|'{3})(?:\\.|[^\\])*?\1|(["'])(?:\\.|(?!\2)[^\\\n])*\2|\#[^\n]*""", re.DOTALL
)
"""Strings, docstrings and comments of Python; YAML, TOML and Markdown have the last two alike."""


def templates() -> Iterator[tuple[str, str]]:
    """Path below ``adapters`` and text of each."""
    for path in sorted(ROOT.rglob("templates/**/*.jinja")):
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def enclosed(text: str) -> Iterator[str]:
    """The holes of a template that stand inside a string, docstring or comment.

    >>> list(enclosed("x = {{ a }}  # {{ b }}\\ny = '{% if c %}{{ d }}{% endif %}'"))
    ['b', 'd']
    """
    holes: list[str] = []

    def bare(found: re.Match[str]) -> str:
        if found["hole"] is None:
            return ""
        holes.append(found["hole"].strip())
        return f"\x00{len(holes) - 1}\x00"

    plain = _JINJA.sub(bare, text)
    for inert in _INERT.finditer(plain):
        for hole in _HOLE.finditer(inert[0]):
            yield holes[int(hole[1])]
