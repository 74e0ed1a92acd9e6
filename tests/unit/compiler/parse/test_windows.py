from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.compiling_aid import codes, in_project, only


def said(window: str) -> tuple[str, str, int]:
    """The one problem of a window: code, the text it is at, and its line."""
    text = f"steps:\n  a:\n    set: 1\n    window: {window}\n"
    found = only(text)
    assert found.span is not None
    line = text.splitlines()[found.span.line - 3]
    return found.code, line[found.span.column - 1 : found.span.end_column - 1], found.span.line


@pytest.mark.parametrize(
    ("window", "code", "at"),
    [
        ('{from: 25:00, to: "06:00"}', "MEL123", "25:00"),
        ('{from: "22:60", to: "06:00"}', "MEL123", '"22:60"'),
        ('{from: "24:01", to: "06:00"}', "MEL123", '"24:01"'),
        ('{from: 10pm, to: "06:00"}', "MEL123", "10pm"),
        ('{from: 22, to: "06:00"}', "MEL123", "22"),
        ('{from: [22], to: "06:00"}', "MEL123", "[22]"),
        ('{from: "22:00"}', "MEL113", ""),
        ('{from: "1:00", to: "2:00", day: [mon]}', "MEL112", "day"),
        ('{from: "1:00", to: "2:00", days: [monday]}', "MEL123", "monday"),
        ('{from: "1:00", to: "2:00", days: [mon, funday]}', "MEL123", "funday"),
        ('{from: "1:00", to: "2:00", days: []}', "MEL123", "[]"),
        ('{from: "1:00", to: "2:00", days: mon}', "MEL111", "mon"),
        ('{from: "1:00", to: "2:00", zone: "Europe Berlin"}', "MEL123", '"Europe Berlin"'),
        ('{from: "1:00", to: "2:00", zone: ../etc}', "MEL123", "../etc"),
        ('{from: "1:00", to: "2:00", zone: 5}', "MEL111", "5"),
        ("[]", "MEL111", "[]"),
        ("3", "MEL111", "3"),
        ("true", "MEL111", "true"),
        ("[business_hours, [business_hours]]", "MEL111", "[business_hours]"),
    ],
)
def test_each_mistake_of_a_window_is_told_once_at_its_place(
    window: str, code: str, at: str
) -> None:
    assert said(window) == (code, at, 6)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("monday", "mon"), ("Tue", "tue"), ("thurs", "thu"), ("SUN", "sun"), ("fir", "fri")],
)
def test_a_day_in_other_words_is_offered_in_these(written: str, meant: str) -> None:
    found = only(
        f'steps: {{a: {{set: 1, window: {{from: "1:00", to: "2:00", days: [{written}]}}}}}}\n'
    )
    assert found.label == f"write `{meant}`"
    assert found.fix is not None
    assert found.fix.edits[0].text == meant


def test_a_bad_window_breeds_no_followers() -> None:
    assert codes(
        "steps:\n  a: {set: 1, window: {from: x, to: y}}\n  b: {set: '${{ steps.a.output }}'}\n"
    ) == ["MEL123", "MEL123"]


def test_windows_of_a_project_are_read_alike_and_name_no_others(tmp_path: Path) -> None:
    made = in_project(
        tmp_path,
        """\
windows:
  quiet: {from: "1:00", to: 25:00}
  other: [quiet]
  "b ad": {from: "1:00", to: "2:00"}
""",
        "steps: {a: {set: 1}}\n",
    )
    assert [(one.code, one.span.line) for one in made.diagnostics if one.span] == [
        ("MEL123", 2),
        ("MEL123", 3),
        ("MEL116", 4),
    ]
