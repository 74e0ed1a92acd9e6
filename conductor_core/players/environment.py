"""What a process that performs sees of the runner's environment."""

from __future__ import annotations

import os

_INHERITED = frozenset({"PATH", "HOME", "LANG", "LANGUAGE", "TMPDIR", "TZ", "SYSTEMROOT"})


def inherited() -> dict[str, str]:
    """The variables that are handed on; keys of model providers are never among them (spec 6)."""
    return {
        name: value
        for name, value in os.environ.items()
        if name in _INHERITED or name.startswith("LC_")
    }
