"""Edit text at spans; comments and layout of everything else stay byte for byte (spec 2)."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, count
from operator import add

from workflow_ir.diagnostics import Edit

LINE_BREAK = re.compile(r"\r\n|\r|\n")
"""What ends a line, for spans and editors alike."""


def line_starts(text: str) -> Sequence[int]:
    """The offset of the first character of each line.

    A text may be nothing but ends of lines: no step of Python and no number object for each.
    """
    starts = array("q", (0,))
    if "\r" in text:
        starts.extend(match.end() for match in LINE_BREAK.finditer(text))
        return starts
    starts.extend(map(add, accumulate(map(len, text.split("\n"))), count(1)))
    starts.pop()  # behind the last line there is none
    return starts


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
