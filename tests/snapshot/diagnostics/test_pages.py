"""The pages of docs/errors; ``make docs`` writes them anew."""

from __future__ import annotations

import pytest

from docs.errors.generate import HERE, pages
from tests.snapshot.diagnostics.scene import CASES
from workflow_ir.codes import CODES

WRITTEN = pages()


@pytest.mark.parametrize("name", WRITTEN)
def test_a_page_is_what_the_generator_writes(name: str) -> None:
    assert (HERE / name).is_file(), f"docs/errors/{name} is missing: run `make docs`"
    committed = (HERE / name).read_text(encoding="utf-8")
    assert committed == WRITTEN[name], f"docs/errors/{name} is out of date: run `make docs`"


def test_no_page_is_left_of_a_code_that_is_gone() -> None:
    assert {path.name for path in HERE.glob("*.md")} - WRITTEN.keys() == set(), "run `make docs`"


def test_the_index_lists_every_code_once_in_its_family() -> None:
    index = WRITTEN["README.md"]
    assert [index.count(f"[{code}]({code}.md)") for code in CODES] == [1] * len(CODES)
    assert index.index("## Chaining") < index.index("[MEL140]") < index.index("## Checking")


@pytest.mark.parametrize("code", CODES)
def test_a_page_tells_cause_and_cure_and_shows_the_golden(code: str) -> None:
    page, info, golden = WRITTEN[f"{code}.md"], CODES[code], CASES / f"{code}.txt"
    assert info.title in page
    assert info.cause in page
    assert info.cure in page
    if golden.is_file():
        assert golden.read_text(encoding="utf-8").strip() in page
