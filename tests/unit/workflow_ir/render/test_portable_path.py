from __future__ import annotations

from pathlib import Path

import pytest

from workflow_ir.render.portable_path import portable_path


@pytest.mark.parametrize(
    ("file", "path"),
    [
        ("a.yaml", "here/a.yaml"),
        ("./b/../a.yaml", "here/a.yaml"),
        ("../a.yaml", "a.yaml"),
    ],
)
def test_a_file_below_the_root_is_relative_to_it(
    file: str, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert portable_path(file, tmp_path).as_posix() == path
    assert portable_path(str(tmp_path / "here" / file), tmp_path).as_posix() == path


def test_a_file_elsewhere_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path)
    assert portable_path("a.yaml", tmp_path / "here") == tmp_path / "a.yaml"
