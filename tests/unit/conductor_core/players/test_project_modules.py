from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from conductor_core.players.project_modules import ModuleClashError, project_folder, project_module
from conductor_core.players.python import PythonPerformer
from tests.unit.conductor_core.players.asking import ask, error_of, output_of


def project(folder: Path, word: str) -> Path:
    (folder / "players").mkdir(parents=True)
    (folder / "players" / "__init__.py").touch()
    (folder / "players" / "words.py").write_text(
        f"from players.inner import WORD\ndef say(): return WORD + {word!r}\n", encoding="utf-8"
    )
    (folder / "players" / "inner.py").write_text(f"WORD = {word!r}\n", encoding="utf-8")
    return folder


def test_two_projects_with_equal_module_names_do_not_collide(tmp_path: Path) -> None:
    one, two = project(tmp_path / "one", "1"), project(tmp_path / "two", "2")
    first = PythonPerformer("players.words:say", one)
    second = PythonPerformer("players.words:say", two)
    assert output_of(ask(first)) == "11"
    assert output_of(ask(second)) == "22"
    assert output_of(ask(first)) == "11"
    assert output_of(ask(PythonPerformer("players.words:say", one))) == "11"


def test_a_project_inside_another_project_keeps_its_own_modules(tmp_path: Path) -> None:
    outer = project(tmp_path / "outer", "o")
    inner = project(outer / "inner", "i")
    assert output_of(ask(PythonPerformer("players.words:say", inner))) == "ii"
    assert output_of(ask(PythonPerformer("players.words:say", outer))) == "oo"


def test_a_folder_without_init_is_a_package(tmp_path: Path) -> None:
    (tmp_path / "loose" / "01_sample").mkdir(parents=True)
    (tmp_path / "loose" / "01_sample" / "words.py").write_text("def say(): return 'x'\n")
    answer = ask(PythonPerformer("loose.01_sample.words:say", tmp_path.resolve()))
    assert output_of(answer) == "x"


def test_a_plain_folder_does_not_hide_an_installed_package(tmp_path: Path) -> None:
    (tmp_path / "pydantic").mkdir()
    module = project_module("pydantic", tmp_path)
    assert tmp_path not in Path(str(module.__file__)).parents


def test_a_module_named_like_one_in_use_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("def say(): return 1\n", encoding="utf-8")
    with pytest.raises(ModuleClashError, match="'json' has the name of a module in use"):
        project_module("json", tmp_path)
    error = error_of(ask(PythonPerformer("json:say", tmp_path)))
    assert "rename it" in error.message


def test_outside_of_a_player_the_projects_modules_are_not_found(tmp_path: Path) -> None:
    (tmp_path / "only_here.py").touch()
    with project_folder(tmp_path):
        importlib.import_module("only_here")
    del sys.modules["only_here"]
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("only_here")
