"""``docs/reconstruction.md``: every example on it does what the page says, on every engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents.typed_page import type_page

PAGE = Path(__file__).parents[2] / "docs/reconstruction.md"


@pytest.mark.parametrize("engine", ["native", "langgraph", "crewai"])
def test_every_command_of_the_page_shows_what_the_page_says(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert type_page(PAGE, "--on", engine) == 3
