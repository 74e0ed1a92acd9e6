"""A Melody of every verb and modifier, through the doors, natively and on every engine."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT
from tests.unit.melody.stage import melody, written

FOLDER = ROOT / "tests" / "unit" / "melody" / "melodies"
ALLOW = ("--allow", "command:send", "--allow", "command:make")
SCRIPT = """\
players:
  coder: [{error: http.503}, {return: {code: x = 1}}]
  jury: {return: {score: 0.9}}
  judge: {return: {n: 1}}
  sender: {exit: 0}
steps:
  checks: {exit: 0}
  'review[1].look': {error: unable_to_complete}
  paid: {sleep: 20m, answer: {amount: 12.5}}
  ask: {answer: {copies: 3}}
"""


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    for path in FOLDER.glob("*.yaml"):
        shutil.copy(path, tmp_path / path.name)
    written(tmp_path, SCRIPT, "script.yaml")
    return tmp_path / "whole.melody.yaml"


def test_it_checks_and_is_in_canonical_form(whole: Path) -> None:
    assert melody("check", whole, *ALLOW).code == 0
    assert melody("fmt", "--check", whole.parent).code == 0


def test_it_runs_as_its_script_says(whole: Path) -> None:
    ended = melody("run", whole, *ALLOW, "-i", "brief=a small tool", "-i", "limit=5",
                   "--script", "script.yaml", "--json")  # fmt: skip
    assert ended.code == 3, ended.stderr
    result = ended.json
    assert result["outputs"] == {"route": "DEEP!", "intro": "A SMALL TOOL!", "rounds": [1, None, 1]}
    steps = result["steps"]
    assert steps["score"]["player"] == "jury"
    assert steps["ask"]["output"] == {"choice": "approve", "copies": 3, "note": None}
    assert steps["countdown"]["output"] == 0
    assert {"intro/shout", "route.deep.again/box.inner", "review[1].look", "loop#2.again"} <= set(
        steps
    )
    assert steps["sides"]["output"] == {"left": 1, "right": None}


def test_every_engine_gives_the_same(whole: Path) -> None:
    ended = melody("compare", whole, *ALLOW, "-i", "brief=a small tool", "--script", "script.yaml")
    assert ended.code == 0, ended.stdout + ended.stderr
    assert "native, langgraph and crewai" in ended.stdout.splitlines()[-1]


def test_a_mistake_in_what_it_calls_is_shown_in_that_file(whole: Path) -> None:
    part = whole.parent / "part.melody.yaml"
    part.write_text(part.read_text("utf-8").replace("upper(inputs.text)", "upper(inputs.txt)"))
    ended = melody("run", "whole.melody.yaml", *ALLOW, "-i", "brief=x")
    assert ended.code == 2
    assert ended.stderr.count("error[") == 1
    assert "--> part.melody.yaml:8:" in ended.stderr
    assert "inputs.txt" in ended.stderr


def test_its_compiled_form_runs_and_means_the_same(whole: Path) -> None:
    assert melody("compile", whole, *ALLOW, "--to", "ir").code == 0
    made = Path("whole.ir.json")
    assert melody("diff", whole, made, *ALLOW).code == 0
    arguments = (*ALLOW, "-i", "brief=a", "--script", "script.yaml", "--json")
    forms = [melody("run", each, *arguments).json for each in (whole, made)]
    for form in forms:
        del form["run"]
    assert forms[0] == forms[1]
    made.write_text(made.read_text("utf-8").replace("canonical", "x") + " ", "utf-8")
    refused = melody("compile", whole, *ALLOW, "--to", "ir")
    assert (refused.code, "MEL508" in refused.stderr) == (2, True)
    assert melody("compile", whole, *ALLOW, "--to", "ir", "--force").code == 0


@pytest.mark.parametrize("arguments", [["fmt"], ["fmt", "--to", "yaml"]], ids=" ".join)
def test_the_compiled_form_is_not_laid_out_anew(arguments: list[str], whole: Path) -> None:
    melody("compile", whole, *ALLOW, "--to", "ir")
    before = Path("whole.ir.json").read_bytes()
    for name in ("whole.ir.json", "other.melody.json"):
        Path(name).write_bytes(before)
        ended = melody(*arguments, name)
        assert ended.code == 1
        assert "MEL509" in ended.stderr
        assert "compiled Melody" in ended.stderr
        assert Path(name).read_bytes() == before
