from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.compiler.parse.reading_aid import cut, read, scalar


def pointed(text: str, word: str) -> str:
    """What the source holds where the value holds a word."""
    tree, problems = read(text)
    assert problems == ()
    node = scalar(tree, "a")
    start = node.text.index(word)
    return cut(text, node.at(start, start + len(word)))


@pytest.mark.parametrize(
    ("text", "word", "source"),
    [
        ("a: one two three\n", "two", "two"),
        ("a: &x !!str one two\n", "two", "two"),
        ("a: 'it''s two'\n", "two", "two"),
        ("a: 'it''s two'\n", "t's", "t''s"),
        ('a: "x\\ty \\u00e9 \\x41 two"\n', "two", "two"),
        ('a: "x\\ty \\u00e9 \\x41 two"\n', "é A", "\\u00e9 \\x41"),
        ("a: |\n  one\n\n    two\n  three\n", "two", "two"),
        ("a: |2-  # c\n   one\n  two\n", "two", "two"),
        ("a: |\n\n\n  one two\n", "two", "two"),
        ("a: |\r\n  one\r\n  two\r\n", "two", "two"),
        ("a: >\n  one\n  two\n\n  three\n", "three", "three"),
        ("a: >-\n  one\n    more\n  two\n", "two", "two"),
        ("a: one\n  two\n\n  three\n", "three", "three"),
        ("a: 'one\n  two\n\n  three'\n", "three", "three"),
        ('a: "one \\\n  two\n  three"\n', "three", "three"),
        ('a: "one \\\n  two"\n', "two", "two"),
    ],
)
def test_a_part_of_a_value_is_found_in_the_source(text: str, word: str, source: str) -> None:
    assert pointed(text, word) == source


def test_the_end_of_a_value_has_a_place() -> None:
    tree, _ = read('a: "xy"\n')
    node = scalar(tree, "a")
    assert node.at(2, 2).at == "1:7-1:7"


def test_a_part_over_a_line_break_spans_it() -> None:
    text = "a: |\n  one ${{ x\n  + y }} two\n"
    assert pointed(text, "x\n+ y") == "x\n  + y"


WORDS = st.lists(st.sampled_from(["one", "two", " ", "\n", "'", '"', "\\", "é", "\t"]), max_size=12)


@settings(max_examples=300, deadline=None)
@given(WORDS.map("".join))
def test_every_character_of_a_literal_block_is_found(value: str) -> None:
    lines = "".join(f"  {line}\n" if line else "\n" for line in f"x{value}y".split("\n"))
    text = f"a: |\n{lines}"
    tree, problems = read(text)
    assert problems == ()
    node = scalar(tree, "a")
    for index, char in enumerate(node.text):
        if char != "\n":
            assert cut(text, node.at(index, index + 1)) == char


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20))
def test_every_character_of_single_quotes_is_found(value: str) -> None:
    value = f"x{value.replace(chr(0xFEFF), '')}y"
    text = f"a: '{value.replace(chr(39), chr(39) * 2)}'\n"
    tree, problems = read(text)
    if problems:
        assert [problem.code for problem in problems] == ["MEL102"]
        return
    node = scalar(tree, "a")
    assert node.text == value
    for index, char in enumerate(node.text):
        assert cut(text, node.at(index, index + 1)) == (char * 2 if char == "'" else char)
