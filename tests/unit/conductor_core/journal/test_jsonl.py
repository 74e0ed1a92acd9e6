from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from conductor_core.journal.fanout import FanOut
from conductor_core.journal.jsonl import JournalError, JsonlJournal, journal_path, read_events
from conductor_core.journal.memory import MemoryJournal
from workflow_ir.events import Event, EventKind
from workflow_ir.outcome import StandardError


def event(seq: int, **facts: Any) -> Event:
    return Event(EventKind.STEP_STARTED, seq, 946_684_800.5, "run1", "draft", facts)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return journal_path(tmp_path, "run1")


def test_events_are_read_back_as_they_were_written(path: Path) -> None:
    events = [event(n, word="é\u2028\n", error=StandardError.of("http.503")) for n in range(1, 4)]
    with JsonlJournal(path) as journal:
        for one in events:
            journal.append(one)
    assert read_events(path) == [one.to_json() for one in events]
    assert read_events(path)[0]["time"] == "2000-01-01T00:00:00.500Z"


def test_an_event_is_on_file_as_soon_as_it_was_appended(path: Path) -> None:
    journal = JsonlJournal(path)
    journal.append(event(1))
    assert len(read_events(path)) == 1
    journal.close()
    journal.close()


def test_only_the_owner_can_read_and_git_does_not_see_it(path: Path, tmp_path: Path) -> None:
    JsonlJournal(path).close()
    modes = [stat.S_IMODE(p.stat().st_mode) for p in (path, path.parent, path.parent.parent)]
    assert [mode & 0o077 for mode in modes] == [0, 0, 0]
    assert (tmp_path / ".melody" / ".gitignore").read_text(encoding="utf-8") == "*\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_torn_last_line_is_left_out(path: Path) -> None:
    with JsonlJournal(path) as journal:
        journal.append(event(1))
        journal.append(event(2))
    path.write_bytes(path.read_bytes()[:-5])
    assert [one["seq"] for one in read_events(path)] == [1]


@pytest.mark.parametrize("line", [b"{", b"[]", b"{}", b"\xff", b""])
def test_a_damaged_line_is_told_by_its_number(path: Path, line: bytes) -> None:
    with JsonlJournal(path) as journal:
        journal.append(event(1))
        journal.append(event(3))
    first, last = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([first, line, last, b""]))
    with pytest.raises(JournalError, match=r"run1\.jsonl:2: "):
        read_events(path)


def test_an_empty_journal_has_no_events_and_an_absent_one_is_an_error(path: Path) -> None:
    JsonlJournal(path).close()
    assert read_events(path) == []
    with pytest.raises(JournalError, match="cannot read"):
        read_events(path.with_name("other.jsonl"))


def test_a_journal_is_never_written_twice(path: Path) -> None:
    JsonlJournal(path).close()
    with pytest.raises(JournalError, match="cannot create"):
        JsonlJournal(path)


def test_a_link_in_the_place_of_the_journal_is_not_followed(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(JournalError):
        JsonlJournal(path)
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / ".melody").write_text("", encoding="utf-8")
    with pytest.raises(JournalError, match="cannot create the journal"):
        JsonlJournal(journal_path(tmp_path, "run1"))


def test_a_full_disk_is_told() -> None:
    journal = JsonlJournal.__new__(JsonlJournal)
    journal.path = Path("/dev/full")
    journal._file = os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(JournalError, match="No space left"):
        journal.append(event(1))
    journal.close()
    with pytest.raises(JournalError):
        journal.append(event(2))


@pytest.mark.parametrize("run", ["", "../x", "a/b", ".hidden", "a\0b", "x" * 200])
def test_a_run_id_that_is_no_file_name_is_refused(tmp_path: Path, run: str) -> None:
    with pytest.raises(JournalError, match="is no run id"):
        journal_path(tmp_path, run)


def test_facts_that_are_no_json_do_not_break_the_journal(path: Path) -> None:
    with JsonlJournal(path) as journal:
        journal.append(event(1, half="\ud800", errors=[StandardError.of("http.503")], odd={1}))
    (told,) = read_events(path)
    assert (told["half"], told["odd"]) == ("\ud800", "{1}")
    assert told["errors"][0]["code"] == "http.503"


def test_every_listener_hears_every_event_in_order(path: Path) -> None:
    memory = MemoryJournal()
    with JsonlJournal(path) as journal:
        both = FanOut((journal, memory))
        for n in range(1, 4):
            both.append(event(n))
    assert [one.seq for one in memory.events] == [1, 2, 3]
    assert [json.loads(line)["seq"] for line in path.read_bytes().splitlines()] == [1, 2, 3]
