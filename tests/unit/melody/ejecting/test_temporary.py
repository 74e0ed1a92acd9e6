from __future__ import annotations

import os
from pathlib import Path

import pytest

from melody.ejecting.temporary import temporary_beside


def test_it_lies_beside_the_place_and_is_gone_afterwards(tmp_path: Path) -> None:
    for place in (tmp_path / "out", tmp_path):
        with temporary_beside(place) as folder:
            assert folder.parent == place.parent
            (folder / "deep").mkdir()
        assert not folder.exists()


def test_it_lies_above_as_far_as_folders_are_missing(tmp_path: Path) -> None:
    with temporary_beside(tmp_path / "a" / "b" / "out") as folder:
        assert folder.parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_it_is_gone_after_an_interruption(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), temporary_beside(tmp_path / "out"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_it_lies_inside_where_the_folder_above_is_somebody_elses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)
    with temporary_beside(tmp_path / "out") as folder:
        assert folder.parent == tmp_path / "out"


def test_it_lies_inside_where_the_folder_is_mounted() -> None:
    place = Path("/dev/shm")  # a file system of its own on every Linux
    assert place.stat().st_dev != place.parent.stat().st_dev
    with temporary_beside(place) as folder:
        assert folder.parent == place


def test_the_root_has_nothing_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def mkdtemp(**options: object) -> str:
        made.append(options["dir"])
        return "/nowhere/at/all"

    monkeypatch.setattr("tempfile.mkdtemp", mkdtemp)
    with temporary_beside(Path("/")):
        pass
    assert made == [Path("/")]
