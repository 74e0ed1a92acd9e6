from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.emitter.project import MANIFEST, GeneratedFile, GeneratedProject
from melody.ejecting.eject import eject
from melody.ejecting.folder import Folder
from melody.ejecting.laid_out import EmitterFault
from melody.ejecting.manifest import digest
from tests.architecture.repository import ROOT
from tests.unit.melody.ejecting.stage import (
    PLAYER,
    README,
    STEPS,
    ir,
    is_locked,
    manifest,
    nothing_temporary,
    project,
    refused,
    tree,
    whole_tree,
)

OTHER = GeneratedFile("src/notes/graph.py", "x = 1\n")


@pytest.fixture(autouse=True)
def _nothing_temporary_stays(tmp_path: Path) -> Iterator[None]:
    yield
    assert nothing_temporary(tmp_path)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with a project."""
    folder = tmp_path / "out"
    eject(project(), ir(), folder)
    return folder


def test_a_project_is_written_formatted_with_a_manifest(tmp_path: Path) -> None:
    done = eject(project(), ir(), tmp_path / "above" / "out")
    out = tmp_path / "above" / "out"
    assert tree(out) == {
        README: "# notes\n",
        STEPS: 'draft = "a"\n',
        PLAYER: 'def write():\n    return "a"\n',
    }
    assert done.written == (README, STEPS, PLAYER)
    said = manifest(out)
    files = said.pop("files")
    assert said == {
        "schema": "melody.eject/1", "melody": "notes", "target": "native", "ir": ir().hash,
    }  # fmt: skip
    assert files[STEPS] == {
        "owner": "melody",
        "source": digest(b"draft   = 'a'\n"),
        "written": digest(b'draft = "a"\n'),
    }
    assert files[PLAYER]["owner"] == "you"


def test_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        eject(project(), ir(), tmp_path / "out")
    finally:
        os.umask(before)
    modes = {
        path: stat.S_IMODE((tmp_path / path).stat().st_mode)
        for path in ("out", "out/src", f"out/{STEPS}", f"out/{MANIFEST}")
    }
    assert list(modes.values()) == [0o750, 0o750, 0o640, 0o640]


def test_the_same_again_touches_nothing(out: Path) -> None:
    before = {path: (out / path).stat().st_mtime_ns for path in whole_tree(out)}
    done = eject(project(), ir(), out)
    assert (done.written, done.same, done.yours) == ((), (README, STEPS), (PLAYER,))
    assert {path: (out / path).stat().st_mtime_ns for path in whole_tree(out)} == before


def test_generated_files_are_replaced_and_yours_are_not(out: Path) -> None:
    (out / PLAYER).write_text("mine\n")
    done = eject(project(steps="draft = 2\n", player="new = 1\n"), ir(), out, force=True)
    assert tree(out) == {README: "# notes\n", STEPS: "draft = 2\n", PLAYER: "mine\n"}
    assert (done.written, done.yours) == ((STEPS,), (PLAYER,))


def test_the_manifest_tells_of_your_file_as_it_was_first_written(out: Path) -> None:
    before = manifest(out)["files"][PLAYER]
    eject(project(steps="draft = 2\n", player="new = 1\n"), ir(), out)
    assert manifest(out)["files"][PLAYER] == before


def test_your_file_that_would_be_made_otherwise_is_told_until_somebody_works_on_it(
    out: Path,
) -> None:
    made = project(player="new = 1\n")
    for _ in range(2):  # as it was first written: told each time
        assert eject(made, ir(), out).behind == (PLAYER,)
    (out / PLAYER).write_text("mine\n")
    assert eject(made, ir(), out).behind == (PLAYER,)
    assert eject(made, ir(), out).behind == ()  # somebody's own: told once
    assert (out / PLAYER).read_text() == "mine\n"
    assert eject(project(player="newer = 1\n"), ir(), out).behind == (PLAYER,)


def test_your_file_that_is_no_longer_used_is_told_and_stays(out: Path) -> None:
    done = eject(project(player=None), ir(), out)
    assert (done.unused, done.removed) == ((PLAYER,), ())
    assert PLAYER in tree(out)


def test_your_file_is_written_again_when_it_is_gone(out: Path) -> None:
    (out / PLAYER).unlink()
    assert eject(project(), ir(), out).written == (PLAYER,)


def test_every_changed_file_is_named_and_nothing_is_written(out: Path) -> None:
    (out / README).write_text("mine")
    (out / STEPS).write_text("mine")
    before = whole_tree(out)
    problem = refused(project(steps="new = 1\n", more=(OTHER,)), out)
    assert problem.code == "MEL508"
    assert [note.message for note in problem.notes] == [README, STEPS]
    assert "--force" in str(problem.help)
    assert whole_tree(out) == before


def test_one_changed_file_is_named_in_the_message(out: Path) -> None:
    (out / STEPS).write_text("mine")
    assert STEPS in refused(project(steps="new = 1\n"), out).message


def test_force_overwrites_what_was_generated(out: Path) -> None:
    (out / STEPS).write_text("mine")
    eject(project(steps="new = 1\n"), ir(), out, force=True)
    assert tree(out)[STEPS] == "new = 1\n"


def test_a_file_that_was_changed_to_what_is_generated_now_is_no_obstacle(out: Path) -> None:
    (out / STEPS).write_text("new = 1\n")
    assert eject(project(steps="new  =  1\n"), ir(), out).same == (README, STEPS)


def test_a_folder_of_somebodys_work_is_respected(tmp_path: Path) -> None:
    (tmp_path / README).write_text("mine")
    (tmp_path / "notes.txt").write_text("mine")
    problem = refused(project(), tmp_path)
    assert (problem.code, README in problem.message) == ("MEL508", True)
    assert whole_tree(tmp_path) == {README: "mine", "notes.txt": "mine"}
    (tmp_path / README).unlink()
    eject(project(), ir(), tmp_path)
    assert tree(tmp_path)["notes.txt"] == "mine"


def test_what_is_no_longer_generated_is_removed_with_its_empty_folders(tmp_path: Path) -> None:
    deep = GeneratedFile("src/notes/deep/er/one.py", "x = 1\n")
    eject(project(more=(deep, OTHER)), ir(), tmp_path / "out")
    (tmp_path / "out/src/notes/mine.py").write_text("mine")
    done = eject(project(steps=None), ir(), tmp_path / "out")
    assert done.removed == (deep.path, OTHER.path, STEPS)
    assert sorted(tree(tmp_path / "out")) == [README, "src/notes/mine.py", PLAYER]
    assert not (tmp_path / "out/src/notes/deep").exists()


def test_what_is_no_longer_generated_stays_where_somebody_changed_it(out: Path) -> None:
    (out / STEPS).write_text("mine")
    done = eject(project(steps=None, player=None), ir(), out)
    assert (done.left, done.removed) == ((STEPS,), ())
    assert tree(out)[STEPS] == "mine"
    assert list(manifest(out)["files"]) == [README]
    assert PLAYER in tree(out)


def test_another_project_in_the_folder_is_not_mixed_in(out: Path) -> None:
    before = whole_tree(out)
    problem = refused(project(target="crewai"), out)
    assert (problem.code, "native project of 'notes'" in problem.message) == ("MEL508", True)
    assert whole_tree(out) == before
    eject(project(target="crewai", steps=None, more=(OTHER,)), ir(), out, force=True)
    assert sorted(tree(out)) == sorted([README, PLAYER, OTHER.path])
    assert manifest(out)["target"] == "crewai"


def test_a_file_of_another_spelling_is_replaced(tmp_path: Path) -> None:
    old, new = GeneratedFile("src/Graph.py", "x = 1\n"), GeneratedFile("src/graph.py", "x = 1\n")
    out = tmp_path / "out"
    eject(project(more=(old,)), ir(), out)
    eject(project(more=(new,)), ir(), out)
    assert [path for path in tree(out) if "raph" in path] == [new.path]


def test_your_own_text_is_copied_byte_for_byte(tmp_path: Path) -> None:
    text = "def f( ):\r\n  return '\udcff'\r\nthis is no python"
    own = GeneratedFile("src/notes/project/mine.py", text, "you", verbatim=True)
    eject(project(more=(own,)), ir(), tmp_path / "out")
    assert (tmp_path / "out" / own.path).read_bytes() == text.encode("utf-8", "surrogateescape")


@pytest.mark.parametrize("exists", [False, True])
def test_what_is_no_python_is_our_bug_and_nothing_is_written(exists: bool, tmp_path: Path) -> None:
    out = tmp_path / "out"
    if exists:
        out.mkdir()
    with pytest.raises(EmitterFault, match=r"native is refused by ruff: .*steps\.py"):
        eject(project(steps="def ("), ir(), out)
    assert whole_tree(tmp_path) == {}
    assert out.exists() is exists


def test_a_folder_may_be_named_by_a_symlink_of_yours(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    eject(project(), ir(), tmp_path / "out")
    assert STEPS in tree(tmp_path / "real")
    assert (tmp_path / "out").is_symlink()


def test_a_symlink_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").symlink_to("nowhere")
    assert refused(project(), tmp_path / "out").code == "MEL507"
    assert whole_tree(tmp_path) == {"out": "-> nowhere"}


@pytest.mark.parametrize("name", ["src", "src/notes"])
def test_nothing_is_written_through_a_symlink_below(name: str, tmp_path: Path, out: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (out / name).rename(elsewhere)
    (out / name).symlink_to(elsewhere)
    before = whole_tree(tmp_path)
    for force in (False, True):
        problem = refused(project(steps="new = 1\n"), out, force=force)
        assert problem.code == "MEL507"
        assert f"{name}` is a symlink" in problem.message
        assert whole_tree(tmp_path) == before


def test_nothing_is_removed_through_a_symlink(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    eject(project(more=(GeneratedFile("extra/x.py", "x = 1\n"),)), ir(), out)
    (out / "extra").rename(elsewhere)
    (out / "extra").symlink_to(elsewhere)
    eject(project(), ir(), out)
    assert whole_tree(elsewhere) == {"x.py": "x = 1\n"}
    assert "extra/x.py" not in manifest(out)["files"]


def test_a_generated_file_that_became_a_symlink_is_somebodys(tmp_path: Path, out: Path) -> None:
    target = tmp_path / "target.py"
    target.write_text("mine")
    (out / STEPS).unlink()
    (out / STEPS).symlink_to(target)
    assert refused(project(steps="new = 1\n"), out).code == "MEL508"
    eject(project(steps="new = 1\n"), ir(), out, force=True)
    assert target.read_text() == "mine"
    assert not (out / STEPS).is_symlink()


def test_your_players_may_be_a_symlink(tmp_path: Path, out: Path) -> None:
    players = (out / PLAYER).parent
    players.rename(tmp_path / "players")
    players.symlink_to(tmp_path / "players")
    (tmp_path / "players/writer.py").unlink()
    assert eject(project(steps="new = 1\n"), ir(), out).yours == (PLAYER,)
    assert whole_tree(tmp_path / "players") == {}


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_where_a_file_belongs_is_refused(force: bool, tmp_path: Path) -> None:
    (tmp_path / STEPS / "inside").mkdir(parents=True)
    problem = refused(project(), tmp_path, force=force)
    assert (problem.code, f"{STEPS}` is a folder" in problem.message) == ("MEL507", True)
    assert tree(tmp_path) == {}


def test_a_file_where_a_folder_belongs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "src").write_text("mine")
    assert refused(project(), tmp_path, force=True).code == "MEL507"
    assert whole_tree(tmp_path) == {"src": "mine"}


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / README)
    assert refused(project(), tmp_path).code == "MEL508"


@pytest.mark.parametrize("name", ["file", "file/below", "file/below/out"])
def test_a_file_is_no_folder(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert refused(project(), tmp_path / name).code == "MEL507"
    assert whole_tree(tmp_path) == {"file": "mine"}


def test_a_folder_that_cannot_be_written_is_told() -> None:
    # Nobody may make a folder there, whoever runs the tests.
    assert refused(project(), Path("/proc/melody-out")).code == "MEL507"


def test_a_disk_that_fills_up_is_told_and_the_next_run_mends(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Folder.place
    placed: list[str] = []

    def place(self: Folder, file: Path, path: str) -> None:
        placed.append(path)
        if path == STEPS:
            raise OSError(28, "No space left on device")
        real(self, file, path)

    new = project(steps="new = 1\n", more=(OTHER,))
    with monkeypatch.context() as patched:
        patched.setattr(Folder, "place", place)
        problem = refused(new, out)
    assert (problem.code, "No space left" in problem.message) == ("MEL507", True)
    assert placed == [MANIFEST, STEPS]
    eject(new, ir(), out)
    assert tree(out)[STEPS] == "new = 1\n"
    assert all("before" not in entry for entry in manifest(out)["files"].values())


@pytest.mark.parametrize("stop", range(5))
def test_wherever_it_is_interrupted_the_next_run_needs_no_force(
    stop: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second project replaces two files, adds one and removes one: five writings in all."""
    out, gone = tmp_path / "out", GeneratedFile("gone.py", "x = 1\n")
    eject(project(more=(gone,)), ir(), out)
    new = project(steps="new = 1\n", more=(OTHER,))
    left = [stop]

    def interrupted(name: str) -> None:
        real = getattr(Folder, name)

        def counted(self: Folder, *arguments: Path | str) -> None:
            if not left[0]:
                raise KeyboardInterrupt
            left[0] -= 1
            real(self, *arguments)

        patched.setattr(Folder, name, counted)

    with monkeypatch.context() as patched:
        interrupted("place")
        interrupted("remove")
        with pytest.raises(KeyboardInterrupt):
            eject(new, ir(), out)
    assert nothing_temporary(tmp_path)
    # Another Melody by now, so that nothing is as it was to be.
    last = project(steps="last = 1\n", more=(OTHER,))
    eject(last, ir(), out)
    assert tree(out) == {
        README: "# notes\n", STEPS: "last = 1\n", PLAYER: 'def write():\n    return "a"\n',
        OTHER.path: OTHER.text,
    }  # fmt: skip


