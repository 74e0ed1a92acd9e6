"""Drafts one section of the notes: two ways to write the same changes."""

from __future__ import annotations

import textwrap
from typing import Any

from .escape_markdown import escape_opening

_BULLET = len("- ")


def one_line_each(*, group: dict[str, Any], width: int) -> dict[str, Any]:
    """Each change on a line of its own: easy to search and to compare, but it may be long.

    What a breaking change asks of the reader follows as a point of its own below it. `width` is
    not looked at: a player and its fallback are called with the same arguments.
    """
    del width
    bullets = ["\n".join(_texts(entry)) for entry in group["entries"]]
    return {"title": group["title"], "bullets": bullets}


def wrapped(*, group: dict[str, Any], width: int) -> dict[str, Any]:
    """The same changes, wrapped so that no line of the list is longer than `width` characters."""
    bullets = [
        "\n".join(line for text in _texts(entry) for line in _fit(text, width - _BULLET))
        for entry in group["entries"]
    ]
    return {"title": group["title"], "bullets": bullets}


def _texts(entry: dict[str, Any]) -> list[str]:
    """The lines of a change, without the list's own `- `: what changed and what it asks."""
    note = [f"- {entry['note']}"] if entry["note"] else []
    return [f"{entry['summary']} ({entry['short']})", *note]


def _fit(text: str, width: int) -> list[str]:
    """The text in lines of `width` characters; only a word that is longer by itself is broken."""
    indent = " " * _BULLET if text.startswith("- ") else ""
    # One character is kept for the backslash of a line that would begin a list or a heading.
    first, *more = textwrap.wrap(text, width - 1, subsequent_indent=indent, break_on_hyphens=False)
    return [first, *(indent + escape_opening(line.removeprefix(indent)) for line in more)]
