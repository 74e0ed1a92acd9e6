from __future__ import annotations

from pathlib import Path

import pytest

from adapters.emitter.project import MANIFEST, GeneratedFile, GeneratedProject
from melody.ejecting.compared import behind, compare
from melody.ejecting.eject import eject
from melody.ejecting.manifest import digest
from tests.unit.melody.ejecting.stage import (
    PLAYER,
    README,
    STEPS,
    ir,
    manifest,
    project,
    whole_tree,
)
from workflow_ir.diagnostics import DiagnosticsError

OTHER = GeneratedFile("src/notes/graph.py", "x = 1\n")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    eject(project(), ir(), tmp_path / "out")
    return tmp_path / "out"


def _said(made: GeneratedProject, out: Path) -> list[str]:
    before = whole_tree(out)
    problem = compare(made, ir(), out)
    assert whole_tree(out) == before
    assert problem is None or problem.code == "MEL511"
    return [] if problem is None else [note.message for note in problem.notes]


def test_what_was_just_written_is_up_to_date(out: Path) -> None:
    assert _said(project(), out) == []


def test_everything_that_differs_is_told_at_once(out: Path) -> None:
    eject(project(more=(OTHER,)), ir(), out)
    (out / README).write_text("mine")
    extra = GeneratedFile("src/notes/extra.py", "x = 1\n")
    mine = GeneratedFile("src/notes/players/new.py", "x = 1\n", "you")
    assert _said(project(steps="new = 1\n", more=(extra, mine)), out) == [
        f"changed by hand: {README}",
        f"out of date: {STEPS}",
        f"missing: {extra.path}",
        f"missing: {mine.path}",
        f"left over: {OTHER.path}",
    ]


def test_your_files_may_be_as_they_like(out: Path) -> None:
    (out / PLAYER).write_text("mine")
    assert _said(project(player="new = 1\n"), out) == []
    (out / PLAYER).unlink()
    assert _said(project(), out) == []


def test_your_file_that_would_be_made_otherwise_is_named(tmp_path: Path, out: Path) -> None:
    assert behind(project(), out) == ()
    assert behind(project(player="new = 1\n"), out) == (PLAYER,)
    (out / PLAYER).write_text("new = 1\n")
    assert behind(project(player="new = 1\n"), out) == ()
    (tmp_path / "no project").mkdir()
    assert behind(project(), tmp_path / "no project") == ()


def test_a_file_that_is_gone_is_missing(out: Path) -> None:
    (out / STEPS).unlink()
    assert _said(project(), out) == [f"missing: {STEPS}"]


def test_another_ruff_does_not_make_files_differ(out: Path) -> None:
    laid_out_otherwise = "draft = 'a'\n"
    (out / STEPS).write_text(laid_out_otherwise)
    lock = out / MANIFEST
    written = manifest(out)["files"][STEPS]["written"]
    lock.write_text(lock.read_text().replace(written, digest(laid_out_otherwise.encode())))
    assert _said(project(), out) == []


def test_comparing_needs_no_ruff(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subprocess.run", None)
    assert _said(project(), out) == []


def test_a_symlink_is_a_change_by_hand(tmp_path: Path, out: Path) -> None:
    (out / "src").rename(tmp_path / "elsewhere")
    (out / "src").symlink_to(tmp_path / "elsewhere")
    assert _said(project(), out) == [f"changed by hand: {STEPS}"]


def test_what_left_an_interrupted_run_is_out_of_date(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    eject(project(more=(OTHER,)), ir(), out)
    added = GeneratedFile("src/notes/added.py", "x = 1\n")
    new = project(steps="new = 1\n", more=(added,))
    with monkeypatch.context() as patched:
        patched.setattr("melody.ejecting.folder.Folder.remove", interrupt)
        with pytest.raises(KeyboardInterrupt):
            eject(new, ir(), out)
    assert _said(new, out) == [
        f"out of date: {STEPS}",
        f"missing: {added.path}",
        f"left over: {OTHER.path}",
    ]


@pytest.mark.parametrize("kind", ["absent", "empty", "other"])
def test_a_folder_without_the_project_is_told(kind: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    if kind == "empty":
        out.mkdir()
    if kind == "other":
        eject(project(target="crewai"), ir(), out)
    (said,) = _said(project(), out)
    assert said == {
        "absent": "there is no such folder",
        "empty": "nothing was generated into it",
        "other": "it is the crewai project of 'notes'",
    }[kind]  # fmt: skip


def test_a_broken_manifest_is_told(out: Path) -> None:
    (out / MANIFEST).write_text("{}")
    with pytest.raises(DiagnosticsError, match="MEL512"):
        compare(project(), ir(), out)


def test_a_file_is_no_folder(out: Path) -> None:
    with pytest.raises(DiagnosticsError, match="MEL507"):
        compare(project(), ir(), out / README)