def test_an_interruption_before_the_renaming_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", interrupt)
    with pytest.raises(KeyboardInterrupt):
        eject(project(), ir(), tmp_path / "above" / "out")
    assert whole_tree(tmp_path) == {}


def test_who_comes_second_finds_the_folder_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.rename

    def late(self: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "rename", real)
        eject(project(), ir(), tmp_path / "out")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", late)
    done = eject(project(steps="new = 1\n"), ir(), tmp_path / "out")
    assert (done.written, done.same) == ((STEPS,), (README,))
    assert tree(tmp_path / "out")[STEPS] == "new = 1\n"


def test_the_folder_is_locked_from_the_first_look_to_the_last_writing(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = []
    for name in ("read", "look", "place"):
        real = getattr(Folder, name)

        def watched(self: Folder, *given: Any, _real: Any = real, **options: Any) -> Any:
            locked.append(is_locked(out))
            return _real(self, *given, **options)

        monkeypatch.setattr(Folder, name, watched)
    eject(project(steps="new = 1\n"), ir(), out)
    assert set(locked) == {True}
    assert not is_locked(out)


PROGRAM = """
import sys
from pathlib import Path
from melody.ejecting import eject
from tests.unit.melody.ejecting.stage import ir, project
from adapters.emitter.project import GeneratedFile
for turn in range(4):
    more = tuple(GeneratedFile(f"src/notes/m{n}.py", f"x = '{sys.argv[2]}'\\n") for n in range(30))
    eject(project(more=more), ir(), Path(sys.argv[1]))
"""


def test_two_that_write_at_once_leave_the_whole_of_one(tmp_path: Path) -> None:
    both = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path / "out"), word],
            cwd=ROOT, stderr=subprocess.PIPE, text=True,
        )
        for word in ("a", "b")
    ]  # fmt: skip
    told = [process.communicate(timeout=60)[1] for process in both]
    assert ([process.returncode for process in both], told) == ([0, 0], ["", ""])
    files = tree(tmp_path / "out")
    assert len({text for path, text in files.items() if "/m" in path}) == 1
    for path, entry in manifest(tmp_path / "out")["files"].items():
        assert entry["written"] == digest((tmp_path / "out" / path).read_bytes())


def test_a_project_without_python_needs_no_ruff(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("melody.ejecting.laid_out.importlib.util.find_spec", lambda _: None)
    only = GeneratedProject("notes", "native", (GeneratedFile(README, "# notes\n"),))
    eject(only, ir(), tmp_path / "out")
    assert refused(project(), tmp_path / "another").code == "MEL903"
