from __future__ import annotations

from pathlib import Path

import pytest

from compiler.parse.text import text_of_file, text_of_str
from compiler.pipeline import parse
from melody.stages.syntax_tree import syntax_tree
from tests.architecture.repository import ROOT

MELODIES = sorted(
    path
    for place in ("samples", "melody/scaffold", "tests/unit/compiler/language/valid")
    for path in (ROOT / place).rglob("*.melody.yaml")
)


@pytest.mark.parametrize("path", MELODIES, ids=lambda path: str(path.name))
def test_every_noun_of_the_language_can_be_shown(path: Path) -> None:
    source, _ = text_of_file(path)
    assert source is not None
    written = parse(source).melody
    assert written is not None
    lines = list(syntax_tree(written))
    assert len(lines) > 3
    assert all(line == line.rstrip() and line.isprintable() for line in lines)


def test_keys_values_and_places_stand_in_the_order_of_the_nouns() -> None:
    text = """\
melody: v1
name: tiny
steps:
  hello: {set: {n: 1, t: "a ${{ 1 + 1 }}"}, needs: [other]}
  other: {set: [true, "\\u202e"]}
"""
    source, _ = text_of_str(text, "tiny.melody.yaml")
    assert source is not None
    written = parse(source).melody
    assert written is not None
    assert list(syntax_tree(written)) == [
        "tiny.melody.yaml",
        "Melody  1:1-5:33",
        '  name: "tiny"  2:7-2:11',
        "  steps:",
        "    - Step  4:3-4:60",
        '      id: "hello"  4:3-4:8',
        "      verb: Set",
        "        value: Map  4:16-4:43",
        "          n: 1  4:20-4:21",
        "          t: Text  4:26-4:42",
        '            - "a "',
        "            - ${{ 1 + 1 }}  4:33-4:38",
        "      needs:",
        '        - "other"  4:53-4:58',
        "    - Step  5:3-5:33",
        '      id: "other"  5:3-5:8',
        "      verb: Set",
        "        value: List  5:16-5:32",
        "          - true  5:17-5:21",
        '          - "\\u202e"  5:23-5:31',
    ]
