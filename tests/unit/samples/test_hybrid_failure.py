"""Sample 06: each strategy happens with ``--fault``, on each engine, and can be explained."""

from __future__ import annotations

from pathlib import Path

import pytest

import melody
from tests.unit.melody.stage import melody as command
from tests.unit.samples.all_samples import copied, sample

STRATEGIES = {
    "outline:network*2": ("outline", "recovered", ["retry", "retry"]),
    "draft:unavailable": ("draft", "recovered", ["fallback"]),
    "keywords:crash": ("keywords", "recovered", ["reconstruct"]),
    "summary:timeout": ("summary", "recovered", ["reroute"]),
    "motto:crash": ("motto", "gap", ["skip"]),
    "verdict:low_quality*2": ("verdict", "recovered", ["retry", "retry"]),
    "announce:crash": ("announce", "failed", ["fail"]),
}
ENGINES = ("native", "langgraph", "crewai")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copied(tmp_path) / sample("06").folder.name


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("fault", STRATEGIES)
def test_each_strategy_happens_on_each_engine(folder: Path, fault: str, engine: str) -> None:
    path, status, decisions = STRATEGIES[fault]
    file = folder / "hybrid_failure.melody.yaml"
    result = melody.run(file, on=engine, faults=[fault], journal=False)
    step = result.steps[path]
    assert step.status.value == status
    assert [one.decision for one in step.attempts if one.decision is not None] == decisions


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_published_is_taken_back_when_the_run_fails(folder: Path, engine: str) -> None:
    file = folder / "hybrid_failure.melody.yaml"
    assert melody.run(file, on=engine, journal=False).outputs["post"]
    assert [path.name for path in (folder / "out").iterdir()] == ["on-failing-well.md"]
    result = melody.run(file, on=engine, faults=["announce:crash"], journal=False)
    assert result.steps["publish~compensate"].status.value == "succeeded"
    assert list((folder / "out").iterdir()) == []


def test_the_last_run_is_explained_in_words(folder: Path) -> None:
    file = folder / "hybrid_failure.melody.yaml"
    assert command("run", file, "--fault", "outline:network*2").code == 0
    overview = command("explain", "run:last", "--in", folder)
    assert overview.code == 0
    assert "outline   recovered" in overview.stdout
    told = command("explain", "run:last", "--in", folder, "--step", "outline")
    assert told.code == 0
    assert "attempt 1 of `outliner` failed: transport.connect" in told.stdout
    assert "decided: retry in 0.2s" in told.stdout
    assert "failure 1 of 3 attempts allowed" in told.stdout
