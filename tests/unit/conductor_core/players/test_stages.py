"""Async players of a project run on loops of their own, beside the conductor's."""

from __future__ import annotations

import asyncio
import contextvars
import re
import threading
from pathlib import Path
from typing import Any

import pytest

from conductor_core.clock.virtual import START, VirtualClock
from conductor_core.players.loop_thread import LoopThread
from conductor_core.players.troupe import Troupe
from tests.unit.conductor_core.players.isolation.stand import ask, python, told, troupe

SOURCE = """
import asyncio, contextvars, sys, threading, time
from pathlib import Path
from conductor_core.ports import Grant

LOCK = asyncio.Lock()

async def loop():
    async with LOCK:
        await asyncio.sleep(0.01)
    return [id(asyncio.get_running_loop()), threading.current_thread() is threading.main_thread()]
async def season():
    return {v.name: x for v, x in contextvars.copy_context().items()}.get("season")
async def naps(*, seconds, grant: Grant):
    before = grant.clock.now()
    for second in seconds: await grant.clock.sleep(second)
    return grant.clock.now() - before
async def gives_up_a_nap(*, grant: Grant):
    try:
        async with asyncio.timeout(0.05):
            await grant.clock.sleep(1000)
    except TimeoutError:
        return grant.clock.now()
def naps_in_a_thread(*, grant: Grant):
    asyncio.run(grant.clock.sleep(5))
    return grant.clock.now()
async def blocks(*, note):
    Path(note + ".began").touch()
    while not Path(note).exists(): time.sleep(0.01)
async def waits(*, note):
    while not Path(note).exists(): await asyncio.sleep(0.01)
    return "waited"
async def cleans_up(*, note):
    try:
        await asyncio.sleep(600)
    finally:
        await asyncio.sleep(0)
        Path(note).touch()
async def exits_in_a_task():
    async def leave(): sys.exit(3)
    await asyncio.gather(leave())
async def fails(): raise KeyError("absent")
async def quick(): return "quick"
"""

