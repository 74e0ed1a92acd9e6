from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.importers.converting_aid import data_of
from tests.unit.compiler.importers.test_tidyllm import PARALLEL, SEED
from tests.unit.melody.stage import melody, written

IMPORT = ("import", "tidyllm")


def test_the_melody_goes_to_stdout_and_the_warnings_to_stderr(tmp_path: Path) -> None:
    ended = melody(*IMPORT, written(tmp_path, SEED + PARALLEL, "workflow_config.yaml"))
    assert ended.code == 0
    data = data_of(ended.stdout)
    assert data["name"] == "workflow_config"
    assert len(data["steps"]) == 4
    assert ended.stderr.count("warning[MEL148]") == 5
    assert ended.stderr.count("warning[MEL149]") == 5


def test_the_melody_is_written_into_a_file(tmp_path: Path) -> None:
    written(tmp_path, SEED, "c.yaml")
    assert melody(*IMPORT, "c.yaml", "-o", "c.melody.yaml").code == 0
    assert data_of((tmp_path / "c.melody.yaml").read_text("utf-8"))["name"] == "c"


def test_a_file_whose_name_is_no_name_asks_for_one(tmp_path: Path) -> None:
    written(tmp_path, SEED, "My Config.yaml")
    ended = melody(*IMPORT, "My Config.yaml")
    assert (ended.code, ended.stdout) == (1, "")
    assert "my_config" in ended.stderr
    ended = melody(*IMPORT, "My Config.yaml", "--name", "mine")
    assert data_of(ended.stdout)["name"] == "mine"


@pytest.mark.parametrize(
    ("text", "code"), [("dependencies: {a: {requires: [b]}}", "MEL201"), ("a: [", "MEL104")]
)
def test_mistakes_stand_at_their_places_and_nothing_is_written(
    tmp_path: Path, text: str, code: str
) -> None:
    written(tmp_path, text, "c.yaml")
    ended = melody(*IMPORT, "c.yaml", "-o", "c.melody.yaml")
    assert (ended.code, ended.stdout) == (1, "")
    assert f"error[{code}]" in ended.stderr
    assert "c.yaml:1:" in ended.stderr
    assert not (tmp_path / "c.melody.yaml").exists()


def test_a_file_that_is_not_there_is_told() -> None:
    ended = melody(*IMPORT, "nowhere.yaml")
    assert (ended.code, ended.stdout) == (1, "")
    assert "MEL101" in ended.stderr


def test_another_tool_is_wrong_usage() -> None:
    assert melody("import", "nosuchtool", "x").code == 2
