from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.samples.loaded_players import RELEASE_NOTES, release_notes


def git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], check=False, capture_output=True, encoding="utf-8"
    ).stdout


def changes(history: str, into: Path) -> dict[str, Any]:
    """What the Melody's own git commands and its players make of a bundled history."""
    melody = yaml.safe_load((RELEASE_NOTES / "release_notes.melody.yaml").read_text("utf-8"))
    format_ = next(
        item for item in melody["players"]["git_log"]["command"] if item.startswith("--format=")
    )
    repository = release_notes("bundled_repository").bundled_repository(
        history=history, into=str(into)
    )["path"]
    tag = git("-C", repository, "describe", "--tags", "--abbrev=0").strip()
    log = git("-C", repository, "log", format_, f"{tag}..HEAD" if tag else "HEAD", "--")
    commits = release_notes("read_log").read_log(log=log, limit=500)["commits"]
    answer: dict[str, Any] = release_notes("classify").classify(commits=commits)
    return answer


def lines_too_long(group: dict[str, Any], drafter: str) -> int:
    section = getattr(release_notes("draft"), drafter)(group=group, width=80)
    lines = [line for bullet in section["bullets"] for line in bullet.split("\n")]
    return sum(len(f"- {line}") > 80 for line in lines)


@pytest.mark.parametrize(
    ("history", "counts"),
    [
        ("busy_month", {"total": 8, "breaking": 1, "internal": 1, "merges": 1, "undone": 2}),
        ("one_fix", {"total": 1, "breaking": 0, "internal": 2, "merges": 0, "undone": 0}),
        ("quiet_week", {"total": 0, "breaking": 0, "internal": 2, "merges": 0, "undone": 0}),
        ("long_subjects", {"total": 5, "breaking": 0, "internal": 0, "merges": 0, "undone": 0}),
    ],
)
def test_a_bundled_history_holds_the_changes_that_it_is_there_to_show(
    history: str, counts: dict[str, int], tmp_path: Path
) -> None:
    found = changes(history, tmp_path)
    assert {name: found[name] for name in counts} == counts


def test_names_in_every_script_arrive_as_they_are_written(tmp_path: Path) -> None:
    groups = changes("busy_month", tmp_path)["groups"]
    authors = {entry["author"] for group in groups for entry in group["entries"]}
    assert authors == {
        "Ada Lovelace", "李小龙", 'Max "Oven" Power, Jr.', "Zoë O'Brien-Núñez",
    }  # fmt: skip


def test_only_the_fixes_of_long_subjects_need_the_second_drafter(tmp_path: Path) -> None:
    groups = changes("long_subjects", tmp_path)["groups"]
    too_long = {group["kind"]: lines_too_long(group, "one_line_each") for group in groups}
    assert too_long == {"features": 0, "fixes": 1, "documentation": 0}
    assert [lines_too_long(group, "wrapped") for group in groups] == [0, 0, 0]
    busy = changes("busy_month", tmp_path)["groups"]
    assert [lines_too_long(group, "one_line_each") for group in busy] == [0] * len(busy)
