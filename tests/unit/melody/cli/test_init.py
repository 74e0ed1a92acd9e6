from __future__ import annotations

from pathlib import Path

from melody.scaffold.project import TEMPLATES, project_files
from tests.unit.melody.stage import in_a_process, melody


def test_the_files_are_named_on_stdout_and_the_next_steps_on_stderr(tmp_path: Path) -> None:
    ended = melody("init", "my project")
    assert ended.code == 0
    named = ended.stdout.splitlines()
    assert sorted(named) == sorted(f"my project/{path}" for path in project_files("linear"))
    assert all((tmp_path / path).is_file() for path in named)
    assert "cd 'my project'" in ended.stderr
    assert "melody run briefing.melody.yaml" in ended.stderr


def test_without_a_folder_the_project_is_made_here(tmp_path: Path) -> None:
    ended = melody("init", "--template", "ml")
    assert ended.code == 0
    assert (tmp_path / "training.melody.yaml").is_file()
    assert "cd " not in ended.stderr


def test_nothing_that_exists_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    ended = melody("init")
    assert (ended.code, ended.stdout) == (2, "")
    assert "`README.md`" in ended.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]
    assert (tmp_path / "README.md").read_text("utf-8") == "mine"


def test_other_files_are_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    assert melody("init").code == 0


def test_help_says_what_each_template_shows() -> None:
    shown = " ".join(melody("init", "--help").stdout.split())
    assert all(f"{name}: {what}" in shown for name, what in TEMPLATES.items())


def test_an_unknown_template_is_refused(tmp_path: Path) -> None:
    ended = in_a_process("init", "--template", "none", cwd=tmp_path)
    assert (ended.code, ended.stdout) == (2, "")
    assert list(tmp_path.iterdir()) == []
