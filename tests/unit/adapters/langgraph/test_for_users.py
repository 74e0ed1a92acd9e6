"""``melody.native(…, on="langgraph")`` in the hands of somebody who knows LangGraph."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command
from typing_extensions import TypedDict

import melody
from adapters.langgraph.standalone import StepFailed

TEXT = """
melody: v1
name: tale
inputs: {n: {type: integer, default: 2}}
players:
  own: {python: "cast:own"}
  apart: {python: "cast:process", isolation: worker}
steps:
  first: {label: Begin, play: own, with: {n: "${{ inputs.n }}"}}
  each:
    for_each: ${{ range(steps.first.output) }}
    play: own
    with: {n: "${{ item }}"}
  other: {play: apart, needs: [first]}
  ask: {approval: "Shall it end?", needs: [each, other], form: {why: string}}
outputs: {each: "${{ steps.each.output }}", why: "${{ steps.ask.output.why }}"}
"""

CAST = """
import os
async def own(n): return n
def process(): return os.getpid()
"""

ALLOW = "allow: {python: [cast]}\n"


@pytest.fixture
def native(tmp_path: Path) -> Any:
    (tmp_path / "tale.melody.yaml").write_text(TEXT)
    (tmp_path / "cast.py").write_text(CAST)
    (tmp_path / "melody.project.yaml").write_text(ALLOW)
    return melody.native(tmp_path / "tale.melody.yaml", on="langgraph")


def saved(graph: Any) -> tuple[Any, Any]:
    return (
        graph.builder.compile(checkpointer=InMemorySaver()),
        {"configurable": {"thread_id": "t"}},
    )


def test_it_is_langgraphs_own_graph_and_nothing_has_run(native: Any, tmp_path: Path) -> None:
    assert isinstance(native, CompiledStateGraph)
    assert not (tmp_path / ".melody").exists()


def test_it_is_drawn_with_the_ids_of_the_steps_and_what_they_are(native: Any) -> None:
    drawn = native.get_graph().draw_mermaid()
    assert "first(first)" in drawn
    assert "each(each<hr/><small><em>kind = map</em></small>)" in drawn
    assert "first --> each;" in drawn
    assert "first --> other;" in drawn


def test_every_stream_mode_tells_what_langgraph_says_it_does(native: Any) -> None:
    graph, config = saved(native)

    async def parts() -> list[tuple[str, Any]]:
        modes = ["updates", "tasks", "custom", "values", "checkpoints", "debug"]
        return [part async for part in graph.astream({"inputs": {}}, config, stream_mode=modes)]

    told: dict[str, list[Any]] = {}
    for mode, part in asyncio.run(parts()):
        told.setdefault(mode, []).append(part)
    started = [part["name"] for part in told["tasks"] if "input" in part]
    ended = [part["name"] for part in told["tasks"] if "result" in part]
    assert started.count("first") == ended.count("first") == 1
    assert {"each[0]", "each[1]"} <= set(started)
    assert {"first", "each", "other"} <= {name for part in told["updates"] for name in part}
    kinds = {part["event"] for part in told["custom"]}
    assert {"step_started", "attempt_started", "step_finished"} <= kinds
    assert told["values"][-1]["each"]["output"] == [0, 1]
    assert told["checkpoints"][-1]["next"] == ["ask"]
    assert told["debug"]


def test_a_paused_thread_is_resumed_by_the_answer_and_performs_nothing_twice(native: Any) -> None:
    graph, config = saved(native)

    async def scenario() -> tuple[Any, Any]:
        paused = await graph.ainvoke({"inputs": {"n": 1}}, config)
        assert (await graph.aget_state(config)).next == ("ask",)
        answer = {"choice": "approve", "why": "it is late"}
        return paused, await graph.ainvoke(Command(resume=answer), config)

    paused, state = asyncio.run(scenario())
    (asked,) = paused["__interrupt__"]
    assert asked.value["text"] == "Shall it end?"
    assert "outputs" not in paused
    assert state["outputs"]["why"] == "it is late"
    assert state["first"] == paused["first"]


def test_it_is_a_node_of_a_graph_of_the_users_own(native: Any) -> None:
    class Outer(TypedDict, total=False):
        n: int
        told: Any

    async def tale(state: Outer) -> Outer:
        inner = await native.ainvoke({"inputs": {"n": state["n"]}})
        return {"told": inner["outputs"]["why"]}

    builder = StateGraph(Outer)
    builder.add_node("tale", tale)
    builder.add_edge(START, "tale")
    builder.add_edge("tale", END)
    graph, config = (
        builder.compile(checkpointer=InMemorySaver()),
        {"configurable": {"thread_id": "t"}},
    )

    async def scenario() -> Any:
        paused = await graph.ainvoke({"n": 1}, config)  # type: ignore[call-overload]
        assert paused["__interrupt__"][0].value["text"] == "Shall it end?"
        resume: Any = Command(resume={"choice": "approve", "why": "because"})
        return await graph.ainvoke(resume, config)  # type: ignore[call-overload]

    assert asyncio.run(scenario())["told"] == "because"


def test_processes_and_loops_of_players_end_with_the_node_that_used_them(native: Any) -> None:
    graph, config = saved(native)
    before = threading.enumerate()  # others may still hold loops of their own

    async def scenario() -> Any:
        await graph.ainvoke({"inputs": {"n": 1}}, config)
        return (await graph.aget_state(config)).values["other"]["output"]

    pid = asyncio.run(scenario())
    assert pid != os.getpid()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    ours = (each for each in threading.enumerate() if each.name.startswith("melody-"))
    left = [each for each in ours if each not in before]
    for thread in left:
        thread.join(10)
    assert not any(thread.is_alive() for thread in left)


def test_without_the_projects_leave_nothing_is_imported(native: Any, tmp_path: Path) -> None:
    (tmp_path / "melody.project.yaml").unlink()
    with pytest.raises(melody.DiagnosticsError, match="MEL401"):
        melody.native(tmp_path / "tale.melody.yaml", on="langgraph")
    allowed = melody.native(tmp_path / "tale.melody.yaml", on="langgraph", allow=["python:cast"])
    (tmp_path / "cast.py").write_text("")
    with pytest.raises(StepFailed, match="config"):  # the function, not the leave, is missing
        asyncio.run(allowed.ainvoke({"inputs": {}}))


def test_a_script_may_play_the_players(native: Any, tmp_path: Path) -> None:
    script = {
        "players": {"own": {"return": 1}, "apart": {"sleep": "3m", "return": 7}},
        "steps": {"ask": {"answer": {"choice": "approve", "why": "the script says so"}}},
    }
    graph, config = saved(
        melody.native(tmp_path / "tale.melody.yaml", on="langgraph", script=script)
    )
    state = asyncio.run(graph.ainvoke({"inputs": {}}, config))
    assert state["other"]["output"] == 7
    assert state["outputs"]["why"] == "the script says so"
