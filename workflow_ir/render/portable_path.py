"""File names for tools that look at the same tree somewhere else."""

from __future__ import annotations

import os
from pathlib import Path, PurePath


def portable_path(file: str, root: Path) -> PurePath:
    """The file as seen from ``root``: relative if it lies below it, else absolute.

    Args:
        file: As its author named it, from the current folder.
        root: The folder that other tools start from, absolute.
    """
    # `..` is folded and links stay: the name is what counts, not where the bytes lie.
    whole = PurePath(os.path.abspath(file))  # noqa: PTH100
    return whole.relative_to(root) if whole.is_relative_to(root) else whole
