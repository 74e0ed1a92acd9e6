from __future__ import annotations

import os
from pathlib import Path

import pytest

from melody.ejecting.folder import BlockedError, Folder, Found
from melody.ejecting.manifest import digest
from tests.unit.melody.ejecting.stage import is_locked


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    folder = tmp_path / "inside"
    (folder / "a").mkdir(parents=True)
    (folder / "a/file").write_text("text")
    (folder / "a/link").symlink_to("file")
    (folder / "out").symlink_to(tmp_path)
    (tmp_path / "file").write_text("outside")
    os.mkfifo(folder / "pipe")
    return folder


def test_what_stands_at_a_path_is_told(inside: Path) -> None:
    with Folder(inside) as folder:
        assert folder.look("a/file") == digest(b"text")
        assert [folder.look(path) for path in ("no", "no/no", "a", "a/link", "pipe", "out")] == [
            Found.NOTHING, Found.NOTHING, Found.FOLDER, Found.LINK, Found.OTHER, Found.LINK,
        ]  # fmt: skip
        assert (folder.kind("a/file"), folder.kind("a")) == (None, Found.FOLDER)
        assert folder.read("a/file", most=2) == b"tex"
        assert folder.read("a/link", most=2) is Found.LINK
        assert folder.names("a") == [("file", None), ("link", Found.LINK)]


@pytest.mark.parametrize(("path", "found"), [("out/file", Found.LINK), ("a/file/x", Found.OTHER),
                                             ("pipe/x", Found.OTHER)])  # fmt: skip
def test_no_way_leads_over_what_is_no_folder(
    path: str, found: Found, inside: Path, tmp_path: Path
) -> None:
    fresh = tmp_path / "fresh"
    fresh.write_text("new")
    with Folder(inside) as folder:
        for attempt in (
            lambda: folder.look(path),
            lambda: folder.kind(path),
            lambda: folder.read(path, most=9),
            lambda: folder.place(fresh, path),
            lambda: folder.remove(path),
            lambda: folder.names(path.rpartition("/")[0]),
        ):
            with pytest.raises(BlockedError) as caught:
                attempt()
            assert (caught.value.path, caught.value.found) == (path.rpartition("/")[0], found)
    assert (tmp_path / "file").read_text() == "outside"
    assert fresh.exists()


def test_a_file_is_put_in_place_with_its_folders(inside: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    for path in ("b/c/d", "a/file", "a/link", "e"):
        fresh.write_text("new")
        with Folder(inside) as folder:
            folder.place(fresh, path)
        assert (inside / path).read_text() == "new"
    assert not (inside / "a/link").is_symlink()


def test_a_file_is_removed_with_the_folders_it_leaves_empty(inside: Path) -> None:
    (inside / "b/c").mkdir(parents=True)
    (inside / "b/c/d").touch()
    with Folder(inside) as folder:
        folder.remove("b/c/d")
        folder.remove("a/file")
    assert not (inside / "b").exists()
    assert (inside / "a").is_dir()


def test_a_folder_is_exchanged_for_a_symlink_meanwhile(
    inside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two parts of the way: what was opened stays what it was."""
    real = os.open
    (tmp_path / "elsewhere").mkdir()

    def exchanging(path: str, flags: int, *rest: int, dir_fd: int | None = None) -> int:
        fd = real(path, flags, *rest, dir_fd=dir_fd)
        if path == "a":
            (inside / "a").rename(inside / "moved")
            (inside / "a").symlink_to(tmp_path / "elsewhere")
        return fd

    fresh = tmp_path / "fresh"
    fresh.write_text("new")
    monkeypatch.setattr(os, "open", exchanging)
    with Folder(inside) as folder:
        folder.place(fresh, "a/b/new")
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert (inside / "moved/b/new").read_text() == "new"


def test_a_file_is_exchanged_for_a_symlink_meanwhile(
    inside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def exchanging(path: str, flags: int, *rest: int, dir_fd: int | None = None) -> int:
        if path == "file":
            (inside / "a/file").unlink()
            (inside / "a/file").symlink_to(tmp_path / "file")
        return real(path, flags, *rest, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", exchanging)
    with Folder(inside) as folder, pytest.raises(OSError, match="symbolic links"):
        folder.look("a/file")


@pytest.mark.parametrize("locked", [False, True])
def test_a_locked_folder_can_be_locked_by_nobody_else(locked: bool, tmp_path: Path) -> None:
    with Folder(tmp_path, locked=locked):
        assert is_locked(tmp_path) is locked
    assert not is_locked(tmp_path)


def test_no_descriptor_is_left_open(inside: Path, tmp_path: Path) -> None:
    before = len([*Path("/proc/self/fd").iterdir()])
    for _ in range(3):
        with Folder(inside, locked=True) as folder:
            folder.look("a/file")
            folder.look("no/no")
            folder.names("a")
            with pytest.raises(BlockedError):
                folder.look("out/file")
    assert len([*Path("/proc/self/fd").iterdir()]) == before
