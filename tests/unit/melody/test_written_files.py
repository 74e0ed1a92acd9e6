from __future__ import annotations

from pathlib import Path

import pytest

from melody.written_files import LEDGER, WrittenFiles
from workflow_ir.diagnostics import DiagnosticsError


def test_a_file_that_nobody_touched_is_written_again(tmp_path: Path) -> None:
    files, path = WrittenFiles(tmp_path), tmp_path / "out" / "a.ir.json"
    files.write(path, "one")
    files.write(path, "two")
    assert path.read_text() == "two"
    assert (tmp_path / LEDGER).is_file()


@pytest.mark.parametrize("by_us_first", [True, False])
def test_a_file_that_a_person_wrote_or_changed_is_kept(by_us_first: bool, tmp_path: Path) -> None:
    files, path = WrittenFiles(tmp_path), tmp_path / "a.ir.json"
    if by_us_first:
        files.write(path, "ours")
    path.write_text("theirs")
    with pytest.raises(DiagnosticsError) as refused:
        files.write(path, "two")
    assert [problem.code for problem in refused.value.diagnostics] == ["MEL508"]
    assert path.read_text() == "theirs"
    files.write(path, "two", force=True)
    assert path.read_text() == "two"


def test_a_file_with_the_same_content_is_no_conflict(tmp_path: Path) -> None:
    path = tmp_path / "a.ir.json"
    path.write_text("same")
    WrittenFiles(tmp_path).write(path, "same")


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.ir.json").mkdir()
    with pytest.raises(DiagnosticsError) as refused:
        WrittenFiles(tmp_path).write(tmp_path / "a.ir.json", "x")
    assert "cannot be written" in refused.value.diagnostics[0].message


def test_a_damaged_ledger_knows_nothing(tmp_path: Path) -> None:
    files, path = WrittenFiles(tmp_path), tmp_path / "a.ir.json"
    files.write(path, "one")
    (tmp_path / LEDGER).write_text("{")
    with pytest.raises(DiagnosticsError):
        files.write(path, "two")
