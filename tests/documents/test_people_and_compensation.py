"""``docs/people.md`` and ``docs/compensation.md``: every example does what the page says."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from melody.cli.program import program
from tests.documents.page import Saved, Typed, doings

DOCS = Path(__file__).parents[2] / "docs"
FAILS = {"compensation.md": 1}
"""Exit codes other than 0."""


@pytest.mark.parametrize("name", ["people.md", "compensation.md"])
def test_every_command_of_the_page_shows_what_the_page_says(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    typed = 0
    wanted = (DOCS / name).read_text("utf-8").count("\n$ ")
    for doing in doings(DOCS / name):
        match doing:
            case Saved(name=file, text=text):
                Path(file).write_text(text)
            case Typed(arguments=arguments, seen=expected, line=line):
                ended = CliRunner().invoke(program, list(arguments))
                where = f"docs/{name}:{line}: melody {' '.join(arguments)}"
                if ended.stdout:
                    assert ended.stdout == expected, where
                else:  # of a run that fails a part of what it tells
                    assert expected in ended.stderr, where
                assert ended.exit_code == FAILS.get(name, 0)
                typed += 1
    assert typed == wanted > 0
