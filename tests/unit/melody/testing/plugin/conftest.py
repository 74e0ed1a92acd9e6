from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A user's repository; what is installed lies beside it."""
    made = tmp_path / "repository"
    made.mkdir()
    return made
