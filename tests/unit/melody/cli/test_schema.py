from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiler.language import melody_schema, project_schema, user_schema
from tests.unit.melody.stage import melody


def test_the_schema_of_the_language_is_printed() -> None:
    ended = melody("schema")
    assert (ended.code, ended.stderr) == (0, "")
    assert json.loads(ended.stdout) == melody_schema()


def test_the_schema_of_the_project_file_is_printed() -> None:
    assert json.loads(melody("schema", "--project").stdout) == project_schema()


def test_the_schema_of_the_users_file_is_printed() -> None:
    assert json.loads(melody("schema", "--user").stdout) == user_schema()
    assert melody("schema", "--user", "--project").code == 2


def test_a_file_is_written_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / ".melody" / "melody.v1.schema.json"
    ended = melody("schema", "-o", path)
    assert (ended.code, ended.stdout) == (0, "")
    assert path.read_text("utf-8") == melody("schema").stdout


def test_an_older_schema_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "melody.v1.schema.json"
    path.write_text('{"$id": "melody.v1.schema.json"}', encoding="utf-8")
    assert melody("schema", "-o", path).code == 0
    assert json.loads(path.read_text("utf-8")) == melody_schema()


def test_another_file_is_overwritten_by_force_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("mine", encoding="utf-8")
    ended = melody("schema", "-o", path)
    assert (ended.code, ended.stdout) == (2, "")
    assert "--force" in ended.stderr
    assert path.read_text("utf-8") == "mine"
    assert melody("schema", "-o", path, "--force").code == 0
    assert json.loads(path.read_text("utf-8")) == melody_schema()


@pytest.mark.parametrize("name", [".", "binary"])
def test_what_cannot_be_written_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    ended = melody("schema", "-o", tmp_path / name)
    assert (ended.code, ended.stdout) == (2, "")
    assert "cannot be written" in ended.stderr
