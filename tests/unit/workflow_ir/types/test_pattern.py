from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_ir.types.pattern import PatternError, compile_pattern

ATOMS = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "[a-c]", r"\d", r"\w", r"\.", "é", "-"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("(?:{})".format, inner),
        st.builds("({}|{})".format, inner, inner),
        st.builds("(?:{})*".format, inner),
        st.builds("(?:{})+".format, inner),
        st.builds("(?:{})?".format, inner),
        st.builds("(?:{}){{1,2}}".format, inner),
        st.builds("^{}".format, inner),
        st.builds("(?:{})$".format, inner),
    ),
    max_leaves=6,
)


@settings(max_examples=500, deadline=None)
@given(PATTERNS, st.lists(st.text(alphabet="abc1.é-", max_size=6), max_size=6))
def test_it_finds_what_python_finds(source: str, texts: list[str]) -> None:
    found = compile_pattern(source)
    expected = re.compile(source, re.ASCII)
    for text in texts:
        assert found(text) is bool(expected.search(text)), (source, text)


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="ab()[]{}*+?|^$\\-,0129.dwsux<>=!:", max_size=16), st.text(max_size=4))
def test_any_text_is_a_pattern_or_an_error(source: str, text: str) -> None:
    try:
        found = compile_pattern(source)
    except PatternError:
        return
    assert found(text) in {True, False}


@pytest.mark.parametrize(
    "source", [r"^(\w+\s?)*$", "(a+)+$", "(a|a)*b", "(.*)(.*)(.*)x", "a*a*a*b"]
)
def test_patterns_that_hang_python_are_linear(source: str) -> None:
    found = compile_pattern(source)
    assert found("a" * 20_000 + "!") is False


@pytest.mark.parametrize(
    "source",
    [
        "(?=a)", "(?!a)", "(?<=a)b", r"(a)\1", r"\bword", r"\p{L}", "(?P<n>a)", "(?i)a", "(", ")",
        "[", "[b-a]", "*", "a**", "a{2,1}", "a{99999}", "((a{99}){99}){99}", "a{", r"\x1", "\\",
        "(" * 40 + ")" * 40,
    ],
)  # fmt: skip
def test_what_is_not_in_the_subset_is_refused(source: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(source)
