from __future__ import annotations

from pathlib import Path

from tests.unit.melody.stage import GREETING, melody, written
from workflow_ir.workflow import WorkflowIR


def test_the_ir_is_written_under_the_name_of_the_melody(tmp_path: Path) -> None:
    ended = melody("compile", written(tmp_path, GREETING), "--to", "ir", "-o", "out")
    assert (ended.code, ended.stdout) == (0, "")
    text = (tmp_path / "out" / "greeting.ir.json").read_text(encoding="utf-8")
    assert WorkflowIR.from_json(text).name == "greeting"


def test_stdout_gets_the_same_text_and_no_file_is_written(tmp_path: Path) -> None:
    path = written(tmp_path, GREETING)
    melody("compile", path, "--to", "mermaid")
    file = tmp_path / "greeting.mermaid"
    text = file.read_text(encoding="utf-8")
    file.unlink()
    assert melody("compile", path, "--to", "mermaid", "--stdout").stdout == text
    assert not file.exists()


def test_a_changed_melody_is_written_again_and_a_changed_file_is_not(tmp_path: Path) -> None:
    path = written(tmp_path, GREETING)
    melody("compile", path, "--to", "ir")
    written(tmp_path, GREETING.replace("Hello", "Good morning"))
    assert melody("compile", path, "--to", "ir").code == 0
    file = tmp_path / "greeting.ir.json"
    assert "Good morning" in file.read_text(encoding="utf-8")

    file.write_text("mine", encoding="utf-8")
    ended = melody("compile", path, "--to", "ir")
    assert ended.code == 2
    assert "--force" in ended.stderr
    assert file.read_text(encoding="utf-8") == "mine"
    assert melody("compile", path, "--to", "ir", "--force").code == 0


def test_on_errors_nothing_is_written(tmp_path: Path) -> None:
    ended = melody("compile", written(tmp_path, GREETING + "oops: 1\n"), "--to", "ir")
    assert ended.code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["some.melody.yaml"]
