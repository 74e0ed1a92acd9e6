"""``tests/virtual_time.py`` of a project: waiting costs nothing, and real work has its time."""

from __future__ import annotations

import asyncio
import importlib.util
import socket
import sys
import time
from collections.abc import Callable, Coroutine
from threading import Thread
from typing import Any

import pytest

from tests.ejected.own_melodies import project
from tests.ejected.written import temporary_folder

InNoTime = Callable[[Coroutine[Any, Any, Any]], Any]

_HOUR_S = 3600.0
_WORK_S = 0.05


def in_no_time(name: str, melody: str) -> InNoTime:
    """That of the project of a Melody."""
    made = project(name, melody)
    (file,) = (one for one in made.files if one.path == "tests/virtual_time.py")
    assert file.owner == "you"
    place = temporary_folder() / f"{name}.py"
    place.write_text(file.text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(place.stem, place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: InNoTime = module.in_no_time
    return found


@pytest.fixture(scope="module")
def virtually() -> InNoTime:
    return in_no_time("hours", "steps: {nap: {wait: 2h}}")


def loop_time() -> float:
    return asyncio.get_running_loop().time()


def test_hours_pass_in_the_order_of_their_ends(virtually: InNoTime) -> None:
    log: list[str] = []

    async def sleeps(hours: int) -> None:
        await asyncio.sleep(hours * _HOUR_S)
        log.append(f"after {hours} h")

    async def main() -> float:
        await asyncio.gather(*map(sleeps, (300, 2, 30, 1)))
        return loop_time()

    assert virtually(main()) == pytest.approx(300 * _HOUR_S)
    assert log == ["after 1 h", "after 2 h", "after 30 h", "after 300 h"]


def test_a_moment_that_a_float_just_misses_is_reached(virtually: InNoTime) -> None:
    async def main() -> float:
        await asyncio.sleep(0.1)
        for _ in range(30):
            await asyncio.sleep(1e8 + 0.1)  # years, after which a float knows no nanoseconds
        return loop_time()

    assert virtually(main()) == pytest.approx(3e9, rel=1e-6)


def test_a_limit_that_comes_first_ends_what_takes_longer(virtually: InNoTime) -> None:
    async def main() -> None:
        async with asyncio.timeout(1):
            await asyncio.sleep(2)

    with pytest.raises(TimeoutError):
        virtually(main())


def works() -> str:
    time.sleep(_WORK_S)
    return "done"


async def in_a_thread_of_the_loop() -> str:
    return await asyncio.to_thread(works)


async def in_a_thread_of_a_player() -> Any:
    loop = asyncio.get_running_loop()
    done: asyncio.Future[str] = loop.create_future()

    def work() -> None:
        loop.call_soon_threadsafe(done.set_result, works())

    Thread(target=work, name="player", daemon=True).start()
    return await done


async def in_a_process() -> str:
    code = f"import time; time.sleep({_WORK_S}); print('done')"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    return told.decode().strip()


async def in_a_process_without_pipes() -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"import time; time.sleep({_WORK_S})"
    )
    return "done" if await process.wait() == 0 else "failed"


async def over_a_connection() -> str:
    here, there = socket.socketpair()

    def answers() -> None:  # in a thread that is nobody's player, as another machine would
        with there:
            there.sendall(works().encode())

    Thread(target=answers, name="somebody else", daemon=True).start()
    reader, writer = await asyncio.open_connection(sock=here)
    told = await reader.read()
    writer.close()
    await writer.wait_closed()
    return told.decode()


@pytest.mark.parametrize(
    "work",
    [
        in_a_thread_of_the_loop,
        in_a_thread_of_a_player,
        in_a_process,
        in_a_process_without_pipes,
        over_a_connection,
    ],
)
def test_real_work_comes_to_its_end_within_a_limit_of_a_minute(
    virtually: InNoTime, work: Callable[[], Coroutine[Any, Any, str]]
) -> None:
    async def main() -> tuple[str, float]:
        async with asyncio.timeout(60):
            told = await work()
        await asyncio.sleep(_HOUR_S)  # nobody works any more
        return told, loop_time()

    told, at = virtually(main())
    assert told == "done"
    assert _HOUR_S <= at < _HOUR_S + 60


CLOCK = """
players: {hand: {python: "band:hand"}}
steps: {it: {play: hand, window: {from: "22:00", to: "06:00"}}}
"""


def test_the_clock_on_the_wall_goes_along_where_the_melody_looks_at_it() -> None:
    async def main() -> float:
        begun = time.time()
        await asyncio.sleep(_HOUR_S)
        return time.time() - begun

    before = time.time()
    assert in_no_time("looks", CLOCK)(main()) == pytest.approx(_HOUR_S)
    assert time.time() - before < _HOUR_S


def test_the_clock_on_the_wall_is_left_alone_where_nobody_looks_at_it(virtually: InNoTime) -> None:
    async def main() -> float:
        begun = time.time()
        await asyncio.sleep(_HOUR_S)
        return time.time() - begun

    assert virtually(main()) < _HOUR_S


def test_what_goes_wrong_is_raised(virtually: InNoTime) -> None:
    async def main() -> None:
        raise LookupError("it")

    with pytest.raises(LookupError, match="it"):
        virtually(main())
