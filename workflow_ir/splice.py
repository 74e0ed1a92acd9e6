"""Edit text at spans; comments and layout of everything else stay byte for byte (spec 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate, count
from operator import add

from workflow_ir.diagnostics import Edit

LINE_BREAK = re.compile(r"\r\n|\r|\n")
"""What ends a line, for spans and editors alike."""


def line_starts(text: str) -> list[int]:
    """The offset of the first character of each line."""
    if "\r" in text:
        return [0, *(match.end() for match in LINE_BREAK.finditer(text))]
    lengths = accumulate(map(len, text.split("\n")[:-1]))
    return [0, *map(add, lengths, count(1))]  # a text may be nothing but ends of lines


def splice(text: str, edits: Iterable[Edit]) -> str:
    """Make the edits; of edits that overlap an earlier one, only the first is made."""
    starts = line_starts(text)

    def offset(line: int, column: int) -> int:
        return min(starts[min(line, len(starts)) - 1] + column - 1, len(text))

    done: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        start = offset(edit.span.line, edit.span.column)
        if start < position:
            continue
        done += (text[position:start], edit.text)
        position = offset(edit.span.end_line, edit.span.end_column)
    return "".join((*done, text[position:]))
