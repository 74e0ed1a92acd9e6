"""A hostile player harms nothing but its own attempt (spec 4, Enforcement)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from conductor_core.players.troupe import Troupe
from tests.unit.conductor_core.players.isolation import hostile
from tests.unit.conductor_core.players.isolation.stand import (
    PATIENCE_S,
    all_gone,
    ask,
    children,
    python,
    told,
    troupe,
    wait_for,
)

MEMORY = 512 * 2**20
STOPPED = "timeout.attempt"

IN_A_PROCESS: dict[str, str] = {
    "blocks": STOPPED,
    "swallows": STOPPED,
    "cancels": "player.cancelled_self",
    "exits": "player.crash",
    "exits_hard": "player.crash",
    "prints": "policy.output",
    "allocates": "policy.memory",
    "nan": "output.format",
    "huge": "policy.output",
    "object_": "output.format",
    "recursion": "player.bug",
    "closes_its_output": "fine",
    "kills_its_group": "resource.memory",
    "kills_its_group_softly": "player.crash",
    "writes_garbage": "player.crash",
    "forges": "player.crash",
    "raises_what_cannot_tell": "player.crash",
}
"""What becomes of the attempt; every one of them is of the player's own making."""

IN_THIS_PROCESS: dict[str, str] = {
    "blocks": STOPPED,
    "swallows": STOPPED,
    "cancels": "player.cancelled_self",
    "exits": "player.crash",
    "nan": "output.format",
    "huge": "policy.output",
    "object_": "output.format",
    "recursion": "player.bug",
}
ENDLESS = {"blocks", "swallows"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hostile.py").write_text(hostile.SOURCE, encoding="utf-8")
    (tmp_path / "sibling.py").write_text(hostile.SIBLING, encoding="utf-8")
    return tmp_path


def hostile_troupe(folder: Path, level: str | None, name: str) -> Troupe:
    return troupe(
        folder,
        bad=python(f"hostile:{name}", level),
        beside=python("hostile:beside", level),
        sibling=python("sibling:work"),
    )


async def harm(of: Troupe, with_: dict[str, Any], **facts: Any) -> list[Any]:
    """What comes of a harmful call, of a sibling beside it, and of the next call."""
    bad, sibling = await asyncio.gather(ask(of, "bad", with_, **facts), ask(of, "sibling"))
    return [told(bad), told(sibling), told(await ask(of, "bad", {"harm": "none"}))]


@pytest.mark.parametrize("level", ["worker", "process"])
@pytest.mark.parametrize("name", IN_A_PROCESS)
def test_in_a_process_harm_ends_with_its_own_attempt(folder: Path, name: str, level: str) -> None:
    async def main() -> list[Any]:
        of = hostile_troupe(folder, level, "act")
        limit_s = 0.4 if name in ENDLESS else PATIENCE_S
        note = str(folder / "never")
        try:
            return await harm(
                of, {"harm": name, "note": note}, limit_s=limit_s, memory_bytes=MEMORY
            )
        finally:
            await of.aclose()

    assert asyncio.run(main()) == [IN_A_PROCESS[name], "done", "fine"]
    assert children() == []


@pytest.mark.parametrize("level", ["worker", "process"])
@pytest.mark.parametrize("name", ["blocks", "swallows", "cancels", "exits"])
def test_async_harm_in_a_process_ends_with_its_own_attempt(
    folder: Path, name: str, level: str
) -> None:
    async def main() -> list[Any]:
        of = hostile_troupe(folder, level, "act_later")
        limit_s = 0.4 if name in ENDLESS else PATIENCE_S
        try:
            return await harm(of, {"harm": name, "note": str(folder / "never")}, limit_s=limit_s)
        finally:
            await of.aclose()

    assert asyncio.run(main()) == [IN_A_PROCESS[name], "done", "fine"]
    assert children() == []


@pytest.mark.parametrize("level", ["worker", "process"])
@pytest.mark.parametrize("note", ["", "stubborn"])
def test_processor_time_is_bounded_also_for_a_player_that_ignores_the_signal(
    folder: Path, level: str, note: str
) -> None:
    async def main() -> list[Any]:
        of = hostile_troupe(folder, level, "act")
        try:
            with_ = {"harm": "burns", "note": note}
            return await harm(of, with_, limit_s=PATIENCE_S, cpu=0.5 / PATIENCE_S)
        finally:
            await of.aclose()

    assert asyncio.run(main()) == ["policy.cpu", "done", "fine"]


@pytest.mark.parametrize("level", ["worker", "process"])
def test_grandchildren_with_sessions_of_their_own_end_with_the_call(
    folder: Path, level: str
) -> None:
    pids: list[int] = []

    async def main() -> list[Any]:
        of = hostile_troupe(folder, level, "act")
        note = folder / "forked"
        bad = asyncio.create_task(ask(of, "bad", {"harm": "forks", "note": str(note)}))
        pids.extend(map(int, (await wait_for(note.with_name("forked.pids"))).split()))
        bad.cancel()
        await asyncio.wait({bad})
        outcome = [all_gone(pids), told(await ask(of, "bad", {"harm": "none"}))]
        await of.aclose()
        return outcome

    assert asyncio.run(main()) == [True, "fine"]
    assert len(pids) == 2


IN_THREADS = [
    (name, function)
    for name in IN_THIS_PROCESS
    for function in ("act", "act_later")
    if (name, function) != ("swallows", "act")  # a signal is no thread's to swallow
]


@pytest.mark.parametrize("level", [None, "thread"])
@pytest.mark.parametrize(("name", "function"), IN_THREADS)
def test_in_a_thread_harm_ends_with_its_own_attempt(
    folder: Path, name: str, level: str | None, function: str
) -> None:
    ending = folder / "end"

    async def main() -> list[Any]:
        of = hostile_troupe(folder, level, function)
        limit_s = 1.0 if name in ENDLESS else PATIENCE_S
        try:
            await ask(of, "beside")  # its module is there: the limit is the player's own
            outcome = await harm(of, {"harm": name, "note": str(ending)}, limit_s=limit_s)
            return [*outcome, told(await ask(of, "beside"))]
        finally:
            ending.touch()
            await of.aclose()

    following = "unable_to_complete" if name in ENDLESS else "fine"
    assert asyncio.run(main()) == [IN_THIS_PROCESS[name], "done", following, "fine"]


@pytest.mark.parametrize("name", sorted({*IN_THIS_PROCESS} - {"blocks"}))
def test_inline_harm_ends_with_its_own_attempt_unless_it_blocks(folder: Path, name: str) -> None:
    ending = folder / "end"

    async def main() -> list[Any]:
        of = hostile_troupe(folder, "inline", "act_later")
        limit_s = 1.0 if name in ENDLESS else PATIENCE_S
        try:
            await ask(of, "beside")  # its module is there: the limit is the player's own
            return await harm(of, {"harm": name, "note": str(ending)}, limit_s=limit_s)
        finally:
            ending.touch()
            await of.aclose()

    following = "unable_to_complete" if name in ENDLESS else "fine"
    assert asyncio.run(main()) == [IN_THIS_PROCESS[name], "done", following]
