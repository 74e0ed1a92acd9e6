from __future__ import annotations

import ast
import io
import tokenize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.emitter.expressions.texts import WIDEST, text_literal

ANY_TEXT = st.one_of(
    st.text(st.characters()),
    st.lists(
        st.sampled_from(["a", " ", "\n", "\r", "'", '"', "\\", "\ud800", "\U0001f600", "ab" * 50])
    ).map("".join),
)


def tokens(source: str) -> list[str]:
    found = tokenize.generate_tokens(io.StringIO(source).readline)
    return [token.string for token in found if token.type == tokenize.STRING]


@settings(max_examples=500, deadline=None)
@given(ANY_TEXT)
@example("a" * 10_000)
@example("one " * 1000)
@example("'\"" * 100)
@example("\n" * 200)
def test_a_text_comes_back_and_no_piece_is_wide(text: str) -> None:
    source = text_literal(text)
    assert source.isascii()
    assert "\n" not in source
    assert ast.literal_eval(source) == text
    assert isinstance(ast.parse(source, mode="eval").body, ast.Constant)
    assert all(len(piece) <= WIDEST for piece in tokens(source))


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
        | ANY_TEXT,
        lambda inside: st.lists(inside, max_size=4) | st.dictionaries(ANY_TEXT, inside, max_size=4),
        max_leaves=12,
    )
)  # fmt: skip
def test_any_data_comes_back(data: object) -> None:
    assert repr(ast.literal_eval(text_literal(data))) == repr(data)


def test_a_short_text_is_one_piece() -> None:
    assert text_literal("one\ntwo") == "'one\\ntwo'"


def test_a_long_text_is_parted_behind_its_lines_and_else_behind_its_blanks() -> None:
    text = "A title\n\n" + "word " * 20 + "\nThe end"
    assert tokens(text_literal(text)) == [
        "'A title\\n\\n'",
        repr("word " * 14),
        repr("word " * 6 + "\n"),
        "'The end'",
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1: 2}, object(), [{"a": {2}}]])
def test_what_is_no_data_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        text_literal(value)
