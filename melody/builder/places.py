"""Places of a document in the program that built it: which call, and which of its arguments."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from melody.builder.python_source import Position, Site, python_source
from workflow_ir.span import Span

DocumentPath = tuple[str | int, ...]
"""Keys and indexes from the top of a document."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A call that made a part of a document."""

    site: Site
    argument: DocumentPath
    position: int


class Places:
    """Where the parts of a document were written."""

    def __init__(self) -> None:
        self._sites: dict[DocumentPath, _Made] = {}

    def add(
        self, path: DocumentPath, site: Site, *, argument: DocumentPath = (), position: int = 0
    ) -> None:
        """A part of the document was made by this call.

        Args:
            path: The part.
            site: The call.
            argument: The argument of the call that is the part, and the way into it.
            position: The positional argument that may hold the part.
        """
        self._sites[path] = _Made(site, argument, position)

    def _made(self, path: DocumentPath) -> tuple[_Made, DocumentPath] | None:
        """The call that made the nearest part above a path, and the rest of the path."""
        for length in range(len(path), -1, -1):
            found = self._sites.get(path[:length])
            if found is not None:
                return found, (*found.argument, *path[length:])
        return None

    def span(self, path: DocumentPath, word: str = "") -> Span | None:
        """The place of a part of the document in the program.

        Args:
            path: The part.
            word: What is meant inside it: where the argument holds it once, that is the place.

        Returns:
            None where the program has no text that can be read.
        """
        found = self._made(path)
        if found is None:
            return None
        made, rest = found
        site = made.site
        source = python_source(site.file)
        call = None if source is None else source.call(site)
        if source is None or call is None:
            return span_of_line(site)
        file, lines = shown_file(site.file), source.lines
        stretch = _stretch(_argument(call, rest, made.position), lines)
        # A key of a map stands beside its value, not in it.
        for place in (stretch, _stretch(call, lines)):
            if (exact := _only(word, place, lines, file)) is not None:
                return exact
        return Span(file, stretch[0], stretch[1] + 1, stretch[2], stretch[3] + 1)

    def files(self) -> Iterator[str]:
        """The files of the program that have a text."""
        named = dict.fromkeys(made.site.file for made in self._sites.values())
        return (file for file in named if python_source(file) is not None)


def span_of_line(site: Site) -> Span | None:
    """The whole line of a call, without its indentation."""
    source = python_source(site.file)
    if source is None:
        return None
    line = source.lines[site.line - 1] if site.line <= len(source.lines) else ""
    start = len(line) - len(line.lstrip())
    return Span(shown_file(site.file), site.line, start + 1, site.line, len(line.rstrip()) + 1)


def shown_file(file: str) -> str:
    """A file as diagnostics name it: from here, if it lies below."""
    try:
        return str(Path(file).resolve().relative_to(Path.cwd()))
    except (OSError, ValueError):
        return os.fspath(file)


def _argument(call: ast.Call, rest: DocumentPath, position: int) -> ast.expr:
    """The part of a call that says the rest of a path; the call itself if none does."""
    named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    for depth, key in enumerate(rest[:2]):
        found = named.get(str(key)) or named.get(f"{key}_")
        if found is not None:
            return _inside(found, rest[depth + 1 :])
    if rest and rest[0] == "with" and "with_" in named:
        return _inside(named["with_"], rest[1:])
    starred = any(isinstance(one, ast.Starred) for one in call.args)
    if len(call.args) > position and rest and not starred:
        first = call.args[position]
        inside = _inside(first, rest)
        return inside if inside is not first else _inside(first, rest[1:])
    return call


def _inside(node: ast.expr, path: DocumentPath) -> ast.expr:
    """Down a path through displays of maps and lists, as far as it goes."""
    for step in path:
        found: ast.expr | None = None
        if isinstance(node, ast.Dict):
            found = next(
                (
                    item
                    for key, item in zip(node.keys, node.values, strict=True)
                    if isinstance(key, ast.Constant) and key.value == step
                ),
                None,
            )
        elif isinstance(node, ast.List | ast.Tuple) and isinstance(step, int):
            found = node.elts[step] if step < len(node.elts) else None
        if found is None:
            return node
        node = found
    return node


def _stretch(node: ast.expr, lines: list[str]) -> Position:
    """Lines from 1 and columns from 0, in characters."""
    end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
    return (
        node.lineno, _characters(lines, node.lineno, node.col_offset),
        end_line, _characters(lines, end_line, end_column),
    )  # fmt: skip


def _characters(lines: list[str], line: int, bytes_: int) -> int:
    text = lines[line - 1] if line <= len(lines) else ""
    return len(text.encode("utf-8", "surrogatepass")[:bytes_].decode("utf-8", "replace"))


def _only(word: str, stretch: Position, lines: list[str], file: str) -> Span | None:
    """The only place of a word in a stretch."""
    line, column, end_line, end_column = stretch
    found: list[tuple[int, int]] = []
    for number in range(line, end_line + 1) if word and "\n" not in word else ():
        text = lines[number - 1] if number <= len(lines) else ""
        first = column if number == line else 0
        last = end_column if number == end_line else len(text)
        at = text.find(word, first, last)
        while at >= 0:
            if _is_alone(text, at, at + len(word)):
                found.append((number, at))
            at = text.find(word, at + 1, last)
    if len(found) == 1:
        number, at = found[0]
        return Span(file, number, at + 1, number, at + len(word) + 1)
    return None


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether a stretch is no part of a longer word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    in_words = text[start].isidentifier() and (before.isidentifier() or before.isdigit())
    return not in_words and not (
        (text[end - 1].isidentifier() or text[end - 1].isdigit())
        and (after.isidentifier() or after.isdigit())
    )
