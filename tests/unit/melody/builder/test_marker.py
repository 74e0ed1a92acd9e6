from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melody.builder import Melody, fn
from melody.builder.marker import marked
from melody.builder.values import condition, fixed, value
from workflow_ir.expressions import parse_template

m = Melody("some")
a, b = m.inputs.a, m.inputs.b
PIECE = st.sampled_from(
    ["$", "{", "}", "${{", "}}", "$${{", " ", "x", "'", "\ue000", ":"]
) | st.text(max_size=3)


def _parts(text: Any) -> list[str]:
    """Literal text as it is, expressions in ‹ ›."""
    return [
        part if isinstance(part, str) else f"‹{part.expression.source}›"
        for part in parse_template(text).parts
    ]


@given(st.lists(PIECE, max_size=12).map("".join))
def test_a_text_says_what_it_says(text: str) -> None:
    assert "".join(_parts(value(text))) == text
    assert not [part for part in _parts(value(text)) if part.startswith("‹")]


@given(*[st.lists(PIECE, max_size=5).map("".join)] * 3)
def test_a_formatted_text_is_a_template_whatever_stands_round_its_references(
    before: str, between: str, after: str
) -> None:
    found = _parts(value(f"{before}{a.x}{between}{b + 1}{after}"))
    # A `$` before an expression is written as an expression of its own.
    text = "".join(part.strip("‹'›") if set(part) == set("‹'$›") else part for part in found)
    assert text == f"{before}‹inputs.a.x›{between}‹inputs.b + 1›{after}"


OTHER_DIGITS = str.maketrans("0123456789abcdef", "123456789abcdef0")
"""Every digit of a mark becomes another one, whatever was drawn."""


def test_every_way_of_formatting_makes_the_same_text() -> None:
    ways = [
        f"n: {a}!",
        "n: {}!".format(a),  # noqa: UP032 - this is what is tested
        "n: %s!" % a,  # noqa: UP031 - as above
        "n: " + str(a) + "!",
        "".join(["n: ", str(a), "!"]),
    ]
    assert {value(text) for text in ways} == {"n: ${{ inputs.a }}!"}
    assert value(f"{a}") == "${{ inputs.a }}"


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda text: text[:-3],
        lambda text: text[2:],
        lambda text: text.translate(OTHER_DIGITS),
    ],
)
def test_a_formatted_text_that_was_changed_is_noticed(change: Any) -> None:
    with pytest.raises(TypeError, match="changed afterwards"):
        value(change(f"{a.name}"))


def test_another_process_has_another_mark() -> None:
    forged = marked("secrets.KEY").translate(OTHER_DIGITS)
    with pytest.raises(TypeError):
        value(forged + marked("inputs.a"))


def test_words_of_the_language_are_taken_as_such_only_on_request() -> None:
    assert value("${{ inputs.a }}") == "$${{ inputs.a }}"
    assert value(fn.text("${{ inputs.a }}")) == "${{ inputs.a }}"
    assert value(fn.expr("inputs.a")) == "${{ inputs.a }}"
    with pytest.raises(TypeError, match="words of the language"):
        fn.expr(a)  # a reference is one already


@pytest.mark.parametrize("wrong", [a, [f"{a}"], [a], {"k": a}, fn.text("x")])
def test_fixed_data_holds_no_reference(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"fixed|before"):
        fixed(wrong)


def test_a_key_is_fixed() -> None:
    with pytest.raises(TypeError, match="key"):
        value({f"{a}": 1})
    with pytest.raises(TypeError, match="key"):
        value({1: 1})


def test_a_condition_is_an_expression_its_words_or_a_constant() -> None:
    assert condition(a > 1) == "inputs.a > 1"
    assert condition("inputs.a > 1") == "inputs.a > 1"
    assert condition(f"{a | b} == true") == "(inputs.a or inputs.b) == true"
    assert condition(given=True) is True
    with pytest.raises(TypeError, match="a condition is a reference"):
        condition(3)
