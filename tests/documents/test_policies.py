"""``docs/policies.md``: its examples do what it says, and it tells of every pack and key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compiler.parse.packs import SHIPPED, shipped
from compiler.parse.policy import OF_A_MELODY
from compiler.parse.source_text import SourceText
from compiler.parse.yaml_reader import read_tree
from tests.documents.typed_page import type_page

PAGE = Path(__file__).parents[2] / "docs/policies.md"
TEXT = PAGE.read_text("utf-8")


def _rows(heading: str) -> dict[str, str]:
    """The first and the last column of the table below a heading."""
    below = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = re.findall(r"^\| (.*?) \|.*?([^|]*) \|$", below, re.MULTILINE)
    return {first: last for first, last in found if "`" in first}


def _words(text: str) -> list[str]:
    return re.findall(r"`([a-z_]+)`", text)


def test_every_command_of_the_page_shows_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert type_page(PAGE) > 5


def test_the_page_lists_every_pack_with_each_of_its_keys() -> None:
    listed = {name.strip("`"): sorted(_words(keys)) for name, keys in _rows("The packs").items()}
    said = {}
    for name in shipped():
        path = SHIPPED / f"{name}.policy.yaml"
        tree, problems = read_tree(SourceText(path.name, path.read_text("utf-8")))
        assert tree is not None
        assert problems == ()
        data = tree.plain()
        assert isinstance(data, dict)
        said[name] = sorted(key for key in data if key != "description")
    assert listed == said


def test_the_page_explains_every_key_of_a_policy() -> None:
    explained = [key for first in _rows("The keys") for key in _words(first)]
    assert sorted(explained) == sorted(OF_A_MELODY)
