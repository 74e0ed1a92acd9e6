"""The file in which players' attempts are counted from run to run."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from conductor_core.failure.history import Tally
from conductor_core.journal.history import FILE, Attempts, History, HistoryError
from workflow_ir.events import Event, EventKind
from workflow_ir.outcome import StandardError


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / FILE)


def test_without_a_file_nothing_is_known_and_none_is_made(history: History) -> None:
    assert history.read() == {}
    history.add({})
    assert not history.path.exists()


def test_what_was_counted_is_read_back(history: History) -> None:
    history.add({"a": [(True, 2.0)], "b": [(False, 0.5), (True, 1.5)]})
    assert History(history.path).read() == {
        "a": Tally(1, 0, 2.0),
        "b": Tally().after(succeeded=False, seconds=0.5).after(succeeded=True, seconds=1.5),
    }


def test_a_later_run_adds_to_it(history: History) -> None:
    history.add({"a": [(True, 1.0)], "b": [(True, 1.0)]})
    history.add({"a": [(False, 3.0)]})
    once = Tally().after(succeeded=True, seconds=1.0)
    assert history.read() == {"a": once.after(succeeded=False, seconds=3.0), "b": once}


def test_only_the_owner_can_read_it_and_git_does_not_see_it(
    history: History, tmp_path: Path
) -> None:
    history.add({"a": [(True, 1.0)]})
    assert stat.S_IMODE(history.path.stat().st_mode) == 0o600
    assert (tmp_path / ".melody" / ".gitignore").read_text(encoding="utf-8") == "*\n"


@pytest.mark.parametrize("damage", [b"no database at all, only text\n" * 40, b"SQLite format 3\0"])
def test_a_damaged_file_is_told_of(history: History, damage: bytes) -> None:
    history.path.parent.mkdir()
    history.path.write_bytes(damage)
    for use in (history.read, lambda: history.add({"a": [(True, 1.0)]})):
        with pytest.raises(HistoryError, match=r"cannot (read|write) .*history\.db"):
            use()
    assert history.path.read_bytes() == damage


def test_a_folder_in_its_place_is_told_of(history: History) -> None:
    history.path.mkdir(parents=True)
    with pytest.raises(HistoryError, match="cannot read"):
        history.read()
    with pytest.raises(HistoryError, match="cannot write"):
        history.add({"a": [(True, 1.0)]})


@pytest.mark.parametrize("numbers", [(-1.0, 0.0, 0.0), (0.0, 0.0, -0.1), ("many", 0.0, 0.0)])
def test_numbers_that_cannot_be_are_told_of(history: History, numbers: tuple[Any, ...]) -> None:
    history.add({"a": [(True, 1.0)]})
    with sqlite3.connect(history.path) as db:
        db.execute("UPDATE tally SET successes = ?, failures = ?, seconds = ?", numbers)
    db.close()
    with pytest.raises(HistoryError, match="cannot read"):
        history.read()


def test_an_empty_database_says_nothing(history: History) -> None:
    history.path.parent.mkdir()
    history.path.touch()
    assert history.read() == {}


def _count(path: str, times: int) -> None:
    for _ in range(times):
        History(Path(path)).add({"a": [(True, 1.0)]})


def test_several_processes_lose_nothing(history: History) -> None:
    spawn = multiprocessing.get_context("spawn")
    each = [spawn.Process(target=_count, args=(str(history.path), 5)) for _ in range(4)]
    for process in each:
        process.start()
    for process in each:
        process.join()
    assert [process.exitcode for process in each] == [0, 0, 0, 0]
    expected = Tally()
    for _ in range(20):
        expected = expected.after(succeeded=True, seconds=1.0)
    assert history.read()["a"] == pytest.approx(expected)


# --- counting the events of one run -----------------------------------------------------------


def counted(*events: tuple[EventKind, float, dict[str, Any]]) -> dict[str, Any]:
    attempts = Attempts()
    for seq, (kind, time, facts) in enumerate(events, start=1):
        attempts.append(Event(kind, seq, time, "run", "a", facts))
    return attempts.ended


def started(time: float, n: int, player: str = "hand") -> tuple[EventKind, float, dict[str, Any]]:
    return EventKind.ATTEMPT_STARTED, time, {"n": n, "player": player}


def failed(time: float, n: int, code: str) -> tuple[EventKind, float, dict[str, Any]]:
    return EventKind.ATTEMPT_FAILED, time, {"n": n, "error": StandardError.of(code)}


def finished(time: float, *outcomes: str) -> tuple[EventKind, float, dict[str, Any]]:
    rows = [{"n": n, "outcome": outcome} for n, outcome in enumerate(outcomes, start=1)]
    return EventKind.STEP_FINISHED, time, {"record": {"attempts": rows}}


def test_each_attempt_counts_for_its_player_with_its_time() -> None:
    assert counted(
        started(10, 1), failed(12, 1, "http.503"),
        started(20, 2, "other"), finished(25.5, "error", "success"),
    ) == {"hand": [(False, 2.0)], "other": [(True, 5.5)]}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        ("gate.failed", True), ("player.bug", True), ("auth.denied", True),
        ("policy.wall_time", True), ("policy.attempts", True), ("timeout.attempt", True),
        ("input.invalid", False), ("expression.type", False), ("policy.not_allowed", False),
        ("policy.deadline", False), ("cancelled", False), ("resource.disk", False),
    ],
)  # fmt: skip
def test_a_failure_counts_where_it_says_something_of_the_player(code: str, counts: bool) -> None:
    assert bool(counted(started(0, 1), failed(1, 1, code))) is counts


def test_a_cancelled_attempt_and_a_step_without_attempts_say_nothing() -> None:
    assert counted(started(0, 1), finished(3, "cancelled")) == {}
    assert counted((EventKind.STEP_FINISHED, 1.0, {"record": {}})) == {}
    assert counted(failed(1, 1, "http.503")) == {}
