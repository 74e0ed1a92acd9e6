from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from conductor_core.failed import HostFault
from melody.cli.door import main


@pytest.mark.parametrize("with_project", [True, False])
def test_a_bug_is_exit_code_70_with_a_report_and_no_traceback(
    with_project: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if with_project:
        (tmp_path / ".melody").mkdir()
    monkeypatch.setattr(sys, "argv", ["melody", "version"])
    monkeypatch.setattr("melody.cli.version.version_of", lambda _: 1 / 0)
    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr().err
    assert ended.value.code == 70
    assert "error[MEL902]: a bug in melody: ZeroDivisionError" in shown
    assert "Traceback" not in shown
    (place,) = re.findall(r"with the file (\S+)", shown)
    assert ((tmp_path / ".melody") in Path(place).resolve().parents) is with_project
    report = Path(place).read_text(encoding="utf-8")
    assert "Traceback" in report
    assert "'version'" in report
    Path(place).unlink()


def test_a_fault_of_a_framework_keeps_its_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fault(_: str) -> str:
        raise HostFault("MEL953", "the graph ended early")

    (tmp_path / ".melody").mkdir()
    monkeypatch.setattr(sys, "argv", ["melody", "version"])
    monkeypatch.setattr("melody.cli.version.version_of", fault)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 70
    shown = capsys.readouterr().err
    assert "error[MEL953]: a bug in melody: the graph ended early" in shown
    assert "melody explain MEL953" in shown
