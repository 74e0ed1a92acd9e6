from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from melody.running.kept_runs import KeptRunError, kept_run


def event(number: int, **facts: Any) -> dict[str, Any]:
    usual = {
        "event": "x",
        "seq": number,
        "time": "2000-01-01T00:00:00.000Z",
        "run": "R",
        "path": "",
    }
    return {**usual, **facts}


def kept(folder: Path, run: str, *lines: object, end: str = "\n") -> Path:
    journal = folder / ".melody" / "runs" / f"{run}.jsonl"
    journal.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    journal.write_text(text + end, encoding="utf-8")
    return journal


def problem(name: str, folder: Path) -> str:
    with pytest.raises(KeptRunError) as caught:
        kept_run(name, folder)
    return str(caught.value)


@pytest.mark.parametrize("name", ["last", "01B", "01b", "01BX", "01bx"])
def test_a_run_is_found_by_its_id_the_beginning_of_it_or_as_the_last(
    name: str, tmp_path: Path
) -> None:
    kept(tmp_path, "01AX", event(1, run="01AX"))
    journal = kept(tmp_path, "01BX", event(1, run="01BX"))
    found = kept_run(name, tmp_path)
    assert (found.run, found.journal, len(found.events)) == ("01BX", journal, 1)


def test_a_whole_id_wins_over_a_longer_one(tmp_path: Path) -> None:
    kept(tmp_path, "01A", event(1))
    kept(tmp_path, "01AB", event(1))
    assert kept_run("01a", tmp_path).run == "01A"


def test_a_run_is_found_from_a_folder_inside_the_project(tmp_path: Path) -> None:
    kept(tmp_path, "01A", event(1))
    (tmp_path / "flows" / "deep").mkdir(parents=True)
    (tmp_path / "flows" / ".melody" / "runs").mkdir(parents=True)  # keeps none
    assert kept_run("last", tmp_path / "flows" / "deep").run == "01A"


def test_a_journal_may_be_named_by_its_path(tmp_path: Path) -> None:
    journal = kept(tmp_path, "01A", event(1))
    assert kept_run(str(journal), Path("/")).run == "01A"


def test_a_beginning_of_several_runs_is_not_guessed(tmp_path: Path) -> None:
    for run in ("01A", "01B"):
        kept(tmp_path, run, event(1))
    assert problem("01", tmp_path) == "2 runs begin with '01': 01B, 01A; write more of it"


def test_an_unknown_run_gets_the_nearest_one_or_the_last(tmp_path: Path) -> None:
    kept(tmp_path, "01ABCDEF", event(1))
    assert problem("01ABCDEG", tmp_path).endswith("did you mean 01ABCDEF?")
    assert problem("zzz", tmp_path).endswith("the last one is 01ABCDEF")


def test_a_folder_without_runs_is_told(tmp_path: Path) -> None:
    assert "--in FOLDER" in problem("last", tmp_path)


def test_a_journal_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "cannot be read" in problem(str(tmp_path / "none.jsonl"), tmp_path)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "2: damaged"),
        ("[" * 100_000, "2: damaged"),
        ("[]", "2: not an event"),
        (event(2, event=5), "2: 'event' is not text"),
        (event(2, path=None), "2: 'path' is not text"),
        (event(2, time=1.5), "2: 'time' is not text"),
        (event(2, run="other"), "2: it is of another run, 'other'"),
        (event(3), "2: event 3 stands where 2 was expected: a line is missing"),
        (event(2, seq=True), "2: event True stands where 2 was expected"),
        (event(2, seq="2"), "2: event '2' stands where 2 was expected"),
    ],
)
def test_a_damaged_line_is_told_by_its_number(line: object, said: str, tmp_path: Path) -> None:
    journal = kept(tmp_path, "R", event(1), line, event(3))
    assert f"{journal}:{said}" in problem("R", tmp_path)


def test_an_empty_journal_is_told(tmp_path: Path) -> None:
    kept(tmp_path, "R", "", end="")
    assert "is empty" in problem("R", tmp_path)


def test_the_torn_end_of_a_killed_run_is_left_out(tmp_path: Path) -> None:
    kept(tmp_path, "R", event(1), '{"event": "st', end="")
    assert len(kept_run("R", tmp_path).events) == 1
