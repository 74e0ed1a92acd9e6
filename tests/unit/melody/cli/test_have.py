"""``melody run --have`` and ``melody compare --have``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.melody.stage import melody, written

MELODY = """\
melody: v1
name: notes
players: {writer: {model: offline}, reader: {model: offline}}
steps:
  features:
    play: writer
    prompt: Name the features.
    output: "list[string]"
    reconstruct: {from: "${{ steps.code.output }}", play: reader}
  code:
    play: writer
    with: {features: "${{ steps.features.output }}"}
    output: {text: string}
outputs: {notes: "${{ bullets(steps.features.output) + steps.code.output.text }}"}
"""
SCRIPT = """\
players: {writer: {return: [tests]}}
steps: {features~reconstruct: {return: [loops]}}
"""


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, MELODY)
    written(tmp_path, SCRIPT, "script.yaml")
    written(tmp_path, '{"text": "!"}', "code.json")
    monkeypatch.chdir(tmp_path)


RUN = ("some.melody.yaml", "--script", "script.yaml", "--no-journal")


def test_a_run_starts_from_the_middle() -> None:
    ended = melody("run", *RUN, "--json", "--have", "code=@code.json")
    assert ended.code == 0, ended.stderr
    tree = json.loads(ended.stdout)
    assert tree["outputs"] == {"notes": "- loops!"}
    assert tree["steps"]["code"] == {
        "status": "succeeded", "output": {"text": "!"}, "provenance": "given",
    }  # fmt: skip
    assert tree["steps"]["features"]["provenance"] == "inferred"


def test_a_fault_beside_a_step_makes_it_performed_as_usual() -> None:
    ended = melody(
        "run", *RUN, "--json", "--have", "code=@code.json", "--fault", "features~reconstruct:crash"
    )
    step = json.loads(ended.stdout)["steps"]["features"]
    assert [(one["player"], one["outcome"]) for one in step["attempts"]] == [
        ("reader", "error"), ("writer", "success"),
    ]  # fmt: skip
    assert (step["output"], "provenance" in step) == (["tests"], False)


def test_every_engine_starts_from_the_middle_alike() -> None:
    ended = melody("compare", *RUN, "--start", "graph", "--have", 'code={"text": "!"}')
    assert ended.code == 0, ended.stdout + ended.stderr
    assert "equal: the same outputs" in ended.stdout


def test_every_mistake_is_told_in_one_go() -> None:
    ended = melody("run", *RUN, "--have", "cod=@code.json", "--have", "code=1", "--have", "code=2")
    assert (ended.code, ended.stdout) == (2, "")
    assert ended.stderr.count("error[MEL510]") == 3


def test_the_variable_holds_one_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MELODY_RUN_HAVE", 'code=@code.json\nfeatures=["a"]')
    ended = melody("run", *RUN, "--json")
    assert json.loads(ended.stdout)["outputs"] == {"notes": "- a!"}
