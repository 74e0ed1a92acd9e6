from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.samples.loaded_players import release_notes

module = release_notes("draft")


def group(*summaries: str, note: str = "") -> dict[str, Any]:
    entries = [{"summary": summary, "short": "abcdef0", "note": note} for summary in summaries]
    return {"kind": "fixes", "title": "Fixes", "entries": entries}


def test_a_change_stands_on_one_line_with_its_commit() -> None:
    assert module.one_line_each(group=group("A", "B"), width=40) == {
        "title": "Fixes",
        "bullets": ["A (abcdef0)", "B (abcdef0)"],
    }


def test_a_note_is_a_point_below_its_change() -> None:
    drafted = module.one_line_each(group=group("A", note="Call b."), width=40)
    assert drafted["bullets"] == ["A (abcdef0)\n- Call b."]


def test_short_changes_are_drafted_alike_by_both() -> None:
    short = group("A", "B", note="Call b.")
    assert module.wrapped(group=short, width=40) == module.one_line_each(group=short, width=40)


def test_a_long_change_is_wrapped_and_its_note_indented() -> None:
    long = group("word" + " word" * 8, note="call " * 9)
    (bullet,) = module.wrapped(group=long, width=40)["bullets"]
    assert bullet.split("\n") == [
        "word word word word word word word",
        "word word (abcdef0)",
        "- call call call call call call call",
        "  call call",
    ]


@pytest.mark.parametrize("marker", ["-", "+", "#", ">", "1.", "2)"])
def test_no_line_begins_with_what_markdown_takes_for_a_list_or_a_heading(marker: str) -> None:
    for at in range(30, 42):
        text = "x" * at + f" {marker} and so on"
        (bullet,) = module.wrapped(group=group(text), width=40)["bullets"]
        assert not any(line.startswith(f"{marker} ") for line in bullet.split("\n"))
        plain = bullet.replace("\\", "").replace("\n", "").replace(" ", "")
        assert plain == f"{text} (abcdef0)".replace(" ", "")


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1), st.integers(40, 120))
def test_no_line_is_longer_than_the_width_and_no_commit_is_lost(text: str, width: int) -> None:
    summary = " ".join(text.split())
    (bullet,) = module.wrapped(group=group(summary), width=width)["bullets"]
    assert all(len(f"- {line}") <= width for line in bullet.split("\n"))
    assert "(abcdef0)" in bullet
