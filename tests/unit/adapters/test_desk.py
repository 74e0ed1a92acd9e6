"""A desk answers a framework in the model's order, and nothing after the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from adapters.desk import Desk, Left, NotWantedError
from conductor_core.agents.port import DialogueOver
from conductor_core.models.port import Message, ToolCall
from tests.equivalence.dialogues import EMAIL, SEARCH, Fake, brief, says

Work = Callable[[Desk], Awaitable[Any]]


async def _served(talk: Fake, work: Work) -> str:
    """What the desk makes of a framework that does this."""
    desk = Desk(brief(SEARCH, EMAIL), talk)

    async def framework() -> None:
        await work(desk)

    task = asyncio.ensure_future(framework())
    return await desk.serve(task, task.cancel)


def _heard(future: Any) -> asyncio.Future[Any]:
    return asyncio.wrap_future(future)


BOTH = says("", ("1", "search", "{}"), ("2", "email-ai", "{}"), ("3", "search", "[]"))


def _used(talk: Fake) -> list[str]:
    return [one.id for one in talk.happened if isinstance(one, ToolCall)]


def test_tools_that_are_used_together_are_used_in_the_order_of_the_model() -> None:
    async def work(desk: Desk) -> None:
        await _heard(desk.ask([Message("user", "Hi.")]))
        names = ["email-ai", "search", "search"]
        await asyncio.gather(*(_heard(desk.use(name, together=True)) for name in names))
        await _heard(desk.ask([]))

    talk = Fake([BOTH, says("Done.")])
    assert asyncio.run(_served(talk, work)) == "Done."
    assert _used(talk) == ["1", "2", "3"]


def test_tools_that_are_used_one_by_one_are_used_as_they_come() -> None:
    async def work(desk: Desk) -> None:
        await _heard(desk.ask([]))
        await _heard(desk.use("email-ai"))
        await _heard(desk.ask([]))
        await _heard(desk.use("search"))
        await _heard(desk.ask([]))

    talk = Fake([BOTH, says("", ("9", "search", "{}")), says("Done.")])
    assert asyncio.run(_served(talk, work)) == "Done."
    assert _used(talk) == ["2", "9"]  # what was left of the first turn is forgotten


def test_a_tool_that_the_model_did_not_ask_for_is_refused_to_the_framework_alone() -> None:
    async def work(desk: Desk) -> None:
        with pytest.raises(NotWantedError, match="'search'"):
            await _heard(desk.use("search"))
        await _heard(desk.ask([]))

    assert asyncio.run(_served(Fake([says("Done.")]), work)) == "Done."


def test_after_the_end_a_framework_is_answered_nothing() -> None:
    seen: list[str] = []

    async def work(desk: Desk) -> None:
        for _ in range(2):
            try:
                await _heard(desk.ask([]))
            except (Left, asyncio.CancelledError) as told:
                seen.append(type(told).__name__)

    talk = Fake([])
    with pytest.raises(DialogueOver):
        asyncio.run(_served(talk, work))
    assert "Left" in seen
    assert len(talk.happened) == 1


def test_a_framework_that_breaks_down_is_told_as_it_is() -> None:
    async def work(desk: Desk) -> None:
        raise KeyError("broken")

    with pytest.raises(KeyError, match="broken"):
        asyncio.run(_served(Fake([]), work))


def test_a_framework_that_ends_before_its_model_has_answered_is_no_success() -> None:
    async def work(desk: Desk) -> None:
        await _heard(desk.ask([]))

    with pytest.raises(RuntimeError, match="without an answer"):
        asyncio.run(_served(Fake([BOTH]), work))


def test_a_desk_waits_for_its_framework_however_often_it_is_cancelled() -> None:
    async def run() -> list[str]:
        steps: list[str] = []
        talk = Fake([])
        talk.ask = asyncio.Event().wait  # type: ignore[assignment,method-assign]
        desk = Desk(brief(), talk)
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(desk.serve(ended, lambda: steps.append("told to leave")))
        for _ in range(3):
            await asyncio.sleep(0)
            serving.cancel()
        await asyncio.sleep(0)
        steps.append(f"done: {serving.done()}")
        ended.set_result(None)
        with pytest.raises(asyncio.CancelledError):
            await serving
        return steps

    assert asyncio.run(run()) == ["told to leave", "done: False"]
