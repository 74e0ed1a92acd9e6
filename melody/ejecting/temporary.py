"""A temporary folder on the file system that a folder is, or will be, on."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def temporary_beside(place: Path) -> Iterator[Path]:
    """A folder from which files can be renamed into place; gone afterwards, however that ends.

    It lies beside the place, above it as far as folders are missing, or in it where it cannot be
    beside it: the place may be mounted, or the folder above belong to somebody else.

    Args:
        place: Without symlinks.

    Raises:
        OSError: No folder can be made at any of these.
    """
    above = next((each for each in place.parents if each.is_dir()), place)
    homes = [above, place] if place.is_dir() else [above]
    device = homes[-1].stat().st_dev
    folder = _made([home for home in homes if home.stat().st_dev == device])
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _made(homes: list[Path]) -> Path:
    *others, last = homes
    for home in others:
        if os.access(home, os.W_OK | os.X_OK):
            return Path(tempfile.mkdtemp(prefix=".melody-", dir=home))
    return Path(tempfile.mkdtemp(prefix=".melody-", dir=last))
