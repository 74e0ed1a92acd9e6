from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.format import MELODY, format_text, in_order, to_yaml
from compiler.parse.source_text import SourceText
from compiler.parse.yaml_reader import read_tree

ODD_TEXTS = (
    "", " ", "a ", "\ta", "a\n", "\n", "a\n\n", " a\nb", "a \nb", "a\n b\n", "a\r\nb", "a\x85b",
    "a\u2028b", "\ufeff", "no", "null", "~", "012", "1e3", ".5", "+1", "0x1F", "1_000", "12:30",
    ".inf", "-", "- a", "a: b", "a:", ":a", "a #b", "#a", "&a", "*a", "!a", "|", ">", "%a", "@a",
    "`a", '"', "'", "it's", 'a "b"', "\\", "{a}", "[a]", "a, b", "list[string]", "string?", "? a",
    "<<", "---", "--- a", "...", "${{ a['b'] }}", "$${{", "=", "a\x07b", "\U0001f600", "9" * 30,
    "y" * 300,
)  # fmt: skip
TEXT = st.sampled_from(ODD_TEXTS) | st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), max_size=20
)
NUMBER = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
DATA: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def _read(text: str) -> Any:
    tree, problems = read_tree(SourceText("some.melody.yaml", text))
    assert tree is not None, text
    assert not problems, text
    return tree.plain()


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_every_text_is_read_as_itself(text: str) -> None:
    data: Any = {"name": text, text: 1, "inputs": {"a": [text, {"b": text}], "c": {text: text}}}
    assert _read(to_yaml(data)) == data


@given(st.dictionaries(TEXT, DATA, min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_any_data_is_read_as_itself_and_stands_in_canonical_form(data: dict[str, Any]) -> None:
    text = to_yaml(data)
    found = _read(text)
    assert found == data
    assert str(found) == str(in_order(data))
    formatted = format_text(SourceText("some.melody.yaml", text), MELODY)
    unusual = "`?`" in str(formatted.refusal) or "unusual" in str(formatted.refusal)
    assert formatted.text == text or unusual


def test_sections_stand_apart_and_short_things_on_one_line() -> None:
    data: Any = {
        "steps": {"a": {"play": "p", "with": {"x": 1, "y": ["b", "c"]}, "prompt": "one\ntwo\n"}},
        "players": {"p": {"model": "offline"}},
        "name": "n",
        "melody": "v1",
    }
    assert to_yaml(data).splitlines() == [
        "melody: v1",
        "name: n",
        "",
        "players:",
        "  p: {model: offline}",
        "",
        "steps:",
        "  a:",
        "    play: p",
        "    with: {x: 1, y: [b, c]}",
        "    prompt: |",
        "      one",
        "      two",
    ]


def test_what_does_not_fit_on_a_line_has_lines_of_its_own() -> None:
    words: Any = [f"word_number_{k}" for k in range(12)]
    lines = to_yaml({"name": "n", "policy": {"vary": words}}).splitlines()
    assert lines[3:6] == ["  vary:", "    - word_number_0", "    - word_number_1"]


def test_a_key_that_is_too_long_for_yaml_is_written_behind_a_question_mark() -> None:
    data: Any = {"name": "n", "outputs": {"k" * 1500: {"a": [1, 2]}}}
    assert _read(to_yaml(data)) == data
