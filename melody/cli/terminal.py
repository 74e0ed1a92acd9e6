"""What the streams can show: colours, and whether lines may be drawn anew."""

from __future__ import annotations

import os
import sys
from typing import TextIO

import click

_COLOURS = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "message": {"bold": True},
    "gutter": {"fg": "blue", "bold": True},
    "place": {},
    "mark": {"fg": "red", "bold": True},
    "note": {"bold": True},
    "good": {"fg": "green"},
    "dim": {"dim": True},
}


def is_terminal(stream: TextIO) -> bool:
    """A person reads it as it comes, and it is not the log of a machine that builds."""
    return stream.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"


def has_colours(stream: TextIO) -> bool:
    """Colours are wanted (https://no-color.org)."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def styled(role: str, text: str, *, err: bool = False) -> str:
    """Text in the colours of a role, where stdout (or stderr) shows colours."""
    stream = sys.stderr if err else sys.stdout
    return click.style(text, **_COLOURS[role]) if has_colours(stream) else text  # type: ignore[arg-type]
