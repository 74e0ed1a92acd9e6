"""From an offset in a scalar's value to its place in the source."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from compiler.parse.source_text import SourceText
from workflow_ir.span import Span


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters of a value that stand together in the source."""

    at: int
    """Offset of the first one in the value."""
    length: int
    """Number of characters of the value."""
    start: int
    """Source offset of the first one."""
    end: int
    """Source offset behind the last one; with ``length`` characters between, one for one."""

    def place(self, offset: int) -> tuple[int, int]:
        """Source offsets of one character of the value."""
        if self.end - self.start != self.length:  # an escape or a fold
            return self.start, self.end
        return self.start + offset - self.at, self.start + offset - self.at + 1


class Places:
    """Where each character of a value stands; as long as there are escapes, folds and lines."""

    def __init__(self) -> None:
        self.stretches: list[Stretch] = []
        self.length = 0

    def add(self, length: int, start: int, end: int) -> None:
        """The next characters of the value."""
        if length:
            self.stretches.append(Stretch(self.length, length, start, end))
            self.length += length

    def __getitem__(self, offset: int) -> tuple[int, int]:
        index = bisect_right(self.stretches, offset, key=lambda stretch: stretch.at) - 1
        return self.stretches[index].place(offset)


FOLD = re.compile(r"[ \t]*+(?:(?:\r\n|\r|\n)[ \t]*+)++")
ESCAPED_BREAK = re.compile(r"\\(?:\r\n|\r|\n)[ \t]*")
ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)"
)


def place_in_scalar(
    source: SourceText,
    span: Span,
    style: Literal["plain", "single", "double", "literal", "folded"],
    text: str,
    start: int,
    end: int,
) -> Span:
    """The place of ``text[start:end]``; the whole scalar where it cannot be followed.

    ``span`` is the scalar's, quotes or block header included; ``text`` is its value.
    """
    places = source.remembered(span, lambda: _places(source, span, style, text))
    if places is None or not places.length:
        return span
    if start >= places.length:
        after = places[places.length - 1][1]
        return source.span(after, after)
    return source.span(places[start][0], places[max(start, min(end, places.length) - 1)][1])


def _places(source: SourceText, span: Span, style: str, text: str) -> Places | None:
    """Where each character of a scalar stands; None where it cannot be followed."""
    first = source.offset(span.line, span.column)
    raw = source.text[first : source.offset(span.end_line, span.end_column)]
    if style in ("literal", "folded") and raw[:1] in ("|", ">"):
        return _block_places(source, span, text, folded=style == "folded")
    if raw[:1] == raw[-1:] and raw[:1] in ("'", '"') and len(raw) > 1 and raw != text:
        return _flow_places(raw[1:-1], text, raw[0], first + 1)
    return _flow_places(raw, text, "", first)


PLAIN_RUN = re.compile(r"[^\s'\\]+")
"""Characters that stand for themselves in every flow style."""


def _breaks(text: str) -> int:
    """How many lines end in it."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _flow_places(raw: str, text: str, quote: str, base: int) -> Places | None:
    """Follow a plain or quoted scalar; None where the source does not explain the value."""
    places = Places()
    if raw == text:
        places.add(len(text), base, base + len(text))
    at = 0
    while places.length < len(text):
        if quote == '"' and (broken := ESCAPED_BREAK.match(raw, at)):
            at = broken.end()
            continue
        if at >= len(raw):
            return None
        if fold := FOLD.match(raw, at):
            breaks = _breaks(fold.group())
            folded = " " if breaks == 1 else "\n" * (breaks - 1)
            if not text.startswith(folded, places.length):
                return None
            places.add(len(folded), base + at, base + fold.end())
            at = fold.end()
            continue
        width = length = 1
        if quote == '"' and (escape := ESCAPE.match(raw, at)):
            width = len(escape.group())
        elif quote == "'" and raw.startswith("''", at):
            width = 2
        else:
            run = PLAIN_RUN.match(raw, at)
            width = length = len(run.group()) if run else 1
            if not text.startswith(raw[at : at + width], places.length):
                return None
        places.add(length, base + at, base + at + width)
        at += width
    return places


def _block_places(source: SourceText, span: Span, text: str, *, folded: bool) -> Places | None:
    """Follow a literal or folded block line by line."""
    first_words = text.lstrip("\n")
    inner = len(first_words) - len(first_words.lstrip(" "))
    indent: int | None = None
    places = Places()
    starts = source.starts
    for line in range(span.line, len(starts)):
        if places.length >= len(text):
            break
        start = starts[line]
        end = starts[line + 1] if line + 1 < len(starts) else len(source.text)
        content = source.text[start:end].rstrip("\r\n")
        if indent is None and content.strip(" "):
            indent = len(content) - len(content.lstrip(" ")) - inner
        content = content[indent or len(content) :]
        if not text.startswith(content, places.length):
            return None
        base = start + (indent or 0)
        places.add(len(content), base, base + len(content))
        rest = text[places.length : places.length + 1]
        if rest == "\n" or (folded and rest == " "):
            places.add(1, base + len(content), base + len(content))
        elif rest and not folded:
            return None
    return places
