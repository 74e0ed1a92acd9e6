from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_ir.codes import CODES
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Edit, Fix, Note, Severity
from workflow_ir.render import render_text
from workflow_ir.span import Span
from workflow_ir.visible import line_of, visible, width

FILE = "docs.melody.yaml"


def shown(problem: Diagnostic, text: str) -> str:
    return render_text([problem], {FILE: text}, commands=False)


def golden(text: str) -> str:
    return dedent(text).strip("\n")


def test_the_example_of_the_specification_is_rendered_character_for_character() -> None:
    problem = diagnose(
        "MEL204",
        "`steps.features.output` has no field `featuers`",
        Span(FILE, 22, 41, 22, 49),
        label="did you mean `features`?",
        notes=(Note("`features` declares its output", Span(FILE, 18, 5, 18, 9)),),
        fix=Fix("write `features`", (Edit(Span(FILE, 22, 41, 22, 49), "features"),)),
    )
    text = "\n" * 21 + "      ${{ bullets(steps.features.output.featuers) }}\n"

    assert render_text([problem], {FILE: text}) == golden(
        """
        error[MEL204]: `steps.features.output` has no field `featuers`
          --> docs.melody.yaml:22:41
           |
        22 |       ${{ bullets(steps.features.output.featuers) }}
           |                                         ^^^^^^^^ did you mean `features`?
           = note: `features` declares its output at docs.melody.yaml:18:5
           = help: melody check --fix    ·    melody explain MEL204
        """
    )


def test_several_notes_and_lines_of_help_stand_under_one_another() -> None:
    problem = diagnose(
        "MEL401",
        "`git` is not allowed",
        Span(FILE, 1, 4, 1, 7),
        notes=(Note("one"), Note("two", Span(FILE, 9, 1, 9, 2))),
        help="add to `melody.project.yaml`:\nallow: {command: [git]}",
    )
    assert shown(problem, "a: git") == golden(
        """
        error[MEL401]: `git` is not allowed
         --> docs.melody.yaml:1:4
          |
        1 | a: git
          |    ^^^
          = note: one
          = note: two at docs.melody.yaml:9:1
          = help: add to `melody.project.yaml`:
                  allow: {command: [git]}
        """
    )


def test_a_stretch_of_several_lines_shows_its_ends() -> None:
    text = "a:\n  b: 1\n  c: 2\n  d: 3\n  e: 4\n"
    problem = diagnose("MEL111", "too much", Span(FILE, 2, 3, 5, 7), label="all of this")
    assert shown(problem, text) == golden(
        """
        error[MEL111]: too much
         --> docs.melody.yaml:2:3
          |
        2 |   b: 1
          |   ^^^^
        3 |   c: 2
          |   ^^^^
        ...
        5 |   e: 4
          |   ^^^^ all of this
        """
    )


def test_wide_and_combining_characters_and_tabs_keep_the_carets_in_place() -> None:
    text = "名前:\te\u0301 = wrong"
    at = text.index("wrong") + 1
    rendered = shown(diagnose("MEL111", "m", Span(FILE, 1, at, 1, at + 5)), text)
    source, carets = rendered.splitlines()[3:5]
    assert width(source[: source.index("wrong")]) == carets.index("^")
    assert carets.count("^") == 5


def test_no_control_character_reaches_the_terminal() -> None:
    hostile = "a: \x1b[31m\x07\u202e\u2028\x9b\ud800 b"
    problem = diagnose(
        "MEL111",
        f"{hostile}\nerror[MEL000]: forged",
        Span(f"x{hostile}", 1, 1, 1, 2),
        label=hostile,
        notes=(Note(hostile),),
        help=hostile,
    )
    rendered = render_text([problem], {f"x{hostile}": hostile})
    assert all(char == "\n" or char.isprintable() for char in rendered)
    assert "\nerror[MEL000]" not in rendered
    rendered.encode("utf-8")


def test_a_long_line_is_cut_round_the_place() -> None:
    text = "a: [" + "x, " * 5000 + "wrong" + ", y" * 5000 + "]"
    at = text.index("wrong") + 1
    rendered = shown(diagnose("MEL111", "m", Span(FILE, 1, at, 1, at + 5)), text)
    source, carets = rendered.splitlines()[3:5]
    assert len(source) < 180
    assert source[carets.index("^") :].startswith("wrong")


def test_a_place_behind_the_end_of_the_file_is_shown_without_a_line() -> None:
    rendered = shown(diagnose("MEL104", "m", Span(FILE, 3, 1, 3, 1)), "a: 1\n")
    assert rendered.splitlines()[-2:] == ["3 |", "  | ^"]


def test_a_problem_without_source_or_place_still_reads_well() -> None:
    missing = diagnose("MEL101", "`x` does not exist", Span("x", 1, 1, 1, 1), help="check it")
    nowhere = diagnose("MEL506", "bad", None)
    assert render_text([missing, nowhere], {}, commands=False) == golden(
        """
        error[MEL101]: `x` does not exist
         --> x:1:1
          = help: check it

        error[MEL506]: bad
        """
    )


def test_colours_come_from_the_caller_only() -> None:
    problem = diagnose("MEL217", "unused", Span(FILE, 1, 1, 1, 2))
    rendered = render_text([problem], {FILE: "a"}, style=lambda role, text: f"<{role}>{text}</>")
    assert rendered.startswith("<warning>warning[MEL217]</>: <message>unused</>")
    assert "<mark>^</>" in rendered


@settings(max_examples=300, deadline=None)
@given(
    text=st.text(st.characters(codec=None), max_size=80),
    place=st.tuples(*[st.integers(1, 90)] * 4),
)
def test_any_text_and_place_render_printably(text: str, place: tuple[int, int, int, int]) -> None:
    line, column, end_line, end_column = place
    span = Span(FILE, line, column, max(line, end_line), end_column)
    rendered = shown(Diagnostic("MEL111", text, span, Severity.ERROR, label=text), text)
    assert all(char == "\n" or char.isprintable() or char.isspace() for char in rendered)
    assert not set(rendered) & set(map(chr, [*range(10), *range(11, 32), *range(127, 160), 0x2028]))


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_the_columns_of_a_line_are_those_of_what_is_shown(text: str) -> None:
    shown_line, columns = line_of(text)
    assert len(columns) == len(text) + 1
    assert columns == sorted(columns)
    assert columns[-1] == width(shown_line)
    assert visible(shown_line) == shown_line


@pytest.mark.parametrize("code", CODES)
def test_every_code_renders_with_its_severity(code: str) -> None:
    rendered = render_text([diagnose(code, "m", None)], {})
    assert rendered.startswith(f"{CODES[code].severity.value}[{code}]: m")
    assert rendered.endswith(f"melody explain {code}")