NAMES = re.findall(r"^(?:async )?def (\w+)", SOURCE, re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "own_loops.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "other.py").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def of_all(folder: Path, level: str | None = None) -> Troupe:
    players = {name: python(f"own_loops:{name}", level) for name in NAMES}
    return troupe(folder, other=python("other:loop", level), **players)


def run(folder: Path, play: Any, level: str | None = None) -> Any:
    async def main() -> Any:
        of = of_all(folder, level)
        try:
            return await play(of)
        finally:
            await of.aclose()

    return asyncio.run(main())


def test_players_of_one_module_share_a_loop_that_is_not_the_conductors(folder: Path) -> None:
    async def play(of: Troupe) -> Any:
        calls = (ask(of, "loop"), ask(of, "loop"), ask(of, "other"))
        return [*map(told, await asyncio.gather(*calls)), id(asyncio.get_running_loop())]

    first, second, other, conductors = run(folder, play)
    assert first == second
    assert len({first[0], other[0], conductors}) == 3
    assert first[1] is False


def test_with_a_thread_for_each_call_every_call_has_a_loop_of_its_own(folder: Path) -> None:
    async def play(of: Troupe) -> Any:
        return [told(await ask(of, "quick")) for _ in range(2)]

    assert run(folder, play, "thread") == ["quick", "quick"]


def test_inline_is_the_conductors_own_loop(folder: Path) -> None:
    async def play(of: Troupe) -> Any:
        return told(await ask(of, "loop"))[0] == id(asyncio.get_running_loop())

    assert run(folder, play, "inline") is True


def test_context_variables_reach_the_players_loop(folder: Path) -> None:
    season = contextvars.ContextVar[str]("season")

    async def play(of: Troupe) -> Any:
        season.set("autumn")
        return told(await ask(of, "season"))

    assert run(folder, play) == "autumn"


@pytest.mark.parametrize("level", [None, "thread", "inline"])
def test_waits_on_the_grants_clock_are_waits_of_the_run_on_every_loop(
    folder: Path, level: str | None
) -> None:
    clock = VirtualClock()

    async def play(of: Troupe) -> Any:
        calls = (
            ask(of, "naps", {"seconds": [100, 50]}, clock=clock, limit_s=1000),
            ask(of, "naps", {"seconds": [149]}, clock=clock, limit_s=1000),
        )
        return [*map(told, await asyncio.gather(*calls)), clock.now() - START]

    assert run(folder, play, level) == [150, 149, 150]
    assert clock._tokens == 0


def test_a_sync_player_can_wait_on_the_grants_clock_from_its_thread(folder: Path) -> None:
    clock = VirtualClock()

    async def play(of: Troupe) -> Any:
        return told(await ask(of, "naps_in_a_thread", clock=clock))

    assert run(folder, play) == START + 5


def test_a_limit_in_virtual_time_ends_a_nap_on_another_loop(folder: Path) -> None:
    clock = VirtualClock()

    async def play(of: Troupe) -> Any:
        answer = await ask(of, "naps", {"seconds": [1000]}, clock=clock, limit_s=30)
        return [told(answer), clock.now() - START]

    assert run(folder, play) == ["timeout.attempt", 30]
    assert clock._tokens == 0


def test_a_nap_that_is_given_up_gives_the_token_back(folder: Path) -> None:
    clock = VirtualClock()

    async def play(of: Troupe) -> Any:
        clock.hold()  # somebody works, so the time stands
        answer = told(await ask(of, "gives_up_a_nap", clock=clock))
        clock.release()
        return answer

    assert run(folder, play) == START
    assert clock._tokens == 0


def test_a_cancelled_player_cleans_up_on_its_own_loop(folder: Path) -> None:
    note = folder / "cleaned"

    async def play(of: Troupe) -> Any:
        await ask(of, "quick")  # the module and its loop are there: the limit is the player's own
        answer = await ask(of, "cleans_up", {"note": str(note)}, limit_s=0.5)
        return [told(answer), note.exists(), of.left_behind("cleans_up")]

    assert run(folder, play) == ["timeout.attempt", True, False]


def test_a_blocked_loop_is_left_and_one_who_waits_there_is_not_blamed(folder: Path) -> None:
    note = folder / "note"

    async def play(of: Troupe) -> Any:
        await ask(of, "quick")  # the module and its loop are there: the limits are the players' own
        waits = asyncio.create_task(ask(of, "waits", {"note": str(note)}, limit_s=0.8))
        blocks = asyncio.create_task(ask(of, "blocks", {"note": str(note)}, limit_s=0.8))
        outcome = [told(await waits), told(await blocks)]
        outcome += [of.left_behind("waits"), of.left_behind("blocks")]
        outcome.append(told(await ask(of, "quick")))
        refused = await ask(of, "blocks", {"note": str(note)})
        note.touch()  # what blocks ends with this, and would not be refused any more
        outcome += [told(await ask(of, "waits", {"note": str(note)}))]
        return [*outcome, told(refused), getattr(refused, "detail", None)]

    assert run(folder, play) == [
        "timeout.attempt",
        "timeout.attempt",
        False,
        True,
        "quick",
        "waited",
        "unable_to_complete",
        {"left_behind": True},
    ]


def test_sys_exit_in_a_task_of_a_player_does_not_end_its_loop(folder: Path) -> None:
    async def play(of: Troupe) -> Any:
        before = told(await ask(of, "loop"))[0]
        left = told(await ask(of, "exits_in_a_task"))
        return [left, told(await ask(of, "loop"))[0] == before]

    assert run(folder, play) == ["player.crash", True]


def test_what_an_async_player_raises_is_classified(folder: Path) -> None:
    async def play(of: Troupe) -> Any:
        return told(await ask(of, "fails"))

    assert run(folder, play) == "player.bug"


def test_the_threads_of_the_loops_end_with_the_run(folder: Path) -> None:
    before = set(threading.enumerate())

    async def play(of: Troupe) -> Any:
        await asyncio.gather(ask(of, "loop"), ask(of, "other"))
        threads = set(threading.enumerate()) - before
        return [one for one in threads if one.name == "melody-loop"]

    ours = run(folder, play)
    for thread in ours:
        thread.join(20)
    assert [thread.is_alive() for thread in ours] == [False, False]


def test_a_loop_that_is_forgotten_ends() -> None:
    LoopThread("melody-forgotten")
    for thread in threading.enumerate():
        if thread.name == "melody-forgotten":
            thread.join(20)
            assert not thread.is_alive()


def test_a_thread_that_ends_within_its_grace_is_asked_again(folder: Path) -> None:
    note = folder / "note"
    (folder / "ends_late.py").write_text(
        "import time\nfrom pathlib import Path\n"
        "def work(*, note):\n"
        "    while not Path(note).exists(): time.sleep(0.01)\n"
        "    return 'done'\n",
        encoding="utf-8",
    )

    async def main() -> Any:
        of = troupe(folder, slow=python("ends_late:work"))
        outcome = [told(await ask(of, "slow", {"note": str(folder)}))]
        outcome.append(told(await ask(of, "slow", {"note": str(note)}, limit_s=0.05)))
        outcome.append(of.left_behind("slow"))
        note.touch()
        outcome.append(told(await ask(of, "slow", {"note": str(note)})))
        outcome.append(of.left_behind("slow"))
        return outcome

    assert asyncio.run(main()) == ["done", "timeout.attempt", True, "done", False]
