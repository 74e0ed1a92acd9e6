"""Reading facts of kept events: a journal is a file that anybody may have written."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from melody.cli.view.words import one_line


def text(value: object, longest: int = 200) -> str:
    r"""A fact on one line without what a terminal must not get; empty for None.

    >>> text("a" + chr(27) + "[2J"), text(None)
    ('a\\x1b[2J', '')
    """
    return "" if value is None else one_line(str(value)[: 4 * longest], longest)


def number(value: object) -> float | None:
    """A finite number, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def table(value: object) -> Mapping[str, Any]:
    """A map; empty where it is none."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[Any]:
    """A list; empty where it is none."""
    return value if isinstance(value, list) else []


def moment(stamp: object) -> float | None:
    """Seconds since the epoch of an event's time, or None."""
    try:
        return datetime.fromisoformat(str(stamp)).timestamp()
    except (ValueError, OverflowError):
        return None


def plain(value: float) -> str:
    """A number as people write it.

    >>> plain(3.0), plain(0.25)
    ('3', '0.25')
    """
    return f"{value:.6g}"
