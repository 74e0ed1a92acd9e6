from __future__ import annotations

import json
from pathlib import Path

import pytest

from melody.cli import explain
from melody.stages import STAGES
from tests.unit.melody.graphs.melodies import HOSTILE, ROUTE
from tests.unit.melody.stage import melody, written


@pytest.fixture
def route(tmp_path: Path) -> Path:
    return written(tmp_path, ROUTE, "route.melody.yaml")


def test_the_command_offers_the_stages_there_are() -> None:
    assert tuple(STAGES) == explain.STAGES


def test_the_syntax_tree_has_every_value_with_its_place(route: Path) -> None:
    ended = melody("explain", route, "--stage", "melody")
    assert (ended.code, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert lines[0] == str(route)
    assert '  name: "route"  2:7-2:12' in lines
    assert "            when: ${{ steps.measure.output.n < 3 }}  10:15-10:41" in lines


def test_the_ir_is_that_of_compile(route: Path) -> None:
    shown = melody("explain", route, "--stage", "ir").stdout
    assert shown == melody("compile", route, "--to", "ir", "--stdout").stdout


def test_langgraph_draws_itself_and_its_edges_are_read_back(route: Path) -> None:
    shown = melody("explain", route, "--stage", "langgraph").stdout
    assert "graph TD;" in shown
    assert "%%   measure -> way" in shown.splitlines()


def test_crewai_shows_the_definition_its_flow_runs_by(route: Path) -> None:
    shown = melody("explain", route, "--stage", "crewai").stdout
    start = shown.index("{")
    tree, _ = json.JSONDecoder().raw_decode(shown[start:])
    assert tree["schema"] == "crewai.flow/v1"
    assert set(tree["methods"]) >= {"measure", "way", "report"}
    assert "#   way -> way.low when low" in shown.splitlines()
    why = "a flow of CrewAI, for 'way' is a branch, and a crew takes no decisions"
    assert shown.splitlines()[0] == f"# the whole Melody: {why}"


def test_crewai_shows_who_does_what_in_a_crew_and_why_it_is_one(tmp_path: Path) -> None:
    path = written(tmp_path, CHAIN)
    shown = melody("explain", path, "--stage", "crewai").stdout
    assert (
        shown.splitlines()[0] == "# the whole Melody: a crew of CrewAI, for its steps are a chain"
    )
    tree, _ = json.JSONDecoder().raw_decode(shown[shown.index("{") :])
    assert (tree["process"], len(tree["agents"])) == ("sequential", 1)
    assert [(one["name"], one["context"]) for one in tree["tasks"]] == [("a", []), ("b", ["a"])]
    assert tree["tasks"][1]["description"] == "Set n: <steps.a.output.n + 1>."
    assert "#   a -> b" in shown.splitlines()


@pytest.mark.parametrize("stage", explain.STAGES)
def test_no_stage_lets_a_change_of_direction_through(stage: str, tmp_path: Path) -> None:
    ended = melody("explain", written(tmp_path, HOSTILE), "--stage", stage, "--allow", "command:*")
    assert ended.code == 0, ended.stderr
    assert "\u202e" not in ended.stdout


def test_the_inside_of_a_map_is_shown_too(tmp_path: Path) -> None:
    path = written(tmp_path, HOSTILE)
    for stage in ("langgraph", "crewai"):
        shown = melody("explain", path, "--stage", stage).stdout
        assert "inside each item of each: the edges read back" in shown


def test_a_melody_without_a_stage_is_asked_for_one(route: Path) -> None:
    ended = melody("explain", route)
    assert (ended.code, ended.stdout) == (2, "")
    assert "--stage melody|conversions|ir|langgraph|crewai" in ended.stderr


def test_a_melody_with_errors_is_not_shown(tmp_path: Path) -> None:
    ended = melody("explain", written(tmp_path, ROUTE + "oops: 1\n"), "--stage", "ir")
    assert (ended.code, ended.stdout) == (2, "")
    assert "oops" in ended.stderr


SUB = """\
melody: v1
name: share
inputs: {part: number, text: string}
steps:
  told: {set: {text: "${{ inputs.text }}", n: "${{ inputs.part }}"}}
outputs: {n: "${{ steps.told.output.n }}"}
"""
CHAIN = """\
melody: v1
name: chain
steps:
  a: {set: {n: 1}}
  b: {set: {n: "${{ steps.a.output.n + 1 }}"}}
"""
CALLING = """\
melody: v1
name: calling
steps:
  box:
    steps:
      one:
        call: ./share.melody.yaml
        with: {part: "${{ 1 }}", text: "${{ inputs.given }}"}
inputs: {given: {text: string}}
"""


def test_the_conversions_that_the_compiler_placed_are_listed(tmp_path: Path) -> None:
    written(tmp_path, SUB, "share.melody.yaml")
    ended = melody("explain", written(tmp_path, CALLING), "--stage", "conversions")
    assert ended.code == 0, ended.stderr
    places = [line.rpartition("some.melody.yaml:")[2] for line in ended.stdout.splitlines()]
    assert places == ["8:27", "8:45"]
    assert "box.one with.part: an integer becomes a number" in ended.stdout
    assert "box.one with.text: an object becomes its field `text`" in ended.stdout


def test_without_a_conversion_that_is_said(route: Path) -> None:
    assert melody("explain", route, "--stage", "conversions").stdout == "no value is converted\n"


def test_the_graphs_inside_steps_are_named_by_the_steps(tmp_path: Path) -> None:
    written(tmp_path, SUB, "share.melody.yaml")
    path = written(tmp_path, CALLING)
    for stage in ("langgraph", "crewai"):
        shown = melody("explain", path, "--stage", stage).stdout
        assert "inside box: the edges read back" in shown
        assert "inside box / one" in shown.replace("box / box.one", "box / one")
