from __future__ import annotations

import json
from pathlib import Path

import pytest

from melody.testing.test_files.cases import cases_in
from melody.testing.test_files.snapshots import MOST, Snapshot
from tests.unit.melody.testing.test_files.folder import NOTES, laid, names, problems, verdicts
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.span import Span

HERE = Span("notes.melody.test.yaml", 1, 11, 1, 13)
BOTH = "snapshot: [ir, mermaid]\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return Snapshot(tmp_path / "snapshots" / "notes.melody", "native", HERE)


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_what_is_not_stored_is_told_stored_when_asked_and_equal_then(tmp_path: Path) -> None:
    path = laid(tmp_path, BOTH)
    first = verdicts(path)
    assert [[one.code for one in each.problems] for each in first.values()] == [["MEL554"]] * 2
    assert not (tmp_path / "snapshots").exists()
    stored = verdicts(path, update=True)
    assert [each.stored for each in stored.values()] == [
        ("wrote snapshots/notes.melody/ir/notes.ir.json.txt",),
        ("wrote snapshots/notes.melody/mermaid/notes.mermaid.txt",),
    ]
    assert all(each.passed for each in (*stored.values(), *verdicts(path).values()))
    again = verdicts(path, update=True)
    assert [each.stored for each in again.values()] == [(), ()]


def test_the_ir_is_stored_without_places_so_that_comments_and_folders_do_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts(laid(tmp_path, BOTH), update=True)
    text = (tmp_path / "snapshots/notes.melody/ir/notes.ir.json.txt").read_text("utf-8")
    assert str(tmp_path) not in text
    assert not {"at", "file"} & json.loads(text).keys()
    moved = tmp_path / "elsewhere" / "below"
    moved.parent.mkdir()
    (tmp_path / "notes.melody.yaml").write_text(f"# a comment\n\n{NOTES}", "utf-8")
    for name in ("snapshots", "notes.melody.yaml", "notes.melody.test.yaml"):
        moved.mkdir(exist_ok=True)
        (tmp_path / name).rename(moved / name)
    for here in (tmp_path, moved):
        monkeypatch.chdir(here)
        found = verdicts(moved / "notes.melody.test.yaml")
        assert [each.problems for each in found.values()] == [(), ()]


def test_a_change_of_meaning_is_shown_as_a_difference(tmp_path: Path) -> None:
    path = laid(tmp_path, "snapshot: ir\n")
    verdicts(path, update=True)
    laid(tmp_path, "snapshot: ir\n", melody=NOTES.replace("max_attempts: 2", "max_attempts: 9"))
    (problem,) = problems(path)
    assert (problem.code, str(problem.span)) == ("MEL553", "notes.melody.test.yaml:1:11")
    assert '-              "max_attempts": 2\n+              "max_attempts": 9' in (
        problem.notes[0].message
    )


def test_files_that_are_new_gone_or_other_ones_are_told_each(snapshot: Snapshot) -> None:
    list(snapshot.store({"a.md": "a\n", "b/c.md": "c\n", "d.md": "d\n"}))
    told = [one.message for one in snapshot.differences({"a.md": "A\n", "d.md": "d\n", "e": "e\n"})]
    home = "snapshots/notes.melody/native"
    assert told == [
        f"`{home}/a.md.txt` differs",
        f"`{home}/e.txt` is new",
        f"`{home}/b/c.md.txt` is stored, and is not made any more",
    ]


def test_of_many_files_that_differ_the_first_are_told(snapshot: Snapshot) -> None:
    list(snapshot.store({f"{number}.md": "a\n" for number in range(MOST + 3)}))
    told = [
        one.message for one in snapshot.differences({f"{n}.md": "b\n" for n in range(MOST + 3)})
    ]
    assert len(told) == MOST + 1
    assert told[-1] == "and more files of this snapshot differ"


