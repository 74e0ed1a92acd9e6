"""History from run to run: read when a run begins, written when it has ended."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

import melody
from conductor_core.failure.history import Tally
from conductor_core.journal.history import FILE, History
from conductor_core.journal.jsonl import read_events
from workflow_ir.result import RunResult

PLAYERS = """
def fails(): raise KeyError("a bug")
def writes(): return "written"
"""
TUNE = """
melody: v1
name: tune
players:
  first:  {python: "pieces:fails", fallback: [second, third]}
  second: {python: "pieces:fails"}
  third:  {python: "pieces:writes"}
policy: {retry: {max_attempts: 1}}
steps:
  a: {play: first, importance: critical}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pieces.py").write_text(PLAYERS, encoding="utf-8")
    (tmp_path / "melody.project.yaml").write_text(
        "name: here\nallow: {python: [pieces]}\n", encoding="utf-8"
    )
    (tmp_path / "tune.melody.yaml").write_text(TUNE, encoding="utf-8")
    return tmp_path


def run(folder: Path, **conditions: Any) -> RunResult:
    return melody.run(folder / "tune.melody.yaml", **conditions)


def asked(result: RunResult) -> list[str]:
    return [one.player for one in result.steps["a"].attempts]


def of_run(folder: Path, result: RunResult) -> dict[str, Any]:
    return read_events(folder / ".melody" / "runs" / f"{result.run}.jsonl")[0]


def test_a_run_decides_by_what_was_known_when_it_began(folder: Path) -> None:
    first = run(folder)
    assert asked(first) == ["first", "second", "third"]
    assert "history" not in of_run(folder, first)
    for _ in range(3):  # four bugs in a row: now it is certain
        assert asked(run(folder)) == ["first", "second", "third"]
    before = History(folder / FILE).read()
    assert before["second"].expected() == 0
    again = run(folder)
    assert asked(again) == ["first", "third"]
    told = {name: Tally(*numbers) for name, numbers in of_run(folder, again)["history"].items()}
    assert told == before
    decision = next(
        one
        for one in read_events(folder / ".melody" / "runs" / f"{again.run}.jsonl")
        if one["event"] == "decision"
    )
    assert decision["ranked"][0]["target"] == "third"
    assert decision["inputs"]["history"]["second"]["expected"] == 0


def test_the_same_history_gives_the_same_decisions(folder: Path) -> None:
    kept = {"second": [(False, 1.0)] * 9, "third": [(True, 1.0)] * 9}
    results = []
    for _ in range(2):
        (folder / FILE).unlink(missing_ok=True)
        History(folder / FILE).add(kept)
        results.append(asked(run(folder)))
    assert results == [["first", "third"]] * 2


@pytest.mark.parametrize(
    "conditions",
    [
        {"script": {"players": {"first": {"error": "player.bug"}}}},
        {"faults": ["a:player.bug"]},
        {"offline": True},
        {"journal": False},
    ],
)
def test_a_run_that_is_made_up_or_not_kept_neither_knows_nor_adds(
    folder: Path, conditions: dict[str, Any]
) -> None:
    kept = {"second": [(False, 1.0)] * 9, "third": [(True, 1.0)] * 9}
    History(folder / FILE).add(kept)
    before = History(folder / FILE).read()
    assert asked(run(folder, **conditions))[:2] == ["first", "second"]
    assert History(folder / FILE).read() == before


def test_a_damaged_file_is_told_of_once_and_fails_nothing(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / ".melody").mkdir()
    (folder / FILE).write_bytes(b"not a database " * 100)
    with caplog.at_level(logging.WARNING, logger="melody"):
        result = run(folder)
    assert asked(result) == ["first", "second", "third"]
    assert [one.levelname for one in caplog.records] == ["WARNING"]
    assert "the run goes on without it" in caplog.text


def test_a_file_that_cannot_be_written_is_told_of_once_and_fails_nothing(
    folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(History, "read", lambda self: {})
    (folder / FILE).mkdir(parents=True)
    with caplog.at_level(logging.WARNING, logger="melody"):
        assert run(folder).steps["a"].output == "written"
    assert caplog.text.count("nothing is remembered of this run") == 1
