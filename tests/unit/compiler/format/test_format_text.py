from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.format import MELODY, PROJECT, comments_of, format_text, in_order
from compiler.format.same import same
from compiler.parse.source_text import SourceText
from compiler.parse.yaml_reader import read_tree
from compiler.pipeline import compile_text
from melody.testing.conformance.case import all_cases
from tests.architecture.repository import ROOT
from tests.unit.compiler.format.canonical import canonical
from tests.unit.compiler.format.scribble import Scribbler

SAMPLES = sorted((ROOT / "samples").glob("*/*.melody.yaml"))
VALID = [
    *sorted((ROOT / "tests/unit/compiler/language/valid").glob("*.yaml")),
    *sorted((ROOT / "tests/unit/melody/melodies").glob("*.yaml")),
]
TEXTS = {
    **{path.name: path.read_text("utf-8") for path in (*SAMPLES, *VALID)},
    **{case.name: case.melody for case in all_cases()},
}
FOLDERS = {path.name: path.parent for path in (*SAMPLES, *VALID)}
"""Where a Melody that calls others finds them."""


def refusal(text: str) -> str:
    found = format_text(SourceText("some.melody.yaml", text), MELODY)
    assert found.text is None
    assert found.refusal is not None
    return found.refusal


@pytest.mark.parametrize("name", TEXTS)
def test_every_melody_keeps_its_ir_and_its_comments(name: str) -> None:
    text = TEXTS[name]
    shape = PROJECT if "project" in name else MELODY
    found = format_text(SourceText(name, text), shape)
    assert found.text is not None
    assert format_text(SourceText(name, found.text), shape).text == found.text
    assert Counter(comments_of(SourceText(name, found.text))) == Counter(
        comments_of(SourceText(name, text))
    )
    folder = FOLDERS.get(name, Path())
    before, after = (compile_text(each, folder=folder) for each in (text, found.text))
    assert (before.ir is None) == (after.ir is None)
    if before.ir is not None and after.ir is not None:
        assert before.ir.hash == after.ir.hash


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_samples_are_in_canonical_form(path: Path) -> None:
    assert canonical(path.read_text("utf-8")) == path.read_text("utf-8")


TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\x85\u2028\u2029\ufeff\0"), max_size=12
)
KEY = st.sampled_from(["a", "b_1", "x y", "output", "when", "012", "on", "a: b", "#", "-", "ü"])
SCALAR = st.none() | st.booleans() | st.integers(-9, 9**9) | TEXT
DATA: st.SearchStrategy[Any] = st.recursive(
    SCALAR | st.sampled_from(["one\ntwo\n", "one\n\n  three", "${{ x }}", "list[string]", "80%"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=3),
    max_leaves=6,
)
STEP = st.fixed_dictionaries(
    {"play": st.just("a")},
    optional={
        "when": st.just("x > 1"), "with": st.dictionaries(KEY, DATA, max_size=3), "output": DATA,
        "label": TEXT, "needs": st.lists(KEY, max_size=2), "odd": DATA, "x-own": DATA,
        "policy": st.just({"retry": {"jitter": "none", "max_attempts": 2}, "timeout": "1s"}),
    },
)  # fmt: skip
STEPS = st.dictionaries(KEY, STEP, max_size=3)
ARM = st.fixed_dictionaries(
    {"result": DATA, "name": KEY}, optional={"steps": STEPS, "else": st.just(value=True)}
)
BRANCH = st.fixed_dictionaries(
    {"branch": st.lists(ARM, min_size=1, max_size=3), "when": st.just("y")}
)
DOCUMENT = st.fixed_dictionaries(
    {"steps": st.dictionaries(KEY, STEP | BRANCH, max_size=3), "melody": st.just("v1")},
    optional={"outputs": DATA, "inputs": DATA, "name": TEXT, "x-mine": DATA, "zzz": DATA},
)


@given(DOCUMENT, st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_whatever_a_person_writes_comes_out_the_same_in_meaning_and_comments(
    document: dict[str, Any], seed: int
) -> None:
    text = Scribbler(seed).text(document, MELODY)
    source = SourceText("some.melody.yaml", text)
    tree, problems = read_tree(source)
    assert tree is not None, text
    assert not problems, text
    # A comment that is indented below a text belongs to the text: the tree is what counts.
    found = canonical(text)
    again, _ = read_tree(SourceText("some.melody.yaml", found))
    assert again is not None
    assert same(tree, again, MELODY)
    assert Counter(comments_of(source)) == Counter(
        comments_of(SourceText("some.melody.yaml", found))
    )
    assert list(in_order(tree.plain())) == list(again.plain())  # type: ignore[arg-type]


def test_line_ends_of_windows_stay() -> None:
    assert canonical("name: n\r\nmelody:   v1\r\n") == "melody: v1\r\nname: n\r\n"


def test_a_document_mark_above_stays() -> None:
    assert canonical("%YAML 1.2\n---\n# x\n\nname: n\nmelody: v1\n") == (
        "%YAML 1.2\n---\n# x\n\nmelody: v1\nname: n\n"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("? name\n: n\n", "a key that is written with `?`"),
        ("{melody: v1}\n", "brackets round the whole of it"),
        ("- melody\n", "no map of keys"),
        ("name: n\n...\n", "a mark for the end"),
        ("--- {name: n}\n", "brackets"),
        ("a: &x b\n*x : c\n", "an alias as a key"),
        ("name: a\u2028  b\n", "line breaks of an unusual kind"),
    ],
)
def test_what_is_not_laid_out_is_left_with_its_reason(text: str, reason: str) -> None:
    assert reason in refusal(text)


def test_a_file_with_a_mistake_of_yaml_is_left_with_its_diagnostics() -> None:
    found = format_text(SourceText("m.yaml", "name: [a\n"), MELODY)
    assert found.text is None
    assert [problem.code for problem in found.problems] == ["MEL104"]


def test_json_is_json_afterwards() -> None:
    steps = '{"a": {"when": "x", "play": "\\u2028p"}}'
    text = f'{{"name": "n", "version": 1.50, "steps": {steps},\n"melody": "v1"}}'
    assert canonical(text, file="some.melody.json").splitlines() == [
        "{",
        '  "melody": "v1",',
        '  "name": "n",',
        '  "version": 1.50,',
        '  "steps": {"a": {"play": "\\u2028p", "when": "x"}}',
        "}",
    ]


def test_json_with_the_escapes_of_an_astral_character_is_laid_out() -> None:
    text = '{"melody": "v1", "name": "n", "x-a": "\\ud83d\\ude00"}'
    found = format_text(SourceText("some.melody.json", text), MELODY)
    assert found.text is not None
    assert '"x-a": "😀"' in found.text
    assert comments_of(SourceText("some.melody.json", text)) == ()


def test_comments_in_a_json_file_are_not_lost() -> None:
    text = '{"name": "n", # here\n"melody": "v1"}'
    found = format_text(SourceText("some.melody.json", text), MELODY)
    assert found.text is None
    assert "comments" in str(found.refusal)
