"""Sample 07: seed 001's two scenarios, with real processes and with a real search."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest

import melody
from melody import Grant, RunStatus, StandardError, Success
from tests.unit.samples.all_samples import copied, sample
from tests.unit.samples.loaded_players import bounded_freedom


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copied(tmp_path) / sample("07").folder.name


@pytest.mark.parametrize("engine", ["native", "langgraph", "crewai"])
def test_a_model_that_hangs_and_crashes_harms_only_its_own_attempts(
    folder: Path, engine: str
) -> None:
    file = folder / "community_model.melody.yaml"
    result = melody.run(file, on=engine, settings=["policy.wall=3s"], journal=False)
    assert result.status is RunStatus.RECOVERED
    told = {
        path: [(one.player, one.error and one.error.code, one.decision) for one in step.attempts]
        for path, step in result.steps.items()
        if step.attempts
    }
    assert told == {
        "answers[0]": [("community", None, None)],
        "answers[1]": [("community", "policy.wall_time", "fallback"), ("house", None, None)],
        "answers[2]": [("community", "player.crash", "fallback"), ("house", None, None)],
    }
    error = result.steps["answers[1]"].attempts[0].error
    assert error is not None
    assert error.detail["unable_to_complete"] is True


def test_a_short_chain_is_folded_exactly_and_a_long_one_as_well_as_time_allows() -> None:
    fold = bounded_freedom("folding").fold
    exact = fold("HPHPPHHP", Grant(time.time() + 60))
    assert isinstance(exact, Success)
    assert exact.output["precision"] == 1.0
    assert exact.output["bonds"] == 2
    assert not exact.degraded
    coarse = fold("HPHPPHHPHPPHPHHPPHPH", Grant(time.time() + 2))
    assert isinstance(coarse, Success)
    assert (coarse.output["precision"], coarse.degraded) == (0.8, True)
    places = [tuple(place) for place in coarse.output["walk"]]
    assert len(set(places)) == len(places) == 20
    steps = pairwise(places)
    assert all(abs(x - a) + abs(y - b) == 1 for (x, y), (a, b) in steps)


def test_a_player_that_may_not_lower_its_precision_says_that_it_is_unable() -> None:
    fold = bounded_freedom("folding").fold
    refused = fold("H" * 30, Grant(time.time() + 1, may_degrade=False))
    assert isinstance(refused, StandardError)
    assert refused.code == "unable_to_complete"


@pytest.mark.parametrize("sequence", ["", "XYZ", "H" * 201, "H\n"])
def test_what_is_no_sequence_is_refused_by_the_player_itself(sequence: str) -> None:
    refused = bounded_freedom("folding").fold(sequence, Grant(None))
    assert isinstance(refused, StandardError)
    assert refused.code == "input.invalid"


def test_a_degraded_answer_is_marked_in_the_result(folder: Path) -> None:
    result = melody.run(folder / "protein_folding.melody.yaml", journal=False)
    assert result.to_json()["steps"]["fold"]["degraded"] is True
    assert result.outputs["precision"] == 0.8
