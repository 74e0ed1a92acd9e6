from __future__ import annotations

import ast
import enum
import io
import json
import tokenize
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.emitter.code import Code, joined, literal, words

HOSTILE = [
    "'", '"', "\\", "'''", '"""', "\n", "\r", "\r\n", "\0", "\x1a", "{{ x }}", "${{ x }}", "{x}",
    "{% raw %}", "{# #}", "%s", "# -*- coding: utf-7 -*-", "__import__('os')", "\u202e", "\u2028",
    "\x85", "\ufeff", "\U0001f3b5", "\ud800", "\udfff\ud800", "\\N{BULLET}", "\\x41", "f'{1}'",
]  # fmt: skip
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=()))
    | st.sampled_from(HOSTILE),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


class Loud(str):
    __slots__ = ()

    def __repr__(self) -> str:
        return "__import__('os').abort()"

    def __str__(self) -> str:
        return "__import__('os').abort()"


class Colour(enum.IntEnum):
    RED = 1


class Odd(float):
    def __repr__(self) -> str:
        return "__import__('os').abort()"


@given(JSON)
def test_a_literal_is_plain_ascii_in_one_line_and_gives_the_value_back(value: Any) -> None:
    text = literal(value)
    assert text.isascii()
    assert text.isprintable()
    back = ast.literal_eval(text)
    assert json.dumps(back) == json.dumps(value)
    assert type(back) is type(value)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_one_token_whatever_it_holds(text: str) -> None:
    line = literal(text)
    tokens = [token.type for token in tokenize.generate_tokens(io.StringIO(line).readline)]
    assert tokens[0] == tokenize.STRING
    assert tokens[1:] == [tokenize.NEWLINE, tokenize.ENDMARKER]
    assert ast.literal_eval(line) == text


@pytest.mark.parametrize("value", [0.1, 1e300, 5e-324, -0.0, 1e16, 123456789.123456789])
def test_a_number_comes_back_to_the_last_bit(value: float) -> None:
    assert float(literal(value)).hex() == value.hex()


@pytest.mark.parametrize(
    ("value", "text"), [((), "()"), ((1,), "(1,)"), ((1, "a"), "(1, 'a')"), ([], "[]"), ({}, "{}")]
)
def test_a_tuple_and_what_is_empty_stay_what_they_are(value: Any, text: str) -> None:
    assert literal(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(Loud("a"), "'a'"), (Colour.RED, "1"), (Odd(1.5), "1.5"), ({Loud("k"): 1}, "{'k': 1}")],
)
def test_a_subclass_has_no_say_in_how_it_is_written(value: Any, text: str) -> None:
    assert literal(value) == text


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), -float("inf"), [float("nan")], {1: 2}, {1, 2}, b"", object(),
     1j, range(3), ..., Code],
)  # fmt: skip
def test_what_is_no_json_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="no literal"):
        literal(value)


def test_the_order_of_a_map_is_kept() -> None:
    assert literal({"b": 1, "a": 2}) == "{'b': 1, 'a': 2}"


def test_source_is_written_as_text_when_it_is_a_value() -> None:
    assert literal(Code("import os")) == "'import os'"


@pytest.mark.parametrize(
    ("text", "said"),
    [("git_log", "git_log"), ("a-b", "a-b"), ("", "n"), ("日本", "n"), ("3d", "n-3d"),
     ('"""\nimport os', "import-os"), ("Draft", "draft"), ("a\n", "a"), ("__init__", "init")],
)  # fmt: skip
def test_an_id_in_a_comment_is_itself_or_a_slug(text: str, said: str) -> None:
    assert words(text) == said


@given(st.text(st.characters(exclude_categories=())) | st.sampled_from(HOSTILE))
def test_words_cannot_end_a_comment_a_string_or_a_path(text: str) -> None:
    said = words(text)
    assert said.isascii()
    assert said.replace("-", "").replace("_", "").isalnum()
    assert len(said) <= 66


def test_only_source_is_put_together_with_source() -> None:
    a, b = Code("a"), Code("b")
    assert (type(a + b), a + b) == (Code, "ab")
    assert (type(joined([a, b], ", ")), joined([a, b], ", ")) == (Code, "a, b")
    with pytest.raises(TypeError, match="only source"):
        a + "b"
    with pytest.raises(TypeError, match="only source"):
        joined([a, "b"])  # type: ignore[list-item]
    assert not isinstance("b" + a, Code)
