"""Text as a terminal shows it: columns, tabs, and characters that must not reach it."""

from __future__ import annotations

import unicodedata

TAB = 4
"""Columns between tab stops."""

_ESCAPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(text: str, *, breaks: bool = False) -> str:
    r"""The text with control, format and unassigned characters written as escapes.

    Raw controls could move the cursor, hide text or reverse its direction.

    Args:
        text: Any text, lone surrogates included.
        breaks: Keep ``\n``.

    >>> visible("a\x1b[31m\u202eb")
    'a\\x1b[31m\\u202eb'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if breaks and char == "\n" else _shown(char) for char in text)


def _shown(char: str) -> str:
    if char.isprintable() or unicodedata.category(char) not in _ESCAPED:
        return char
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")


def width(text: str) -> int:
    r"""Columns of visible text; wide characters take two, combining ones none.

    >>> width("漢a"), width("e\u0301")
    (3, 1)
    """
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me")
        else 2
        if unicodedata.east_asian_width(char) in ("W", "F")
        else 1
        for char in text
    )


def line_of(text: str) -> tuple[str, list[int]]:
    """A source line as shown, and the column (from 0) before each of its characters.

    The list has one entry more than the line has characters: the column behind it.
    """
    if text.isascii() and text.isprintable():
        return text, list(range(len(text) + 1))
    shown: list[str] = []
    columns = [0]
    for char in text:
        piece = " " * (TAB - columns[-1] % TAB) if char == "\t" else _shown(char)
        shown.append(piece)
        columns.append(columns[-1] + width(piece))
    return "".join(shown), columns
