"""``docs/language.md``: every example on it does what the page says."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from compiler.pipeline import compile_file
from tests.documents.page import Saved, doings
from tests.documents.typed_page import type_page
from workflow_ir.steps import Verb, every_step, layers

PAGE = Path(__file__).parents[2] / "docs/language.md"


def test_every_command_of_the_page_shows_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert type_page(PAGE) > 15


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
