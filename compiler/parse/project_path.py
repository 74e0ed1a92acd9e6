"""Paths that a file may name: to files inside the project, and to nothing else."""

from __future__ import annotations

import os
import re
from enum import StrEnum
from pathlib import Path

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
"""The beginning of a URL, or of a path with a drive."""
LONGEST = 1000
"""Characters of a path as written."""


class Refusal(StrEnum):
    """Why a text leads to no file."""

    NO_WAY_FROM_HERE = "no way from here"
    """A URL, or a path that does not begin at the folder of the file."""
    NO_PATH = "no path"
    """The machine cannot make a path of it."""
    OUTSIDE = "outside"


def path_inside(text: str, *, folder: Path, root: Path) -> Path | Refusal:
    """The file that a text means, links followed; it need not be there.

    A Melody may come from anybody, and what it names is read and may be shown in diagnostics. So
    nothing outside ``root`` is ever opened, whatever dots or links lead there.

    Args:
        text: As written: relative, with ``/``.
        folder: The folder of the file that it is written in.
        root: What the file must lie in: the project's folder, else that of the Melody.
    """
    if text.startswith(("/", "~", "\\")) or SCHEME.match(text):
        return Refusal.NO_WAY_FROM_HERE
    found = _real(folder / text) if len(text) <= LONGEST else None
    home = _real(root)
    if found is None or home is None:
        return Refusal.NO_PATH
    return found if home == found or home in found.parents else Refusal.OUTSIDE


def _real(path: Path) -> Path | None:
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return None
