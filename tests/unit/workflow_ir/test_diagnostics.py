from __future__ import annotations

from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import DiagnosticsError, Edit, Severity, errors_of, in_file_order
from workflow_ir.span import Span, span_at
from workflow_ir.splice import splice


def span(line: int, column: int, end_column: int | None = None) -> Span:
    return Span("a", line, column, line, end_column or column + 1)


def test_problems_are_sorted_by_place_and_said_once() -> None:
    late, early = diagnose("MEL111", "m", span(10, 1)), diagnose("MEL112", "m", span(9, 1))
    nowhere = diagnose("MEL506", "m", None)
    assert in_file_order([late, early, nowhere, late]) == (nowhere, early, late)


def test_a_message_is_one_line_whatever_it_quotes() -> None:
    assert diagnose("MEL111", "`a\n\x1bb` is é", None).message == "`a\\n\\x1bb` is é"


def test_warnings_are_no_errors() -> None:
    warning, error = diagnose("MEL217", "m", None), diagnose("MEL111", "m", None)
    assert warning.severity is Severity.WARNING
    assert errors_of([warning, error]) == (error,)


def test_the_exception_holds_all_problems_and_says_them() -> None:
    error = DiagnosticsError([diagnose("MEL111", "m", span(3, 7)), diagnose("MEL506", "n", None)])
    assert [problem.code for problem in error.diagnostics] == ["MEL111", "MEL506"]
    assert str(error) == "a:3:7: MEL111 m\nMEL506 n"


def test_a_span_survives_its_compact_form() -> None:
    there = Span("a", 12, 5, 13, 20)
    assert span_at("a", there.at) == there
    assert there.to(span(14, 2)) == Span("a", 12, 5, 14, 3)


def test_edits_leave_everything_else_byte_for_byte() -> None:
    text = "# note\r\na:  [1,  2] # x\r\nb: é\n"
    edits = [Edit(span(3, 4, 5), "ö"), Edit(span(2, 6, 7), "9")]
    assert splice(text, edits) == "# note\r\na:  [9,  2] # x\r\nb: ö\n"


def test_of_overlapping_edits_the_first_is_made() -> None:
    assert splice("abc", [Edit(span(1, 1, 3), "X"), Edit(span(1, 2, 4), "Y")]) == "Xc"


def test_an_insertion_is_an_edit_of_nothing() -> None:
    assert splice("ac", [Edit(Span("a", 1, 2, 1, 2), "b")]) == "abc"
