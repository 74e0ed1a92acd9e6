"""Every script of every sample gives one result, whoever carries it out."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import melody
from conductor_core.run import Start
from melody import Comparison
from tests.unit.samples.all_samples import PLAYS, Play, sample

BACKENDS = ["native", "langgraph", "crewai"]


@cache
def compared(play: Play, start: Start) -> Comparison:
    return melody.compare(play.sample.melody, script=play.script, start=start, journal=False)


def statuses(result: melody.RunResult) -> dict[str, Any]:
    return {path: record.status.value for path, record in result.steps.items()}


@pytest.mark.parametrize("play", PLAYS, ids=str)
def test_every_engine_gives_the_same_normal_form(play: Play) -> None:
    comparison = compared(play, "eager")
    assert list(comparison.results) == BACKENDS
    assert comparison.difference is None


@pytest.mark.parametrize("play", PLAYS, ids=str)
def test_an_engine_that_starts_the_steps_itself_gives_the_same_outputs_and_statuses(
    play: Play,
) -> None:
    eager = compared(play, "eager").results["native"]
    graph = compared(play, "graph").results
    assert list(graph) == BACKENDS
    for result in graph.values():
        assert (result.status, result.outputs) == (eager.status, eager.outputs)
        assert statuses(result) == statuses(eager)


def test_every_way_of_the_quality_route_is_taken_by_a_script() -> None:
    route = sample("03")
    written = yaml.safe_load(route.melody.read_text("utf-8"))["steps"]["route"]["branch"]
    plays = [play for play in PLAYS if play.sample is route]
    taken = {
        play.name: compared(play, "eager").results["native"].steps["route"].branch for play in plays
    }
    assert set(taken.values()) == {arm["name"] for arm in written}
    table = {row.split("`")[1]: row.split("`")[3] for row in _rows(route.readme)}
    assert {Path(row).stem: way for row, way in table.items()} == taken


def _rows(readme: Path) -> list[str]:
    """The rows of the table that tells the way of each script."""
    lines = readme.read_text("utf-8").splitlines()
    return [line for line in lines if line.startswith("| `--script ")]


def test_the_loop_of_the_quality_route_ends_early_and_at_its_bound() -> None:
    rounds = {
        play.name: sum(path.endswith(".rewrite") for path in steps)
        for play in PLAYS
        if play.sample is sample("03")
        and (steps := compared(play, "eager").results["native"].steps)
    }
    assert (rounds["enhance"], rounds["never_good"], rounds["fast_track"]) == (2, 3, 0)


def test_waiting_for_a_person_costs_nothing_of_the_time_of_the_run() -> None:
    # The budget of this Melody is half an hour.
    ends = {
        play.name: compared(play, "eager").results["native"].error
        for play in PLAYS
        if play.sample is sample("03")
    }
    assert ends["manual_review"] is None  # three hours
    assert ends["nobody"] is not None
    assert ends["nobody"].code == "approval.expired"  # two days
