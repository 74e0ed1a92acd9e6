from __future__ import annotations

import re
import sys
import warnings
from collections import Counter
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.emitter.schemas.backtracking import may_take_long
from adapters.emitter.schemas.pattern import python_pattern
from adapters.emitter.schemas.pattern_tree import _CLASSES, pattern_tree
from tests.unit.adapters.emitter.generated_module import Checks
from tests.unit.workflow_ir.types.test_pattern import PATTERNS
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.types import SchemaError
from workflow_ir.types.pattern import PatternError, _Parser, _Program, compile_pattern

MANY = st.one_of(
    PATTERNS,
    st.text(alphabet="ab()[]*+?|^$\\-.dwsDWS{},12]", min_size=1, max_size=12),
    st.lists(
        st.sampled_from([
            "a", "b", "-", "[a-c]", "[^a]", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", ".", "^", "$",
            r"[\s-]", r"[\S]", r"[^\W\d]", r"[^\S]", "[]", "[^]", "[a-]", "[-a]", r"[\]^]", "[^^]",
            "[[&&~~||--]", "(a|b)", "(?:ab)?", "(a|)", "a{2}", "b{1,3}", "[a-z]{2,}", "c+?", "c*",
            r"\x41", r"\u00e9", r"\.", r"\/", "'", '"', " ", "#", "]", "}", "é", "😀", r"\0", r"\n",
        ]),
        max_size=6,
    ).map("".join),
)  # fmt: skip
SIGNS = "ab c-1_é\n\r\u2028\u2029\ufeff\x85\xa0\x1cA^]&|~'\"\0😀٣"


def legal(source: str) -> bool:
    try:
        compile_pattern(source)
    except PatternError:
        return False
    return True


@settings(max_examples=500, deadline=None)
@given(MANY, st.lists(st.text(alphabet=SIGNS, max_size=7), max_size=6))
def test_python_finds_what_a_run_finds(source: str, texts: list[str]) -> None:
    if not legal(source) or may_take_long(pattern_tree(source)):
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        regex = re.compile(python_pattern(source))
    found = compile_pattern(source)
    for text in [*texts, "", *SIGNS]:
        assert bool(regex.search(text)) is found(text), (source, regex.pattern, text)


@pytest.mark.parametrize(
    "source",
    [r"\d", r"\D", r"\w", r"\W", r"\s", r"\S", ".", r"[\d]", r"[\D]", r"[\W]", r"[\S]", r"[^\s]",
     r"[^\S]", r"[^\Da]", r"[\sa]", "[]", "[^]", r"[\S\s]"],
)  # fmt: skip
def test_classes_hold_the_same_characters(source: str) -> None:
    finds, found = re.compile(python_pattern(source)).search, compile_pattern(source)
    differing = [
        code
        for code in (*range(0x3100), *range(0xFEF0, 0xFF20), 0x1D7CE, 0x1F600, sys.maxunicode)
        if bool(finds(chr(code))) is not found(chr(code))
    ]
    assert differing == []


def test_the_table_of_spaces_is_that_of_python() -> None:
    spaces = {code for low, high in _CLASSES["s"][0] for code in range(low, high + 1)}
    assert spaces == {c for c in range(sys.maxunicode + 1) if chr(c).isspace()} | {0xFEFF}


@pytest.mark.parametrize(
    ("source", "regex"),
    [
        ("^[a-z]+$", r"^[a-z]+\Z"),
        (r"^v\d+(\.\d+){2}(-[0-9A-Za-z]+)?$", r"^v[0-9]+(?:\.[0-9]+){2}(?:-[0-9A-Za-z]+)?\Z"),
        (r"^[a-z]+(-[a-z]+)*$", r"^[a-z]+(?:-[a-z]+)*\Z"),
        (r"^[^@]+@[^@]+\.[^@]+$", r"^[^@]+@[^@]+\.[^@]+\Z"),
        ("^(get|set|gets)$", r"^(?:get|set|gets)\Z"),
        (r"\S+\s\S+", "[^\\s\ufeff]+[\\s\ufeff][^\\s\ufeff]+"),
        ("^.*draft$", r"^[^\n\r\u2028\u2029]*draft\Z"),
        ("foo.*bar", r"foo[^\n\r\u2028\u2029]*bar"),
        ("(^)?a", "(?:^)?a"),
        ("a+?b", "a+b"),
    ],
)
def test_a_pattern_is_written_as_an_engineer_would(source: str, regex: str) -> None:
    assert python_pattern(source) == regex.replace(r"\u2028", "\\u2028")


def test_a_pattern_that_python_writes_alike_is_written_once() -> None:
    assert "pattern('[a-z]+')" in Checks({"pattern": "[a-z]+"}).text
    assert "pattern('^a\\\\Z', '^a$')" in Checks({"pattern": "^a$"}).text


@pytest.mark.parametrize(
    "source",
    [r"^(\w+\s?)*$", "(a+)+$", "(a|a)*b", "(.*)(.*)(.*)x", "a*a*a*b", r"^(?:a(?:b?)?)*c",
     "^(a?){50}a{50}$", "(?:a|a){30}b", "^(?:(?:a)+)+b", "^(?:a|ab|b)*c", "(?:a*)*b",
     "(?:(?:a?)?b?c?){9}", "(?:a?a?){4}" * 8, "^(?:ab|a|b){5,}$"],
)  # fmt: skip
def test_patterns_that_hang_python_are_refused(source: str) -> None:
    assert legal(source)
    with pytest.raises(DiagnosticsError, match=r"MEL302 .*may take very long"):
        python_pattern(source)


def test_a_search_from_every_place_takes_the_longer() -> None:
    assert python_pattern("^[a-z]+a[a-z]+0") == "^[a-z]+a[a-z]+0"
    with pytest.raises(DiagnosticsError, match="MEL302"):
        python_pattern("[a-z]+a[a-z]+0")


def test_what_is_no_pattern_stays_none() -> None:
    with pytest.raises(PatternError):
        python_pattern("(a")
    with pytest.raises(SchemaError):
        Checks({"pattern": "(a"})


@settings(max_examples=200, deadline=None)
@given(MANY)
def test_the_ways_through_a_pattern_that_is_not_refused_stay_few(source: str) -> None:
    """What ``re`` does in the worst case is counted, not timed: all ways through each prefix."""
    if not legal(source) or may_take_long(pattern_tree(source)):
        return
    size = 100
    for text in ("a" * size, "ab" * (size // 2), "a " * (size // 2), "1" * size):
        assert _ways(source, text) <= 300 * size * size, source


def _ways(source: str, text: str) -> int:
    """Ways through the automaton of ``workflow_ir``, from every place that may be a beginning."""
    program = _Program()
    first = _Parser(source).whole()(program, 0)
    anchored = source.startswith("^")
    reading = cache(lambda state: _reading(program, state))
    total, ways = 0, Counter(reading(first))
    for character in text:
        moved = Counter() if anchored else Counter(reading(first))
        for state, count in ways.items():
            test = program.tests[state]
            if test is not None and test(character):
                for reached, more in reading(program.nexts[state][0]).items():
                    moved[reached] += count * more
        ways = moved
        total += sum(ways.values())
    return total


def _reading(program: _Program, state: int) -> Counter[int]:
    """The states that read a character, with the ways to them that read none."""
    found = Counter[int]()
    stack = [(state, frozenset[int]())]
    while stack:
        here, passed = stack.pop()
        if program.tests[here] is not None:
            found[here] += 1
        elif here not in passed:
            stack += [(one, passed | {here}) for one in program.nexts[here]]
    return found
