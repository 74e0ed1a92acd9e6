"""Which Melody this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from melody.installation import DISTRIBUTION


def version_of(distribution: str) -> str | None:
    """The installed version of a distribution, or None."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


__version__ = version_of(DISTRIBUTION) or "0+uninstalled"
