from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.unit.samples.loaded_players import release_notes

module = release_notes("write_files")

CHANGES = {
    "groups": [],
    "total": 2,
    "breaking": 0,
    "internal": 3,
    "merges": 1,
    "undone": 0,
    "bump": "minor",
}


def write(into: Path, **changed: Any) -> dict[str, str]:
    given: dict[str, Any] = {
        "into": str(into),
        "outcome": "short",
        "since": "v1",
        "body": "- A (abcdef0)",
        "changes": CHANGES,
        "truncated": False,
        "thanks": ["     2\tAda", "     1\trobot[bot]", "     1\t_O'Neil_ 李"],
    }
    answer: dict[str, str] = module.write_files(**given | changed)
    return answer


def test_the_notes_and_their_summary_are_written(tmp_path: Path) -> None:
    answer = write(tmp_path / "new folder")
    notes = (
        "# Release notes\n\n2 changes since v1.\n\n- A (abcdef0)\n\n"
        "Thanks to Ada, \\_O'Neil\\_ 李.\n"
    )
    assert answer["text"] == notes == Path(answer["notes"]).read_text("utf-8")
    summary = json.loads(Path(answer["summary"]).read_text("utf-8"))
    assert summary["outcome"] == "short"
    assert summary["left_out"] == {"internal": 3, "merges": 1, "undone": 0}
    assert summary["thanks"] == [
        {"name": "Ada", "commits": 2},
        {"name": "_O'Neil_ 李", "commits": 1},
    ]


def test_only_the_two_files_are_left_behind_however_often_it_runs(tmp_path: Path) -> None:
    assert write(tmp_path) == write(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["RELEASE_NOTES.md", "release_notes.json"]


def test_nothing_to_release_thanks_nobody(tmp_path: Path) -> None:
    answer = write(tmp_path, changes=CHANGES | {"total": 0}, body="There is nothing.", since="")
    assert answer["text"] == (
        "# Release notes\n\nNo changes since the beginning.\n\nThere is nothing.\n"
    )
    assert json.loads(Path(answer["summary"]).read_text("utf-8"))["since"] is None


def test_a_history_that_was_cut_short_is_told(tmp_path: Path) -> None:
    assert "Older commits were left out" in write(tmp_path, truncated=True)["text"]


def test_lines_that_name_nobody_are_passed_over(tmp_path: Path) -> None:
    assert "Thanks" not in write(tmp_path, thanks=["", "nonsense", "x\tAda", " 3\t"])["text"]
