from __future__ import annotations

from pathlib import Path

import pytest

from melody.testing.test_files.find import cases_of, files_in
from tests.unit.melody.testing.test_files.folder import NOTES


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def lay(*paths: str) -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(NOTES, "utf-8")


def found(*paths: str) -> list[str]:
    files, problems = files_in(paths)
    assert problems == ()
    return [file.relative_to(Path.cwd()).as_posix() for file in files]


def test_melodies_and_test_files_are_found_everywhere_but_where_nobody_writes_them() -> None:
    lay("b/x.melody.yaml", "b/x.melody.test.yml", "a.melody.json", "a.melody.test.json", "c.yaml",
        ".hidden/x.melody.yaml", "node_modules/x.melody.yaml", "b/build/x.melody.test.yaml",
        "melody.project.yaml", "z.melody.test.yaml.txt")  # fmt: skip
    assert found(".") == [
        "a.melody.json", "a.melody.test.json", "b/x.melody.yaml", "b/x.melody.test.yml",
    ]  # fmt: skip


def test_a_file_is_found_once_however_it_is_named() -> None:
    lay("b/x.melody.yaml")
    assert found("b/x.melody.yaml", ".", "b", "./b/../b/x.melody.yaml") == ["b/x.melody.yaml"]


def test_a_folder_of_snapshots_without_a_test_file_is_found_and_others_are_left_alone() -> None:
    lay("a.melody.yaml", "b.melody.test.json", "snapshots/a.melody/ir/a.txt",
        "snapshots/b.melody/ir/a.txt", "snapshots/test_x/test_y/a.melody.yaml.txt")  # fmt: skip
    assert found(".") == ["a.melody.yaml", "b.melody.test.json", "snapshots/a.melody"]
    (orphan,) = cases_of(Path("snapshots/a.melody").absolute())
    assert orphan.title == "snapshots/a.melody::orphans"


@pytest.mark.parametrize(
    ("path", "fact"),
    [
        ("gone", "`gone` does not exist"),
        ("empty", "`empty` is a directory without any Melody or test file"),
        ("notes.txt", "`notes.txt` is neither a Melody nor a test file"),
    ],
)
def test_a_path_that_leads_nowhere_is_told(path: str, fact: str) -> None:
    lay("x.melody.yaml", "notes.txt")
    Path("empty").mkdir()
    files, (problem,) = files_in((path, "x.melody.yaml"))
    assert [file.name for file in files] == ["x.melody.yaml"]
    assert (problem.code, problem.message) == ("MEL101", fact)


def test_files_elsewhere_are_shown_by_their_whole_path(tmp_path: Path) -> None:
    elsewhere = tmp_path.parent / f"{tmp_path.name}-other"
    elsewhere.mkdir()
    file = elsewhere / "x.melody.yaml"
    file.write_text(NOTES, "utf-8")
    (case,) = cases_of(file)
    assert case.title == f"{file}::check"
