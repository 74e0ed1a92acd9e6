"""``docs/testing.md``: its commands show what it says, its tables are whole, so does pytest."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from melody.cli.test import SCHEMA
from melody.testing.test_files import expectations, read
from melody.testing.test_files.targets import targets
from tests.documents.page import Saved, doings
from tests.documents.typed_page import type_page
from tests.unit.melody.testing.plugin.session import pytest_in

PAGE = Path(__file__).parents[2] / "docs/testing.md"
TEXT = PAGE.read_text("utf-8")


def rows(head: str) -> list[list[str]]:
    """The cells of the table that begins with this head."""
    table = TEXT[TEXT.index(head) :].split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.split("\n")[2:]]


def words(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_every_command_of_the_page_shows_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    assert type_page(PAGE) == 6


def test_the_table_of_keys_is_the_readers() -> None:
    found = {(key, top, own) for row in rows("| key | at the top") for key in words(row[0])
             for top, own in [(row[1], row[2])]}  # fmt: skip
    assert {key for key, top, _ in found if top} == set(read.OF_THE_FILE)
    assert {key for key, _, own in found if own} == set(read.OF_A_TEST)


def test_the_tables_of_expectations_are_the_readers() -> None:
    of_a_run = rows("| key | what is compared")
    assert {row[0].strip("`") for row in of_a_run} == set(expectations.OF_A_RUN)
    assert words(of_a_run[0][1]) == list(expectations.RUN)
    of_a_step = rows("| key of a step")
    named = {key for row in of_a_step for key in words(row[0])}
    assert named == set(expectations.OF_A_STEP)
    (attempts,) = (row[1] for row in of_a_step if row[0] == "`attempts`")
    assert words(attempts) == list(expectations.OF_AN_ATTEMPT)


def test_the_table_of_targets_is_whole() -> None:
    named = [target for row in rows("| target |") for target in words(row[0])]
    assert named == list(targets())


def test_the_name_of_the_json_is_the_commands() -> None:
    assert f'"schema": "{SCHEMA}"' in TEXT


def test_pytest_says_what_the_page_says(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    for doing in doings(PAGE):
        if isinstance(doing, Saved) and not (folder / doing.name).exists():
            (folder / doing.name).write_text(doing.text, "utf-8")
    (excerpt,) = re.findall(r"^```text\n(F .*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    said = pytest_in(folder, "-q", "wrong.melody.test.yaml", COLUMNS="80").output
    assert said.startswith(excerpt)
    assert "\n\nerror[MEL552]: `outputs.text`" in said
