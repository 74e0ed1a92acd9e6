"""What lies where: the Melody of a test file, and its snapshots; nothing is imported to know it."""

from __future__ import annotations

import os
from pathlib import Path

from melody.file_names import MELODIES, TESTS

SNAPSHOTS = "snapshots"
"""The folder beside a test file that holds what it compares with."""
OF_A_TEST_FILE = ".melody"
"""The end of a folder in there: other tools that keep snapshots call no folder so."""


def stem(name: str) -> str:
    """The name of a test file without its endings.

    >>> stem("notes.melody.test.yaml")
    'notes'
    """
    return name.rpartition(".melody.test.")[0]


def snapshots_of(test_file: Path) -> Path:
    """Where the snapshots of a test file are.

    >>> str(snapshots_of(Path("flows/notes.melody.test.yaml")))
    'flows/snapshots/notes.melody'
    """
    return test_file.parent / SNAPSHOTS / f"{stem(test_file.name)}{OF_A_TEST_FILE}"


def holds_snapshots(folder: Path) -> bool:
    """Whether a folder is one that ``snapshots_of`` names."""
    return folder.name.endswith(OF_A_TEST_FILE) and folder.parent.name == SNAPSHOTS


def has_owner(snapshots: Path) -> bool:
    """Whether there is a test file whose snapshots are in this folder."""
    name = snapshots.name.removesuffix(OF_A_TEST_FILE)
    return any((snapshots.parent.parent / f"{name}{end}").is_file() for end in TESTS)


def melody_beside(test_file: Path) -> str:
    """The name of the Melody that a test file is about unless it names another one."""
    names = [f"{stem(test_file.name)}{end}" for end in MELODIES]
    return next((name for name in names if test_file.with_name(name).is_file()), names[0])


def shown(path: Path) -> str:
    """A path as people read it: from the working folder if it lies below it, else whole."""
    whole, here = os.path.abspath(path), os.getcwd()  # noqa: PTH100, PTH109 - links stay
    return whole.removeprefix(here.rstrip(os.sep) + os.sep)
