from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.importers.conversion import MAX_PROBLEMS
from compiler.importers.define import define
from tests.unit.compiler.importers.converting_aid import codes, melody_of, places, shown

A = "a: make"


@pytest.mark.parametrize(
    ("line", "code", "over"),
    [
        # no line at all
        ("", "MEL140", ""),
        ("make clean", "MEL140", "make clean"),
        (": make", "MEL140", ": make"),
        ("b:", "MEL140", ""),
        ("b: && x", "MEL140", "&&"),
        ("b: x &&", "MEL140", "&&"),
        ("b: x && && y", "MEL140", "&&"),
        ("b: a.success &&", "MEL140", "&&"),
        ("b: 'x", "MEL140", "'x"),
        ("b: '' x", "MEL140", "''"),
        # ids
        ("Data Prep: x", "MEL116", "Data Prep"),
        ("data-prep: x", "MEL116", "data-prep"),
        ("1st: x", "MEL116", "1st"),
        ("ä: x", "MEL116", "ä"),
        ("a: x", "MEL107", "a"),
        # shells
        ("b: x; rm -rf /", "MEL141", ";"),
        ("b: x | y", "MEL141", "|"),
        ("b: x > f", "MEL141", ">"),
        ("b: x &", "MEL141", "&"),
        ("b: x || y", "MEL141", "||"),
        ("b: (x)", "MEL141", "("),
        ("b: a.success || x", "MEL141", "||"),
        ("b: x\nrm -rf /", "MEL141", ""),
        ("b: echo `x`", "MEL141", "`"),
        # conditions
        ("b: x && a.success", "MEL142", "a.success"),
        ("b: x && a.n > 1", "MEL142", "a.n > 1"),
        ("b: a.n > high", "MEL142", "a.n > high"),
        ("b: a.n >", "MEL142", "a.n >"),
        ("b: a.n = 1", "MEL142", "a.n = 1"),
        ("b: a.success > 1", "MEL142", "a.success > 1"),
        ("b: a.x.y > 1", "MEL142", "a.x.y > 1"),
        ("b: !a.success && x", "MEL142", "!a.success"),
        ("b: not a.success && x", "MEL142", "not a.success"),
        ("b: a.success x", "MEL142", "a.success x"),
        ("b: (a.success && x)", "MEL142", "("),
        ("b: (a.success", "MEL142", "("),
        ("b: a.success || a.failure && a.n > 1 && x", "MEL142", "&&"),
        ("b: a.success (a.failure)", "MEL141", "("),
        ("b: a.sucess && x", "MEL143", "a.sucess"),
        ("b: a.done && x", "MEL143", "a.done"),
        # other steps
        ("b: aa.success && x", "MEL201", "aa"),
        ("b: c.n > 1", "MEL201", "c"),
        ("b: b.success && x", "MEL207", "b.success"),
        # what no Melody can hold
        ("b: x\x00y", "MEL102", "\x00"),
        ("b: \udcff", "MEL102", "\udcff"),
    ],
)
def test_a_mistake_is_one_diagnostic_with_a_caret_under_the_text(
    line: str, code: str, over: str
) -> None:
    converted = define("t", [A, line])
    errors = [one for one in places(converted) if one[0] != "MEL144"]
    if code == "MEL141" and line in {"b: echo `x`", "b: (x)", "b: a.success (a.failure)"}:
        errors = errors[:1]  # the other half of the pair is marked too
    assert converted.text is None
    if not over:
        assert [(each[0], each[1]) for each in errors] == [(code, "--step #2")]
    else:
        assert errors == [(code, "--step #2", over)]


def test_the_carets_stand_under_the_command_line() -> None:
    assert shown(define("ml", ["prep: make", "train: prep.sucess && ./train.sh"])) == (
        "error[MEL143]: a step has no outcome `sucess`\n"
        " --> --step #2:1:8\n"
        "  |\n"
        "1 | train: prep.sucess && ./train.sh\n"
        "  |        ^^^^^^^^^^^ did you mean `prep.success`?\n"
        "  = help: the outcomes are `success`, `failure` and `complete`; a field is compared with "
        "a number; quote it if it is a program"
    )


