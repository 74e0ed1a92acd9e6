"""What limits allow shows in when attempts begin, in virtual seconds, not in how they end."""

from __future__ import annotations

import pytest

from tests.equivalence.scenes import all_scenes
from tests.equivalence.stage import BACKENDS, Played, played
from workflow_ir.events import EventKind

SCENES = all_scenes()
ON = pytest.mark.parametrize("backend", BACKENDS)


def starts(here: Played, player: str) -> list[float]:
    """Virtual seconds at which attempts of a player began."""
    told = here.told(EventKind.ATTEMPT_STARTED).values()
    return sorted(one["at"] for some in told for one in some if one["player"] == player)


@ON
def test_no_minute_sees_more_attempts_than_the_player_allows(backend: str) -> None:
    here = played(SCENES["11_player_limits"].scene, backend, "eager")
    began = starts(here, "rated")
    assert began == [0, 0, 0, 0, 60, 60, 60]
    assert all(sum(at <= other < at + 60 for other in began) <= 4 for at in began)


@ON
def test_no_more_attempts_of_a_player_go_on_at_the_same_time_than_it_allows(backend: str) -> None:
    here = played(SCENES["11_player_limits"].scene, backend, "eager")
    assert starts(here, "narrow") == [0, 0, 10, 10, 20, 30]


@ON
def test_an_open_breaker_is_told_with_the_time_that_is_left(backend: str) -> None:
    here = played(SCENES["09_breaker"].scene, backend, "eager")
    refused = [
        (path, one["retry_after_s"])
        for path, told in here.told(EventKind.BREAKER).items()
        for one in told
        if one["refused"] and path.startswith("many")
    ]
    assert refused == [("many[5]", 29), ("many[6]", 28), ("many[7]", 27)]


@ON
def test_a_hedge_begins_after_its_delay_and_the_group_ends_with_the_first_success(
    backend: str,
) -> None:
    here = played(SCENES["12_hedging"].scene, backend, "eager")
    hedged = {path: one["at"] for path, (one,) in here.told(EventKind.HEDGED).items()}
    assert hedged == {"second": 5, "first": 5, "failing": 5}
    ended = {path: one["at"] for path, (one,) in here.told(EventKind.STEP_FINISHED).items()}
    assert ended == {"second": 7, "first": 6, "quick": 1, "failing": 15, "once": 20}
