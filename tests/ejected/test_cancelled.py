"""Ejected runs that are cancelled, that meet stubborn players, or that go on side by side."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.ejected.ejected import in_time
from tests.ejected.own_melodies import Package, Perform, package

PLAIN = """
players: {hand: {python: "band:hand"}}
steps:
  first: {play: hand, with: {s: 1}}
  rooms: {for_each: "${{ [5, 6, 7] }}", play: hand, with: {s: "${{ item }}"}, needs: [first]}
  last: {play: hand, with: {s: 1}, needs: [rooms]}
"""
UNDONE = """
players: {hand: {python: "band:hand"}, undo: {python: "band:hand"}}
steps:
  first: {play: hand, with: {s: 1}, compensate: {play: undo, with: {of: first}}}
  second: {play: hand, with: {s: 1}, needs: [first], compensate: {play: undo, with: {of: second}}}
  last: {play: hand, with: {s: 60}, needs: [second], compensate: {play: undo, with: {of: last}}}
"""


def sleeping(log: list[str]) -> Perform:
    """A player that sleeps as long as it is told, and tells what it does."""

    async def sleeps(call: Any) -> dict[str, Any]:
        log.append(f"+{call.path}")
        try:
            await asyncio.sleep(call.with_["s"])
        finally:
            log.append(f"-{call.path}")
        return {}

    return sleeps


def undoing(log: list[str], seconds: float) -> Perform:
    """A player that undoes, which takes its time."""

    async def undoes(call: Any) -> dict[str, Any]:
        await asyncio.sleep(seconds)
        log.append(f"undone {call.with_['of']}")
        return {}

    return undoes


async def cancelled(run: Any, *moments: float) -> float:
    """Cancel a run at these moments; when it has ended. Nothing of it may go on then."""
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(run)
    for moment in moments:
        loop.call_at(moment, task.cancel)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asyncio.all_tasks() == {asyncio.current_task()}
    return loop.time()


def test_a_cancelled_run_ends_everything_that_goes_on_and_begins_nothing() -> None:
    log: list[str] = []
    made = package("cancelled", PLAIN)

    async def main() -> float:
        return await cancelled(made.run(cast=made.cast(hand=sleeping(log))), 3.0)

    assert in_time(main, virtual=True) == 3.0
    begun = ["+first", "-first", "+rooms[0]", "+rooms[1]", "+rooms[2]"]
    assert log[:5] == begun
    assert sorted(log[5:]) == ["-rooms[0]", "-rooms[1]", "-rooms[2]"]


def test_a_cancelled_run_is_undone_before_it_ends() -> None:
    log: list[str] = []
    made = package("cancelled_undone", UNDONE)
    cast = made.cast(hand=sleeping([]), undo=undoing(log, 4))

    async def main() -> float:
        return await cancelled(made.run(cast=cast), 10.0)

    assert in_time(main, virtual=True) == 18.0
    assert log == ["undone second", "undone first"]


def test_a_second_cancellation_ends_the_undoing_too() -> None:
    log: list[str] = []
    made = package("cancelled_twice", UNDONE)
    cast = made.cast(hand=sleeping([]), undo=undoing(log, 4))

    async def main() -> float:
        return await cancelled(made.run(cast=cast), 10.0, 15.0)

    assert in_time(main, virtual=True) == 15.0
    assert log == ["undone second"]


def test_a_player_that_blocks_its_cancellation_is_waited_for_and_what_it_gives_is_thrown_away() -> (
    None
):
    made = package(
        "stubborn",
        """
players: {hand: {python: "band:hand"}}
steps:
  late: {play: hand, policy: {timeout: 2s, retry: {max_attempts: 1}}, on_failure: skip}
""",
    )

    async def stubborn(call: Any) -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(5)
        return call.path  # type: ignore[no-any-return]  # a text

    async def main() -> tuple[dict[str, Any], float]:
        report = await made.run(cast=made.cast(hand=stubborn))
        return report, asyncio.get_running_loop().time()

    report, ended = in_time(main, virtual=True)
    assert ended == 7.0
    assert report["status"] == "degraded"
    assert report["steps"]["late"]["error"]["code"] == "timeout.attempt"
    assert report["steps"]["late"]["output"] is None


def test_two_runs_at_once_know_nothing_of_each_other() -> None:
    made = package(
        "two_runs",
        """
inputs: {n: integer}
players: {hand: {python: "band:hand"}}
steps:
  each: {for_each: "${{ range(inputs.n) }}", play: hand, with: {n: "${{ item }}"}}
outputs: {each: "${{ steps.each.output }}"}
""",
    )

    async def main() -> list[dict[str, Any]]:
        return list(await asyncio.gather(*(_counted(made, n, factor) for n, factor in _RUNS)))

    reports = in_time(main, virtual=True)
    assert [report["outputs"]["each"] for report in reports] == [
        [n * factor for n in range(many)] for many, factor in _RUNS
    ]
    assert [report["usage"]["usd"] for report in reports] == [many for many, _ in _RUNS]


_RUNS = ((3, 1), (5, 10))


async def _counted(made: Package, many: int, factor: int) -> dict[str, Any]:
    async def times(call: Any) -> Any:
        await asyncio.sleep(1)
        return made.policy.Answer(call.with_["n"] * factor, usd=1.0)

    return await made.run({"n": many}, cast=made.cast(hand=times))
