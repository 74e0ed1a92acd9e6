"""Limits of one player: how many at a time, how many a minute; a run is not held up by them."""

from __future__ import annotations

from typing import Any

from conductor_core.ports import Grant, PlayRequest
from tests.unit.conductor_core.melodies import for_each, melody, play, step, trying
from tests.unit.conductor_core.stand import Stand, naps
from workflow_ir.events import EventKind
from workflow_ir.players import Limits, Player, PythonPlayer
from workflow_ir.policy import RunPolicy


def limited(**limits: int) -> Player:
    return PythonPlayer(kind="python", target="m:f", limits=Limits(**limits))


def test_never_more_than_its_concurrency_are_at_work() -> None:
    going, most = 0, 0

    async def counts(request: PlayRequest, grant: Grant) -> Any:
        nonlocal going, most
        going += 1
        most = max(most, going)
        assert grant.clock is not None
        await grant.clock.sleep(1)
        going -= 1
        return {}

    stand = Stand({"hand": counts})
    body = for_each("range(7)", play("hand", policy=trying(1)))
    stand.run(melody(step("x", body), players={"hand": limited(concurrency=2)}))
    assert (most, stand.elapsed) == (2, 4)


def test_a_minute_sees_no_more_beginnings_than_are_allowed() -> None:
    began: list[float] = []
    stand = Stand()

    async def notes(request: PlayRequest, grant: Grant) -> Any:
        began.append(stand.elapsed)
        return {}

    stand.acts["hand"] = notes
    body = for_each("range(8)", play("hand", policy=trying(1)))
    stand.run(melody(step("x", body), players={"hand": limited(per_minute=3)}))
    assert began == [0, 0, 0, 60, 60, 60, 120, 120]
    assert len(stand.told(EventKind.LIMITED)) == 5


def test_who_waits_for_a_limit_takes_no_place_of_the_run() -> None:
    stand = Stand({"hand": naps(10), "free": naps(1)})
    slow = for_each("range(3)", play("hand", policy=trying(1)))
    ir = melody(
        step("a", slow),
        step("b", play("free")),
        players={
            "hand": limited(concurrency=1),
            "free": PythonPlayer(kind="python", target="m:f"),
        },
    )
    result = stand.run(ir.model_copy(update={"policy": RunPolicy(concurrency=2)}))
    finished = [path for kind, path in stand.told(EventKind.STEP_FINISHED)]
    assert finished[0] == "b"
    assert result.status.value == "succeeded"


def test_waiting_for_a_limit_counts_against_no_limit_of_time() -> None:
    stand = Stand({"hand": naps(1)})
    body = for_each("range(4)", play("hand", policy=trying(1, timeout_s=2, total_timeout_s=3)))
    result = stand.run(melody(step("x", body), players={"hand": limited(per_minute=1)}))
    assert result.status.value == "succeeded"
    assert stand.elapsed == 181
