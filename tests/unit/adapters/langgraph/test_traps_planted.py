"""LangGraph's silent ends, planted into compiled graphs: no run that meets one succeeds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import GraphInterrupt
from langgraph.graph import StateGraph
from langgraph.types import Command, Interrupt

from adapters.langgraph import ADAPTER
from adapters.langgraph import compile as compiling
from adapters.langgraph.standalone import MelodyChanged
from conductor_core.failed import HostFault
from conductor_core.run import Start
from tests.unit.adapters.langgraph.melodies import (
    ACTS,
    Stand,
    arm,
    branch,
    melody,
    play,
    set_,
    step,
)
from workflow_ir.plan import OTHERWISE
from workflow_ir.result import RunResult, RunStatus
from workflow_ir.workflow import WorkflowIR

STARTS: tuple[Start, ...] = ("eager", "graph")
BRANCHED = melody(
    step(
        "r",
        branch(
            arm("a", "true", step("r.a.x", play()), step("r.a.y", play())),
            arm("b", None, step("r.b.x", play())),
        ),
    ),
    step("after", play(), "r"),
)
UNEQUAL = melody(
    step("a", play()), step("b", play()), step("b2", play(), "b"), step("c", play(), "a", "b2")
)


def run(ir: WorkflowIR, start: Start, change: Callable[[Any], None]) -> RunResult:
    """Run a graph that was changed before LangGraph compiled it."""
    usual = StateGraph.compile

    def changed(builder: Any, **more: Any) -> Any:
        change(builder)
        return usual(builder, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StateGraph, "compile", changed)
        compiled = ADAPTER.compile(ir)
    context = Stand().context()

    async def limited() -> RunResult:
        async with asyncio.timeout(60):
            return await ADAPTER.execute(compiled, {}, context, start=start)

    return asyncio.run(limited())


def one_barrier_for_all_arms(builder: Any) -> None:
    ways = {edge for edge in builder.waiting_edges if edge[1] == "r~join"}
    builder.waiting_edges -= ways
    sources = {source for sources, _ in ways for source in sources}
    single = {edge for edge in builder.edges if edge[1] == "r~join"}
    builder.edges -= single
    builder.waiting_edges.add((tuple(sorted(sources | {s for s, _ in single})), "r~join"))


def plain_edges_for_a_barrier(builder: Any) -> None:
    for sources, target in [way for way in builder.waiting_edges if way[1] == "c"]:
        builder.waiting_edges.remove((sources, target))
        builder.edges |= {(source, target) for source in sources}


def a_node_that_nothing_leads_to(builder: Any) -> None:
    builder.edges = {edge for edge in builder.edges if edge[1] != "after"}


def a_decision_without_a_path_map(builder: Any) -> None:
    async def astray(state: Any) -> str:
        return "nowhere"

    builder.branches["r"].clear()
    builder.add_conditional_edges("r", astray)


def an_edge_beside_a_decision(builder: Any) -> None:
    builder.add_edge("r", "r.b")


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(
    ("change", "ir", "codes"),
    [
        (one_barrier_for_all_arms, BRANCHED, {"MEL953"}),
        (plain_edges_for_a_barrier, UNEQUAL, {"MEL951", "MEL953"}),
        (a_node_that_nothing_leads_to, BRANCHED, {"MEL953"}),
        (a_decision_without_a_path_map, BRANCHED, {"MEL953"}),
        (an_edge_beside_a_decision, BRANCHED, {"MEL952", "MEL953"}),
    ],
)
def test_a_graph_that_ends_or_joins_otherwise_than_the_plan_is_a_fault_and_no_success(
    change: Callable[[Any], None], ir: WorkflowIR, codes: set[str], start: Start
) -> None:
    with pytest.raises(HostFault) as fault:
        run(ir, start, change)
    assert fault.value.code in codes


def test_a_decision_is_total_whatever_the_state_holds() -> None:
    taken = compiling._taken("r")
    states: tuple[Any, ...] = ({}, {"r": None}, {"r": {}}, {"r": {"branch": None}})
    assert {asyncio.run(taken(state)) for state in states} == {OTHERWISE}  # type: ignore[arg-type]


def test_no_graph_uses_send_or_goto() -> None:
    graph = ADAPTER.compile(BRANCHED).native
    assert all(not node.ends for node in graph.builder.nodes.values())
    sends = {type(channel).__name__ for channel in graph.channels.values()}
    assert sends <= {"LastValue", "EphemeralValue", "NamedBarrierValue", "Topic"}
    assert graph.channels["__pregel_tasks"].checkpoint() is not None


@pytest.mark.parametrize("start", STARTS)
def test_an_interrupt_raised_by_a_player_fails_its_step_and_pauses_nothing(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def pause(*_: Any) -> None:
        raise GraphInterrupt((Interrupt(value="?"),))

    monkeypatch.setitem(ACTS, "pause", pause)
    ir = melody(step("a", play("pause")))
    result = asyncio.run(ADAPTER.execute(ADAPTER.compile(ir), {}, Stand().context(), start=start))
    assert result.status is RunStatus.FAILED
    assert result.failed_step == "a"


@pytest.mark.parametrize("last", [False, True])
def test_a_record_that_langgraph_drops_is_missed(
    last: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = "b" if last else "a"

    def misspelt(node: Any, record: dict[str, Any]) -> dict[str, Any]:
        name = node.step.address
        return {"misspelt" if name == lost else name: record}

    monkeypatch.setattr("adapters.langgraph.node._update", misspelt)
    ir = melody(step("a", set_("1")), step("b", set_("steps.a.output"), "a"), b="steps.b.output")
    native = ADAPTER.compile(ir).native

    async def limited() -> Any:
        async with asyncio.timeout(20):
            return await native.ainvoke({"inputs": {}})

    with pytest.raises(HostFault, match=r"MEL95[13]"):
        asyncio.run(limited())


def test_a_thread_that_another_melody_has_begun_is_refused() -> None:
    def tune(last: str) -> WorkflowIR:
        asks = step("a", play())
        return melody(asks, step("b", set_("1"), "a"), step(last, set_("2"), "b"))

    saver, config = InMemorySaver(), {"configurable": {"thread_id": "t"}}
    before = ADAPTER.compile(tune("c"), context=Stand().context).native
    after = ADAPTER.compile(tune("d"), context=Stand().context).native
    old, new = (graph.builder.compile(checkpointer=saver) for graph in (before, after))

    async def scenario() -> Any:
        await old.ainvoke({"inputs": {}}, config, interrupt_before=["b"])
        return await new.ainvoke(Command(resume="x"), config)

    with pytest.raises(MelodyChanged, match="has changed"):
        asyncio.run(scenario())
