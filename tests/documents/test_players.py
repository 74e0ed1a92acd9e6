"""``docs/players.md``: its Melodies are sound, its commands show what it says, its codes exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiler.pipeline import compile_text
from conductor_core.players.http.exchange import MOST_REDIRECTS
from conductor_core.players.plugin import GROUP
from tests.documents.page import Saved, doings
from tests.documents.typed_page import type_page
from workflow_ir.taxonomy import facts

PAGE = Path(__file__).parents[2] / "docs/players.md"
TEXT = PAGE.read_text("utf-8")


def test_every_command_of_the_page_shows_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert type_page(PAGE) == 5


def test_every_melody_of_the_page_compiles() -> None:
    files = {one.name: one.text for one in doings(PAGE) if isinstance(one, Saved)}
    melodies = [name for name in files if name.endswith(".melody.yaml")]
    for name in melodies:
        others = {other: files[other] for other in melodies if other != name}
        made = compile_text(files[name], file=name, given=others)
        assert made.ir is not None, (name, made.diagnostics)
    assert len(melodies) == TEXT.count("\nmelody: v1\n") == 4


def test_every_code_of_the_tables_is_one() -> None:
    rows = re.findall(r"^\| .* \| (`[a-z].*) \|$", TEXT, re.MULTILINE)
    codes = {code for row in rows for code in re.findall(r"`([a-z_]+\.?[a-z_]+)`", row)}
    assert {"transport.read", "config.missing", "unable_to_complete"} <= codes
    assert [code for code in codes if facts(code) is None] == []


def test_the_page_tells_the_bounds_and_names_of_the_code() -> None:
    words = {5: "five times at most"}
    assert words[MOST_REDIRECTS] in TEXT
    assert f'[project.entry-points."{GROUP}"]' in TEXT
