from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from compiler.language import melody_schema, project_schema
from melody.scaffold.project import TEMPLATES, project_files, write_project
from tests.architecture.repository import ROOT
from workflow_ir.diagnostics import DiagnosticsError

FOLDER = ROOT / "melody" / "scaffold" / "templates"


def test_each_folder_of_templates_is_one_and_each_one_is_a_folder() -> None:
    assert {each.name for each in FOLDER.iterdir() if each.name != "__pycache__"} == set(TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_project_has_one_melody_and_all_that_goes_with_it(template: str) -> None:
    files = project_files(template)
    assert sum(path.endswith(".melody.yaml") for path in files) == 1
    assert set(files) >= {
        "README.md",
        "melody.project.yaml",
        "scripts/rough_day.yaml",
        f"tests/test_{_name(files)}.py",
        ".gitignore",
        ".vscode/settings.json",
        ".melody/melody.v1.schema.json",
    }


def _name(files: Mapping[str, str]) -> str:
    (melody,) = (path for path in files if path.endswith(".melody.yaml"))
    return melody.removesuffix(".melody.yaml")


def test_editors_are_told_which_schema_is_for_which_files() -> None:
    files = project_files("linear")
    settings = json.loads(files[".vscode/settings.json"])
    for path, schema in (
        (".melody/melody.v1.schema.json", melody_schema()),
        (".melody/melody.project.v1.schema.json", project_schema()),
    ):
        assert path in settings["yaml.schemas"]
        assert json.loads(files[path]) == schema
    for path in ("briefing.melody.yaml", "melody.project.yaml"):
        first = files[path].splitlines()[0]
        assert first.partition("$schema=")[2] in files


def test_an_unknown_template_is_none() -> None:
    with pytest.raises(KeyError):
        project_files("../templates/linear")


def test_where_one_file_exists_none_is_written(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "rough_day.yaml").symlink_to(tmp_path / "nowhere")
    with pytest.raises(DiagnosticsError) as refused:
        write_project(tmp_path, project_files("linear"))
    (problem,) = refused.value.diagnostics
    assert problem.code == "MEL508"
    assert "scripts/rough_day.yaml" in problem.message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["scripts"]
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(DiagnosticsError, match="MEL507"):
        write_project(tmp_path / "file" / "project", project_files("linear"))