def test_all_mistakes_of_all_lines_are_told_in_their_order() -> None:
    lines = ["A b: x; y", "b: A.success && z", "c: b.sucess && p | q", "d: nope.failure"]
    assert places(define("No name", lines)) == [
        ("MEL116", "NAME", "No name"),
        ("MEL116", "--step #1", "A b"),
        ("MEL141", "--step #1", ";"),
        ("MEL201", "--step #2", "A"),
        ("MEL143", "--step #3", "b.sucess"),
        ("MEL141", "--step #3", "|"),
        ("MEL201", "--step #4", "nope"),
    ]


def test_a_refused_id_is_still_known_to_those_who_name_it() -> None:
    assert codes(define("t", ["data-prep: x", "b: data-prep.success && y"])) == ["MEL116"]


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [("ML Pipeline", "ml_pipeline"), ("2nd", "step_2nd"), ("a.b", "a_b")],
)
def test_a_bad_name_is_refused_with_a_suggestion(name: str, suggestion: str) -> None:
    converted = define(name, [A])
    assert codes(converted) == ["MEL116"]
    assert converted.diagnostics[0].label == f"write `{suggestion}`"


def test_an_empty_name_is_refused() -> None:
    assert codes(define("", [A])) == ["MEL116"]


def test_a_circle_is_told_once_at_its_first_reference() -> None:
    converted = define("t", ["a: b.success && x", "b: c.n > 1", "c: a.success || a.failure"])
    assert converted.text is None
    assert [one for one in places(converted) if one[0] == "MEL207"] == [
        ("MEL207", "--step #1", "b.success")
    ]
    assert [note.message for note in converted.diagnostics[0].notes] == [
        "`b` waits for `c`",
        "`c` waits for `a`",
    ]


def test_a_step_without_a_command_has_no_field() -> None:
    converted = define("t", [A, "b: a.success", "c: b.n > 1"])
    assert places(converted) == [("MEL142", "--step #3", "b.n > 1")]


def test_two_misspelt_words_are_no_program() -> None:
    converted = define("t", ["data_prep: make", "b: dataprep.sucess && x"])
    assert converted.diagnostics[0].label == "did you mean `data_prep.success`?"


def test_conditions_beyond_the_bounds_of_an_expression_are_told() -> None:
    lines = [*(f"a{n}: x" for n in range(300)),
             f"b: {' && '.join(f'a{n}.success' for n in range(300))} && x"]  # fmt: skip
    assert codes(define("t", lines)) == ["MEL142"]


def test_parentheses_have_a_bound() -> None:
    assert codes(define("t", [A, f"b: {'(' * 5000}a.success{')' * 5000}"])) == ["MEL142"]


def test_ten_thousand_bad_lines_are_told_in_time() -> None:
    lines = [f"a{n}: b{n}.sucess && b{n}.success && x; y" for n in range(10_000)]
    began = time.perf_counter()
    converted = define("t", lines)
    assert time.perf_counter() - began < 20
    assert len(converted.diagnostics) == MAX_PROBLEMS


PIECES = st.sampled_from([
    "a", "b", ".success", ".failure", ".complete", ".n", " > 1", "&&", "||", "(", ")", " ", "'",
    '"', "\\", ";", "\n", ":", "x", "95%", "$HOME", "${{ x }}", "é", "\x00", "a: ", "b: ", "!", "=",
])  # fmt: skip


@given(st.lists(st.lists(PIECES, max_size=12).map("".join), max_size=4))
def test_any_lines_give_a_melody_that_reads_or_diagnostics(lines: list[str]) -> None:
    converted = define("t", [A, *lines])
    if converted.text is None:
        assert converted.diagnostics
        assert shown(converted)
    else:
        melody_of(converted)
