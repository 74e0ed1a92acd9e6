"""Folders that last as long as the session."""

from __future__ import annotations

import tempfile
from pathlib import Path

_KEPT: list[tempfile.TemporaryDirectory[str]] = []
"""Removed when the interpreter ends."""


def temporary_folder() -> Path:
    """An empty folder."""
    kept = tempfile.TemporaryDirectory(prefix="melody-ejected-")
    _KEPT.append(kept)
    return Path(kept.name).resolve()
