"""A generated graph in an engineer's hands: threads, time travel, several runs at once."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from adapters.emitter.project import Sources
from adapters.langgraph.emit import emit
from tests.unit.adapters.emitter.steps.written_steps import compiled
from tests.unit.adapters.langgraph.test_emit import graph_of

STEPS = """
one: {play: hand, with: {n: "${{ inputs.n }}"}}
beside: {play: spare, with: {n: 1}}
group:
  needs: [one]
  steps:
    inner: {play: hand, with: {n: "${{ steps.one.output.n + 1 }}"}}
    ask: {approval: "Go on?", needs: [inner]}
    last: {play: hand, needs: [ask], with: {n: "${{ steps.inner.output.n + 1 }}"}}
  result: ${{ steps.last.output.n }}
end: {play: hand, with: {n: "${{ steps.group.output + 1 }}"}, needs: [beside]}
"""
BAND = Sources({"band.py": "def hand(n):\n    return n\n\n\nspare = hand\n"})
YES: Command[Any] = Command(resume={"choice": "approve"})


class Stand:
    """A graph whose players count what they are asked."""

    def __init__(self, module: ModuleType) -> None:
        self.asked: list[tuple[str, Any]] = []
        package = module.__name__.partition(".")[0]
        cast = sys.modules[f"{package}.cast"].CAST
        for name in ("hand", "spare"):
            cast[name] = replace(cast[name], perform=self.perform)
        self.failed: type[Exception] = sys.modules[f"{package}.nodes"].RunFailed
        self.graph = module.builder.compile(checkpointer=InMemorySaver())

    async def perform(self, call: Any) -> Any:
        self.asked.append((call.path, call.with_["n"]))
        await asyncio.sleep(0)
        if call.with_["n"] < 0:
            raise ValueError("less than nothing")
        return {"n": call.with_["n"]}

    async def go(self, given: Any, thread: str = "1") -> Any:
        return await self.graph.ainvoke(given, {"configurable": {"thread_id": thread}})


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    with graph_of(emit(compiled(STEPS), BAND), tmp_path) as module:
        yield Stand(module)


def test_a_question_inside_leaves_the_graph_and_nothing_is_done_twice(stand: Stand) -> None:
    async def main() -> Any:
        paused = await stand.go({"inputs": {"n": 5}})
        assert [one.value["path"] for one in paused["__interrupt__"]] == ["group.ask"]
        assert "group" not in paused["steps"]
        return await stand.go(YES)

    state = asyncio.run(main())
    assert state["status"] == "succeeded"
    assert state["steps"]["end"]["output"] == {"n": 8}
    assert sorted(stand.asked) == [
        ("beside", 1), ("end", 8), ("group.inner", 6), ("group.last", 7), ("one", 5),
    ]  # fmt: skip


def test_what_is_inside_is_seen_while_it_waits(stand: Stand) -> None:
    async def main() -> Any:
        await stand.go({"inputs": {"n": 5}})
        return await stand.graph.aget_state({"configurable": {"thread_id": "1"}}, subgraphs=True)

    (task,) = asyncio.run(main()).tasks
    assert task.name == "group"
    assert task.state.values["steps"]["group.inner"]["output"] == {"n": 6}


def test_a_thread_goes_on_from_an_earlier_checkpoint_with_an_edited_state(stand: Stand) -> None:
    async def main() -> Any:
        await stand.go({"inputs": {"n": 5}})
        await stand.go(YES)
        config = {"configurable": {"thread_id": "1"}}
        past = [one async for one in stand.graph.aget_state_history(config)]
        (before,) = (one for one in past if one.next == ("end",))
        steps = before.values["steps"]
        edited = {"steps": {"group": {**steps["group"], "output": 40}}}
        fork = await stand.graph.aupdate_state(before.config, edited, as_node="group")
        stand.asked.clear()
        return await stand.graph.ainvoke(None, fork)

    state = asyncio.run(main())
    assert stand.asked == [("end", 41)]
    assert state["steps"]["end"]["output"] == {"n": 41}
    assert state["steps"]["one"]["output"] == {"n": 5}


def test_two_runs_on_one_graph_know_nothing_of_each_other(stand: Stand) -> None:
    async def main() -> Any:
        await asyncio.gather(*(stand.go({"inputs": {"n": n}}, str(n)) for n in (10, 20)))
        return await asyncio.gather(*(stand.go(YES, str(n)) for n in (10, 20)))

    states = asyncio.run(main())
    assert [state["steps"]["end"]["output"]["n"] for state in states] == [13, 23]


def test_a_failed_step_is_told_and_what_comes_behind_it_does_nothing(stand: Stand) -> None:
    async def main() -> Any:
        with pytest.raises(stand.failed, match=r"one: player\.bug: ") as raised:
            await stand.go({"inputs": {"n": -1}})
        state = await stand.graph.aget_state({"configurable": {"thread_id": "1"}})
        return raised.value, state.values

    failed, state = asyncio.run(main())
    assert sorted(stand.asked) == [("beside", 1), ("one", -1)]
    assert failed.report["status"] == "failed"
    assert failed.report["steps"]["end"] == {"status": "pending"}
    assert set(state["steps"]) == {"one", "beside"}


def test_a_thread_can_be_used_again(stand: Stand) -> None:
    async def main() -> Any:
        await stand.go({"inputs": {"n": 5}})
        await stand.go(YES)
        await stand.go({"inputs": {"n": 7}})
        return await stand.go(YES)

    state = asyncio.run(main())
    assert state["steps"]["end"]["output"] == {"n": 10}
    assert state["usage"] == {"usd": 0.0, "tokens": 0}


def test_a_player_may_begin_the_graph_anew(tmp_path: Path) -> None:
    with graph_of(emit(compiled("one: {play: hand, with: {n: 1}}"), BAND), tmp_path) as module:
        seen: list[Any] = []

        async def perform(call: Any) -> Any:
            if not seen:
                seen.append(None)
                seen.append(await module.graph.ainvoke({"inputs": {}}))
            return {"n": 1}

        cast = sys.modules["small.cast"].CAST
        cast["hand"] = replace(cast["hand"], perform=perform)
        report = asyncio.run(sys.modules["small"].run({}))
    assert report["status"] == "succeeded"
    assert seen[1]["status"] == "succeeded"
