from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.importers.writing import WIDTH, to_yaml
from tests.unit.compiler.importers.converting_aid import data_of

TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff"), max_size=30
) | st.sampled_from([
    "", " ", "~", "null", "true", "on", "no", "12", "012", "1e3", ".5", "-", "- a", "-1", "a: b",
    "a:", "a #b", "#a", "[a]", "{a}", "a, b", "${{ x }}", "'", '"', "it's", 'say "a"', "\\",
    "a\nb", "---", "...", "? a", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "0x1F", "1_000",
    "2000-01-01", "12:30", "=", "<<", "\u00a0a", "\u2028", "\ufeffa", "\x85", "\t", "😀",
    "99999999999999999999", ".inf", "a ", " a", "a  b", "x" * 200,
])  # fmt: skip
KEYS = TEXTS.filter(lambda key: len(key) < 100)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)  # fmt: skip
SECTIONS = st.sampled_from(["name", "inputs", "players", "steps", "outputs", "policy", "x-a"])


@given(st.dictionaries(SECTIONS, VALUES, min_size=1))
def test_what_is_written_is_read_back(document: dict[str, Any]) -> None:
    text = to_yaml(document)
    assert data_of(text) == document
    assert to_yaml(data_of(text)) == text


def test_steps_have_a_line_for_each_key_and_players_one_for_each_player() -> None:
    document: dict[str, Any] = {
        "melody": "v1",
        "players": {"a": {"command": ["x", "--flag"], "parse": "json"}},
        "steps": {
            "one": {"play": "a", "output": {"n": "number"}, "needs": ["two"]},
            "two": {"set": {}},
        },
    }
    assert to_yaml(document) == (
        "melody: v1\n"
        "players:\n"
        "  a: {command: [x, --flag], parse: json}\n"
        "steps:\n"
        "  one:\n"
        "    play: a\n"
        "    output: {n: number}\n"
        "    needs: [two]\n"
        "  two:\n"
        "    set: {}\n"
    )


def test_a_value_that_does_not_fit_into_a_line_is_broken() -> None:
    document: dict[str, Any] = {"steps": {"a": {"run": [["echo", f"word{n}"] for n in range(30)]}}}
    lines = to_yaml(document).splitlines()
    assert len(lines) == 33
    assert max(map(len, lines)) <= WIDTH
    assert data_of("\n".join(lines)) == document


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("make data && make clean", "run: make data && make clean"),
        ("false", 'run: "false"'),
        ("a: b", 'run: "a: b"'),
        ('"x" y', "run: '\"x\" y'"),
        ('say "x"', 'run: say "x"'),
        ("${{ json(steps.a.output) }}", "run: ${{ json(steps.a.output) }}"),
        ("a\x07b", 'run: "a\\x07b"'),
    ],
)
def test_quotes_stand_only_where_they_are_needed(text: str, line: str) -> None:
    assert to_yaml({"steps": {"a": {"run": text}}}).splitlines()[-1].strip() == line


def test_ten_thousand_steps_are_written_in_one_go() -> None:
    document: dict[str, Any] = {"steps": {f"s{n}": {"run": "x"} for n in range(10_000)}}
    assert to_yaml(document).count("\n") == 20_001
