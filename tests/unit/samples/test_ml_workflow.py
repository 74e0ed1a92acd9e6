"""Sample 05: the five programs, and what the pipeline of them leaves."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import melody
from compiler.pipeline import compile_file
from melody.cli.program import program
from tests.documents.readme import commands
from tests.unit.melody.stage import melody as command
from tests.unit.samples.all_samples import copied, sample


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The sample, to write into."""
    return copied(tmp_path) / "05_ml_pipeline"


def stage(name: str, state: Any, *arguments: str) -> Any:
    """What one program makes of its state."""
    done = subprocess.run(
        [sys.executable, str(sample("05").folder / f"stages/{name}.py"), *arguments],
        input=json.dumps(state),
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


def test_a_good_model_is_deployed_and_it_is_the_one_that_was_trained(folder: Path) -> None:
    result = melody.run(folder / "ml_workflow.melody.yaml", journal=False)
    assert result.status == "succeeded"
    assert result.outputs == {"quality": 1.0, "deployed": True, "model": "out/model.json"}
    model = json.loads((folder / "out/model.json").read_text("utf-8"))
    assert model == result.steps["training"].output["model"]
    assert sorted(model["centres"]) == ["bell", "cup", "star"]
    assert [path.name for path in (folder / "out").iterdir()] == ["model.json"]


def test_a_model_that_is_not_good_enough_is_not_deployed(folder: Path) -> None:
    result = melody.run(
        folder / "ml_workflow.melody.yaml", {"table": "data/mixed.csv"}, journal=False
    )
    assert result.status == "succeeded"
    assert result.steps["validation"].output["wrong"] == 1
    assert result.outputs == {"quality": 14 / 15, "deployed": False, "model": None}
    assert result.steps["deployment"].status == "skipped"
    assert not (folder / "out").exists()


def test_a_table_that_is_not_there_is_told_in_the_words_of_the_program(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    ended = command("run", "ml_workflow.melody.yaml", "-i", "table=nowhere.csv")
    assert ended.code == 1
    assert "there is no table nowhere.csv" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_every_fourth_row_is_kept_for_the_test_and_scaled_like_the_others() -> None:
    rows = [[9.0, 1.0, "a"], [1.0, 5.0, "a"], [2.0, 5.0, "b"], [3.0, 5.0, "b"]]
    found = stage("preprocessing", {"rows": rows})
    assert found["means"] == [2.0, 5.0]
    assert found["scales"] == [pytest.approx((2 / 3) ** 0.5), 1.0]
    assert [row[-1] for row in found["train"]] == ["a", "b", "b"]
    assert [row[0] for row in found["train"]] == [
        pytest.approx(n / found["scales"][0]) for n in (-1, 0, 1)
    ]
    ((number, other, kind),) = found["test"]
    assert (number, other, kind) == (pytest.approx(7 / found["scales"][0]), -4.0, "a")


def test_the_model_is_the_centre_of_each_class() -> None:
    state = {"train": [[0.0, 2.0, "a"], [2.0, 4.0, "a"], [9.0, 9.0, "b"]], "test": [[1, 1, "a"]]}
    found = stage("training", {**state, "means": [1.0, 1.0], "scales": [1.0, 1.0]})
    assert found["model"]["centres"] == {"a": [1.0, 3.0], "b": [9.0, 9.0]}
    assert found["test"] == state["test"]


def test_the_quality_is_the_share_that_is_told_right() -> None:
    model = {"centres": {"a": [0.0], "b": [10.0]}}
    test = [[1.0, "a"], [9.0, "b"], [8.0, "a"], [4.0, "a"]]
    found = stage("validation", {"model": model, "test": test})
    assert (found["quality"], found["wrong"], found["of"]) == (0.75, 1, 4)


def test_the_line_of_shell_in_the_readme_gives_a_melody_of_the_same_steps(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    (line,) = (each for each in commands(sample("05").readme) if each.is_pipeline)
    typed = ""
    for part in " ".join(line.text.split()).split(" | "):
        typed = _typed(part, typed)
    written = folder / "typed.melody.yaml"
    written.write_text(typed, "utf-8")
    found, kept = compile_file(written), compile_file(sample("05").melody)
    assert found.diagnostics == ()
    assert found.ir is not None
    assert kept.ir is not None
    assert [step.id for step in found.ir.root.steps] == [step.id for step in kept.ir.root.steps]
    result = melody.run(written, journal=False)
    assert result.outputs["validation_results"]["quality"] == 1.0
    assert (folder / "out/model.json").is_file()


def _typed(part: str, before: str) -> str:
    name, *words = shlex.split(part)
    assert name == "melody"
    ended = CliRunner().invoke(program, words, input=before)
    assert ended.exit_code == 0, ended.output
    return ended.stdout
