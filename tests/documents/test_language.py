"""``docs/language.md``: every example on it does what the page says."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

from compiler.pipeline import compile_file
from melody.cli.program import program
from tests.documents.page import Saved, Typed, doings
from workflow_ir.steps import Verb, every_step, layers

PAGE = Path(__file__).parents[2] / "docs/language.md"


def test_every_command_of_the_page_shows_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    typed = 0
    for doing in doings(PAGE):
        match doing:
            case Saved(name=name, text=text):
                Path(name).write_text(text)
            case Typed(arguments=arguments, seen=expected, line=line):
                ended = CliRunner().invoke(program, list(arguments))
                seen = ended.stdout or ended.stderr
                assert seen == expected, f"docs/language.md:{line}: melody {' '.join(arguments)}"
                typed += 1
    assert typed == PAGE.read_text("utf-8").count("\n$ ") > 15


def test_the_page_shows_every_verb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    saved = [doing for doing in doings(PAGE) if isinstance(doing, Saved)]
    for one in saved:
        Path(one.name).write_text(one.text)
    shown = set()
    for one in saved:
        ir = compile_file(one.name).ir if one.name.endswith(".melody.yaml") else None
        if ir is not None:
            shown |= {type(layers(step).verb) for step in every_step(ir.root)}
    assert shown == set(get_args(Verb))
