"""The pytest plugin: Melodies and their test files become tests (``docs/testing.md``).

pytest loads it in every project of an environment that has Melody, so it costs nothing where there
is no Melody: what does the work is imported when the first file is found.
"""

from __future__ import annotations

from melody.testing.plugin.hooks import (
    pytest_addoption,
    pytest_collect_directory,
    pytest_collect_file,
    pytest_configure,
    pytest_terminal_summary,
)

__all__ = [
    "pytest_addoption",
    "pytest_collect_directory",
    "pytest_collect_file",
    "pytest_configure",
    "pytest_terminal_summary",
]