def test_storing_makes_the_folder_equal_and_says_what_it_did(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    list(snapshot.store({"a.md": "a\n", "b/c.md": "c\n", "same.md": "s\n"}))
    done = list(snapshot.store({"a.md": "A\n", "same.md": "s\n", "x/y/z.md": "z\n"}))
    home = "snapshots/notes.melody/native"
    assert done == [
        f"deleted {home}/b/c.md.txt", f"wrote {home}/a.md.txt", f"wrote {home}/x/y/z.md.txt",
    ]  # fmt: skip
    assert files(snapshot.home) == {"a.md.txt": "A\n", "same.md.txt": "s\n", "x/y/z.md.txt": "z\n"}
    assert not (snapshot.home / "b").exists()


def test_python_of_another_ruff_is_no_difference_and_other_python_is(snapshot: Snapshot) -> None:
    list(snapshot.store({"a.py": "x = {'a':1}\n", "b.py": "y = 1\n", "c.py": "is no python\n"}))
    now = {"a.py": 'x = {"a": 1}\n', "b.py": "y = 1\n"}
    (gone,) = snapshot.differences(now)
    assert gone.message.endswith("is stored, and is not made any more")
    list(snapshot.store({"a.py": "x = {'a':1}\n"}))
    assert list(snapshot.differences({"a.py": 'x = {"a": 1}\n'})) == []
    assert [one.code for one in snapshot.differences({"a.py": 'x = {"a": 2}\n'})] == ["MEL553"]


def test_stored_text_that_is_no_python_is_a_difference_and_no_crash(snapshot: Snapshot) -> None:
    list(snapshot.store({"a.py": "is no python\n"}))
    assert [one.code for one in snapshot.differences({"a.py": "x = 1\n"})] == ["MEL553"]


@pytest.mark.parametrize("link", ["snapshots", "snapshots/notes.melody",
                                  "snapshots/notes.melody/native"])  # fmt: skip
def test_nothing_is_read_or_written_through_a_link(
    link: str, snapshot: Snapshot, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "notes.melody" / "native").mkdir(parents=True)
    (tmp_path / link).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / link).symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(DiagnosticsError) as refused:
        list(snapshot.store({"a.md": "a\n"}))
    assert [one.code for one in refused.value.diagnostics] == ["MEL507"]
    assert files(elsewhere) == {}
    assert [one.message.split("` ")[1] for one in snapshot.differences({"a.md": "a\n"})] == [
        "is a link or lies behind one"
    ]


def test_a_stored_file_that_is_a_link_is_replaced_by_nothing(
    snapshot: Snapshot, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("mine\n", "utf-8")
    snapshot.home.mkdir(parents=True)
    (snapshot.home / "a.md.txt").symlink_to(outside)
    with pytest.raises(DiagnosticsError):
        list(snapshot.store({"a.md": "a\n"}))
    assert outside.read_text("utf-8") == "mine\n"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    path = laid(tmp_path, "snapshot: ir\n")
    (tmp_path / "snapshots").write_text("a file, no folder\n", "utf-8")
    (verdict,) = verdicts(path, update=True).values()
    assert [(one.code, str(one.span)) for one in verdict.problems] == [
        ("MEL507", "notes.melody.test.yaml:1:11")
    ]


def test_a_target_that_is_asked_for_no_more_is_an_orphan_and_deleted_when_asked(
    tmp_path: Path,
) -> None:
    path = laid(tmp_path, BOTH)
    verdicts(path, update=True)
    path.write_text("snapshot: ir\n", "utf-8")
    assert names(cases_in(path)) == ["snapshot[ir]", "orphans"]
    (problem,) = verdicts(path)["orphans"].problems
    assert (problem.code, problem.message) == (
        "MEL555", "no test asks for `snapshots/notes.melody/mermaid`",
    )  # fmt: skip
    mine = tmp_path / "snapshots/notes.melody/mermaid/mine.md"
    mine.write_text("mine\n", "utf-8")
    assert verdicts(path, update=True)["orphans"].stored == (
        "deleted snapshots/notes.melody/mermaid/notes.mermaid.txt",
    )
    assert mine.exists()
    mine.unlink()
    mine.parent.rmdir()
    assert names(cases_in(path)) == ["snapshot[ir]"]


def test_an_orphan_behind_a_link_is_told_and_not_deleted(tmp_path: Path) -> None:
    path = laid(tmp_path, "snapshot: ir\n")
    verdicts(path, update=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.txt").write_text("mine\n", "utf-8")
    (tmp_path / "snapshots/notes.melody/native").symlink_to(elsewhere)
    assert verdicts(path, update=True)["orphans"].stored == ()
    assert files(elsewhere) == {"a.txt": "mine\n"}


def test_a_folder_whose_test_file_is_gone_is_an_orphan_that_only_a_person_deletes(
    tmp_path: Path,
) -> None:
    path = laid(tmp_path, "snapshot: ir\n")
    verdicts(path, update=True)
    path.unlink()
    (case,) = cases_in(tmp_path / "snapshots/notes.melody")
    for update in (False, True):
        verdict = case.perform(update=update)
        assert [one.message for one in verdict.problems] == [
            "no test asks for `snapshots/notes.melody`"
        ]
    assert files(tmp_path / "snapshots") != {}
