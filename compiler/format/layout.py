"""The layout of a YAML file: which stretch of text is which token, below which key.

The parser's events, kept with their places; scalars, aliases and collections in brackets are tokens
that are taken as they are, and only what is written with indentation has parts here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from compiler.parse.yaml_reader import LOADER

_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*[ \t]*)+")


@dataclass(slots=True)
class Token:
    """A scalar, an alias, or a collection in brackets; empty: nothing is written there."""

    start: int
    end: int
    text: str
    """Its key, where it is one: after YAML's quotes and escapes."""
    is_block: bool = False
    """Written behind ``|`` or ``>``."""
    parts: tuple[Token | Pair, ...] | None = None
    """Of a collection in brackets."""
    is_map: bool = False
    has_name: bool = False
    """It has an anchor or a tag, or is an alias: its place among the others matters."""


@dataclass(slots=True)
class Pair:
    """A key and its value inside brackets."""

    key: Token
    value: Token


@dataclass(slots=True)
class Comment:
    """A comment on a line of its own, or behind a token."""

    offset: int
    line: int
    column: int
    text: str
    is_alone: bool


@dataclass(slots=True)
class Lead:
    """A comment above an entry, or the empty line before it or before the entry itself."""

    text: str
    after_empty_line: bool


@dataclass(slots=True)
class Entry:
    """A key or dash with its value."""

    start: int
    """Where the key or dash stands."""
    key: Token | None
    value: Token | Block
    leads: list[Lead] = field(default_factory=list)
    after_empty_line: bool = False
    behind_key: str = ""
    """The comment behind the key or dash, with the blanks before it."""
    between: list[str] = field(default_factory=list)
    """Comments between a key and its value."""
    behind_value: str = ""


@dataclass(slots=True)
class Block:
    """A map or list that is written with indentation."""

    column: int
    is_map: bool
    properties: str = ""
    """Its anchor and tag."""
    entries: list[Entry] = field(default_factory=list)
    tail: list[Lead] = field(default_factory=list)
    """Comments behind its last entry."""

    @property
    def has_name(self) -> bool:
        """Whether something in it is named or names something."""
        return bool(self.properties) or any(entry_has_name(entry) for entry in self.entries)


def entry_has_name(entry: Entry) -> bool:
    """Whether an anchor, a tag or an alias is in it: aliases come after what they name."""
    return entry.value.has_name or (entry.key is not None and entry.key.has_name)


class UnusualLayoutError(Exception):
    """The file uses a way of writing that is not laid out anew; says which."""


def layout_of(text: str) -> Block | Token:
    """The layout of a text that can be read as YAML.

    Raises:
        UnusualLayoutError: Keys are written with ``?``.
    """
    parser = LOADER(text)
    try:
        events = _events(parser)
        root = _Builder(text, events).value(next(events))
    finally:
        parser.dispose()
    return root


def _events(parser: Any) -> Iterator[Any]:
    skipped = (yaml.StreamStartEvent, yaml.DocumentStartEvent)
    while not isinstance(event := parser.get_event(), yaml.DocumentEndEvent):
        if not isinstance(event, skipped):
            yield event


class _Builder:
    def __init__(self, text: str, events: Iterator[Any]) -> None:
        self._text = text
        self._events = events

    def value(self, event: Any) -> Block | Token:
        """The node that an event begins."""
        if isinstance(event, yaml.MappingStartEvent) and not event.flow_style:
            return self._map(event)
        if isinstance(event, yaml.SequenceStartEvent) and not event.flow_style:
            return self._list(event)
        return self._token(event)

    def _map(self, event: Any) -> Block:
        block = self._block(event, is_map=True)
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if isinstance(event, yaml.AliasEvent):
                raise UnusualLayoutError("an alias as a key")
            key = self._token(event)
            if key.end == key.start or "\n" in self._text[key.start : key.end]:
                raise UnusualLayoutError("an empty key, or one of several lines")
            value = self.value(next(self._events))
            between = self._text[key.end : key.end + 200].lstrip(" \t")
            if not between.startswith(":"):
                raise UnusualLayoutError("a key that is written with `?`")
            block.entries.append(Entry(key.start, key, value))
        block.column = self._column(block.entries[0].start)
        return block

    def _list(self, event: Any) -> Block:
        block = self._block(event, is_map=False)
        position = event.start_mark.index
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            dash = self._dash(position, event.start_mark.index)
            value = self.value(event)
            block.entries.append(Entry(dash, None, value))
            position = end_of(value)
        block.column = self._column(block.entries[0].start)
        return block

    def _block(self, event: Any, *, is_map: bool) -> Block:
        properties = ""
        if event.anchor or event.tag:
            found = _PROPERTIES.match(self._text, event.start_mark.index)
            properties = found.group().strip() if found else ""
        return Block(0, is_map, properties)

    def _dash(self, first: int, last: int) -> int:
        """The dash of an item whose value begins at ``last``."""
        gap = self._text[first : last + 1]
        line_start = 0
        for line in gap.splitlines(keepends=True):
            for offset, char in enumerate(line):
                if char == "#" and (offset == 0 or line[offset - 1] in " \t\n"):
                    break
                if char == "-" and line[offset + 1 : offset + 2].strip() == "":
                    return first + line_start + offset
            line_start += len(line)
        raise UnusualLayoutError("a list whose dashes cannot be found")

    def _token(self, event: Any) -> Token:
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.AliasEvent):
            return Token(start, end, "", has_name=True)
        if isinstance(event, yaml.ScalarEvent):
            has_name = bool(event.anchor or event.tag)
            is_block = event.style in {"|", ">"}
            if is_block:
                end = start + len(_block_text(self._text[start:end]))
            return Token(start, end, event.value, is_block=is_block, has_name=has_name)
        has_name = bool(event.anchor or event.tag)
        is_map = isinstance(event, yaml.MappingStartEvent)
        parts, end = self._parts(is_map=is_map)
        token = Token(start, end, "", parts=tuple(parts), is_map=is_map, has_name=has_name)
        token.has_name = has_name or any(_part_has_name(part) for part in parts)
        return token

    def _parts(self, *, is_map: bool) -> tuple[list[Token | Pair], int]:
        ending: Any = yaml.MappingEndEvent if is_map else yaml.SequenceEndEvent
        parts: list[Token | Pair] = []
        while not isinstance(event := self._next(), ending):
            part = self._token(event)
            parts.append(Pair(part, self._token(next(self._events))) if is_map else part)
        return parts, event.end_mark.index

    def _next(self) -> Any:
        return next(self._events)

    def _column(self, offset: int) -> int:
        return offset - (self._text.rfind("\n", 0, offset) + 1)


def _part_has_name(part: Token | Pair) -> bool:
    if isinstance(part, Pair):
        return part.key.has_name or part.value.has_name
    return part.has_name


def _block_text(text: str) -> str:
    """A block of text without the empty lines behind it, unless its header keeps them."""
    header, *lines = text.split("\n")
    if "+" in header.split("#", 1)[0]:
        return text.rstrip(" ").removesuffix("\n")
    first = next((line for line in lines if line.strip(" ")), "")
    indent = len(first) - len(first.lstrip(" "))
    # A line of blanks beyond the indentation is a line of the text.
    while lines and not lines[-1].strip(" ") and len(lines[-1]) <= indent:
        lines.pop()
    return "\n".join([header, *lines])


def end_of(value: Block | Token) -> int:
    """The offset behind the last token."""
    while isinstance(value, Block):
        value = value.entries[-1].value
    return value.end
