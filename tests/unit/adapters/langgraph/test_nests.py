"""Steps that hold steps as child graphs, and persons that are asked, by LangGraph's own means."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from adapters.langgraph import ADAPTER
from adapters.langgraph.standalone import StepFailed
from adapters.standalone import NobodyAnswers
from conductor_core.failed import HostFault
from tests.unit.adapters.crewai.stage import Stage, stage
from tests.unit.adapters.nests import ALL, ASKS, ASKS_INSIDE, COSTS, LONG_LOOP, nest

THREAD: Any = {"configurable": {"thread_id": "t"}}


def graph(steps: str, on: Stage) -> Any:
    return ADAPTER.compile(nest(steps), context=lambda: on.context).native


def test_the_graph_on_its_own_performs_everything_inside_its_nodes() -> None:
    on = stage()
    state = asyncio.run(graph(ALL, on).ainvoke({"inputs": {}}))
    assert state["outputs"] == {"n": 3, "text": "part/intro"}
    assert len(on.cast.began) == len(set(on.cast.began)) == 15
    assert state["loop"]["status"] == "succeeded"


def test_a_loop_on_its_own_may_be_longer_than_a_limit_of_supersteps() -> None:
    config: Any = {"recursion_limit": 30}
    assert asyncio.run(graph(LONG_LOOP, stage()).ainvoke({"inputs": {}}, config))["outputs"] == {
        "n": 130
    }


def test_a_failure_inside_is_told_with_its_own_run_path() -> None:
    with pytest.raises(StepFailed, match=r"input\.invalid") as failed:
        asyncio.run(graph(ALL, stage(fails=("loop#2.x",))).ainvoke({"inputs": {}}))
    assert failed.value.path == "loop#2.x"


def test_events_of_what_is_inside_are_streamed() -> None:
    async def scenario() -> list[Any]:
        stream = graph(ALL, stage()).astream({"inputs": {}}, stream_mode="custom")
        return [event async for event in stream]

    finished = {
        event["path"] for event in asyncio.run(scenario()) if event["event"][5:] == "finished"
    }
    assert {"group.y", "sides.left.x", "loop#3.x", "part/more.deep", "each[1]/intro"} <= finished


def test_langgraph_draws_what_is_inside_its_nodes() -> None:
    native = graph(ALL, stage())
    inside = {name for name, _ in native.get_subgraphs(recurse=True)}
    assert {"group", "sides", "sides|left", "sides|right", "loop", "part|more"} <= inside
    drawn = native.get_graph(xray=True)
    named = set(drawn.nodes)
    assert {"group:group.x", "sides:right:sides.right.y", "part:intro"} <= named
    assert "subgraph group" in drawn.draw_mermaid()


def test_what_shows_several_graphs_is_never_run() -> None:
    shown = dict(graph(ALL, stage()).get_subgraphs())["sides"]
    with pytest.raises(HostFault, match="for looking at"):
        asyncio.run(shown.ainvoke({"inputs": {}}))


def test_a_node_that_was_broken_off_performs_its_inside_anew() -> None:
    on = stage()
    on.cast.hangs = frozenset({"group.y"})
    native = graph(ALL, on).builder.compile(checkpointer=InMemorySaver())

    async def scenario() -> Any:
        first = asyncio.ensure_future(native.ainvoke({"inputs": {}}, THREAD))
        await on.cast.hung.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        on.cast.hangs = frozenset()
        return await native.ainvoke(None, THREAD)

    assert asyncio.run(scenario())["outputs"] == {"n": 3, "text": "part/intro"}
    assert on.cast.began.count("first") == 1
    assert on.cast.began.count("group.x") == on.cast.began.count("group.y") == 2


def test_a_person_is_asked_by_an_interrupt_and_the_answer_resumes_the_graph() -> None:
    on = stage()
    native = graph(ASKS, on).builder.compile(checkpointer=InMemorySaver())

    async def scenario() -> list[Any]:
        asked = await native.ainvoke({"inputs": {}}, THREAD)
        wrong = await native.ainvoke(Command(resume={"code": 7}), THREAD)
        return [asked, wrong, await native.ainvoke(Command(resume={"code": "z"}), THREAD)]

    asked, wrong, done = asyncio.run(scenario())
    question = asked["__interrupt__"][0].value
    assert (question["path"], question["text"]) == ("ask", "Is before good?")
    assert wrong["__interrupt__"][0].value["problems"] == ["$.code: 7 is an integer, not a string"]
    assert done["outputs"] == {"code": "z", "after": "after"}
    assert on.cast.began == ["before", "after"]


def test_a_question_inside_a_node_is_refused_and_nothing_hangs() -> None:
    on = stage()
    with pytest.raises(NobodyAnswers, match=r"'group.ask'") as refused:
        asyncio.run(graph(ASKS_INSIDE, on).ainvoke({"inputs": {}}))
    assert refused.value.paths == ("group.ask",)
    assert on.cast.began == on.cast.ended == ["group.before"]


def test_what_earlier_nodes_have_spent_counts_against_the_budget_of_the_run() -> None:
    on = stage()
    with pytest.raises(StepFailed, match=r"policy\.budget") as failed:
        asyncio.run(graph(COSTS, on).ainvoke({"inputs": {}}))
    assert failed.value.path == "three"
    assert on.cast.began == ["one", "two.x"]
