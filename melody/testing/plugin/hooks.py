"""What pytest calls."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from melody.file_names import is_melody, is_test_file
from melody.testing.plugin.files import MelodyFile, SnapshotFolder
from melody.testing.plugin.words import OPTION, STORED
from melody.testing.test_files.places import holds_snapshots

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-snapshots``; other plugins say ``--snapshot-update``."""
    group = parser.getgroup("melody", "Melodies")
    group.addoption(
        "--update-snapshots",
        action="store_true",
        dest=OPTION,
        help="store what Melodies compile to now, instead of comparing with it",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and refuse to write snapshots in CI."""
    config.addinivalue_line("markers", "melody: a Melody is checked, played or compared")
    if config.getoption(OPTION) and os.environ.get("CI"):
        raise pytest.UsageError("--update-snapshots: snapshots are not written in CI")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A Melody or a test file."""
    if not is_melody(file_path.name) and not is_test_file(file_path.name):
        return None
    return MelodyFile.from_parent(parent, path=file_path)


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A folder of stored snapshots; nothing in it is a test. pytest 7 has no such hook."""
    if not holds_snapshots(path):
        return None
    return SnapshotFolder.from_parent(parent, path=path)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """What was done to snapshots."""
    done = [
        str(value)
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == STORED
    ]
    if done:
        terminalreporter.section("snapshots of Melodies")
        for line in dict.fromkeys(done):
            terminalreporter.line(line)
