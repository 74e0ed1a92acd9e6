"""``docs/reconstruction.md``: every example on it does what the page says, on every engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from melody.cli.program import program
from tests.documents.page import Saved, Typed, doings

PAGE = Path(__file__).parents[2] / "docs/reconstruction.md"


@pytest.mark.parametrize("engine", ["native", "langgraph", "crewai"])
def test_every_command_of_the_page_shows_what_the_page_says(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    typed = 0
    for doing in doings(PAGE):
        match doing:
            case Saved(name=name, text=text):
                Path(name).write_text(text, encoding="utf-8")
            case Typed(arguments=arguments, seen=expected, line=line):
                ended = CliRunner().invoke(program, [*arguments, "--on", engine])
                seen = ended.stdout or ended.stderr
                assert seen == expected, f"docs/reconstruction.md:{line}"
                typed += 1
    assert typed == PAGE.read_text("utf-8").count("\n$ ") == 3
