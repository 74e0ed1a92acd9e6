"""What this backend takes for granted of LangGraph, unpromised; seen on bare graphs.

A new release that breaks one of these breaks the place that the message names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from langchain_core.runnables.config import var_child_runnable_config
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import task
from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command, interrupt
from typing_extensions import TypedDict


class State(TypedDict, total=False):
    a: Any
    b: Any


@dataclass
class Context:
    told: str = ""


async def nothing(state: State) -> None:
    return None


def chained(*nodes: tuple[str, Callable[..., Any]], **compiled: Any) -> Any:
    builder = StateGraph(State, context_schema=Context)
    before = START
    for name, action in nodes:
        builder.add_node(name, action)
        builder.add_edge(before, name)
        before = name
    builder.add_edge(before, END)
    return builder.compile(**compiled)


def test_subgraphs_of_a_node_can_be_told_after_it_was_compiled() -> None:
    inner, outer = chained(("x", nothing), ("y", nothing)), chained(("n", nothing))
    outer.nodes["n"].subgraphs = [inner]
    assert "n:x" in outer.get_graph(xray=True).nodes, "inside.py: drawings lose what is in a node"
    assert [name for name, _ in outer.get_subgraphs()] == ["n"], "inside.py: Studio loses it"


def test_the_configuration_of_a_node_is_inherited_by_a_context_variable() -> None:
    seen: list[Any] = []

    async def look(state: State) -> None:
        seen.append(var_child_runnable_config.get())

    asyncio.run(chained(("look", look)).ainvoke({"a": 1}, {"max_concurrency": 7}))
    assert seen[0]["max_concurrency"] == 7, (
        "execute.py, players/framework: another variable hands the user's limits to our graphs"
    )


def test_without_the_variable_a_graph_inside_a_node_knows_nothing_of_the_one_outside() -> None:
    seen: list[Any] = []

    async def look(state: State) -> None:
        config: Any = var_child_runnable_config.get()
        seen.append(config["configurable"].get("thread_id"))

    async def outside(state: State) -> None:
        var_child_runnable_config.set(None)
        await chained(("look", look)).ainvoke({"a": 1})

    saver = InMemorySaver()
    graph = chained(("outside", outside), checkpointer=saver)
    config: Any = {"configurable": {"thread_id": "t"}}
    asyncio.run(graph.ainvoke({"a": 1}, config))
    assert seen == [None], "execute.py: a Melody in a user's node writes into the user's thread"


def test_a_task_keeps_the_name_that_it_is_given_brackets_and_all() -> None:
    async def work() -> int:
        return 1

    async def node(state: State) -> State:
        named: Any = task(name="m[0]")
        return {"a": await named(work)()}

    async def updates() -> list[str]:
        stream = chained(("m", node)).astream({"a": 0}, stream_mode="updates")
        return [name async for part in stream for name in part]

    assert asyncio.run(updates()) == ["m[0]", "m"], "places.py: items are not told by run path"


def test_a_finished_task_is_answered_by_the_checkpoint_when_its_node_is_entered_again() -> None:
    done: list[int] = []

    async def node(state: State) -> State:
        async def work(n: int) -> int:
            done.append(n)
            return n

        first: Any = task(name="first")
        value = await first(work)(1)
        return {"a": [value, interrupt("?")]}

    graph = chained(("m", node), checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "t"}}
    asyncio.run(graph.ainvoke({"a": 0}, config))
    state = asyncio.run(graph.ainvoke(Command(resume=5), config))
    assert (state["a"], done) == ([1, 5], [1]), "places.py: finished items are performed again"


def test_a_node_is_entered_from_its_beginning_when_its_question_is_answered() -> None:
    entered: list[int] = []

    async def node(state: State) -> State:
        entered.append(1)
        return {"a": interrupt("?")}

    graph = chained(("m", node), checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "t"}}
    asyncio.run(graph.ainvoke({"a": 0}, config))
    asyncio.run(graph.ainvoke(Command(resume=5), config))
    assert entered == [1, 1], "asking.py: the question is not asked anew, so the answer is lost"


@pytest.mark.parametrize("name", ["r.a.x", "r~join", "inputs~step", "m.k.p"])
def test_names_may_hold_dots_and_tildes_and_be_channels_too(name: str) -> None:
    graph = chained((name, nothing))
    assert name in graph.nodes, "compile.py: addresses are no longer node names as they stand"
    assert asyncio.run(graph.ainvoke({"a": 1})) == {"a": 1}


def test_a_builder_tells_its_edges_barriers_and_decisions() -> None:
    async def way(state: State) -> str:
        return "go"

    builder = StateGraph(State)
    for name in "abcd":
        builder.add_node(name, nothing)
    builder.add_edge(START, "a")
    builder.add_edge(START, "b")
    builder.add_edge(["a", "b"], "c")
    builder.add_conditional_edges("c", way, {"go": "d"})
    builder.add_edge("d", END)
    graph = builder.compile()
    message = "edges.py: edges cannot be read back, so the plan cannot be compared with the graph"
    assert graph.builder.edges == {(START, "a"), (START, "b"), ("d", END)}, message
    assert graph.builder.waiting_edges == {(("a", "b"), "c")}, message
    (decision,) = graph.builder.branches["c"].values()
    assert decision.ends == {"go": "d"}, message


def test_a_builder_can_be_compiled_again_with_a_store() -> None:
    graph = chained(("a", nothing)).builder.compile(checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "t"}}
    asyncio.run(graph.ainvoke({"a": 1}, config))
    snapshot = asyncio.run(graph.aget_state(config))
    assert snapshot.values == {"a": 1}, "README.md, On its own: `builder.compile` takes no store"


def test_the_limit_of_supersteps_is_kept_with_the_graph() -> None:
    graph = chained(("a", nothing), ("b", nothing)).with_config(recursion_limit=3)
    assert graph.config["recursion_limit"] == 3, "compile.py: the limit is not told to the graph"
    asyncio.run(graph.ainvoke({"a": 1}))  # one more than there are nodes is enough


def test_the_runtime_hands_the_context_as_it_is_and_writes_to_the_stream() -> None:
    seen: list[Any] = []
    given = Context("x")

    async def node(state: State, *, runtime: Runtime[Context]) -> None:
        seen.append(runtime.context)
        runtime.stream_writer({"n": 1})

    async def parts() -> list[Any]:
        stream = chained(("n", node)).astream({"a": 1}, context=given, stream_mode="custom")
        return [part async for part in stream]

    assert asyncio.run(parts()) == [{"n": 1}], "standalone.py: events are not streamed"
    assert seen[0] is given, "node.py: a copy of the context is another run"


def test_what_a_node_raises_leaves_the_graph_as_it_was_raised() -> None:
    raised = KeyError("mine")

    async def node(state: State) -> None:
        raise raised

    with pytest.raises(KeyError) as caught:
        asyncio.run(chained(("n", node)).ainvoke({"a": 1}))
    assert caught.value is raised, "node.py: RegionEnded and HostFault do not reach the host"


def test_the_state_of_a_paused_graph_tells_of_it_under_a_name() -> None:
    async def node(state: State) -> State:
        return {"a": interrupt("?")}

    state = asyncio.run(chained(("n", node)).ainvoke({"a": 1}))
    assert state["__interrupt__"][0].value == "?", (
        "players/framework: a graph that waits for a person passes for one that has finished"
    )


def test_a_graph_that_stops_at_a_breakpoint_says_so_in_its_snapshot_only() -> None:
    graph = chained(("a", nothing), ("b", nothing), checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "t"}}
    state = asyncio.run(graph.ainvoke({"a": 1}, config, interrupt_before=["b"]))
    assert asyncio.run(graph.aget_state(config)).next == ("b",), (
        "players/framework: a halted graph passes for one that has finished"
    )
    assert "b" not in state


def test_types_keep_the_names_by_which_objects_are_recognised() -> None:
    from langchain_core.runnables import RunnableLambda
    from langchain_core.tools import tool

    from conductor_core.players.framework.recognise import Kind, recognise

    @tool
    def look(at: int) -> int:
        """Look."""
        return at

    graph = chained(("a", nothing))
    objects = [graph, graph.builder, look, RunnableLambda(nothing)]
    assert [recognise(each) for each in objects] == [
        Kind.GRAPH,
        Kind.UNCOMPILED_GRAPH,
        Kind.TOOL,
        Kind.RUNNABLE,
    ], "recognise.py: an existing object is refused as of no framework"
