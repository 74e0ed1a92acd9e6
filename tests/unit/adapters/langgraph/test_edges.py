from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from adapters.base import Compiled
from adapters.langgraph import ADAPTER
from adapters.langgraph.compile import state_graph
from conductor_core.failed import HostFault
from conductor_core.run import Start
from tests.unit.adapters.langgraph.melodies import (
    Stand,
    arm,
    branch,
    for_each,
    melody,
    set_,
    step,
)
from workflow_ir.plan import Edge, plan
from workflow_ir.workflow import WorkflowIR


def rich() -> WorkflowIR:
    deep = branch(arm("deep", None, step("r.b.i.deep.z", set_("1"))), arm("flat", "false"))
    ways = branch(
        arm(
            "a",
            "inputs.n == 1",
            step("r.a.x", set_("1"), "one"),
            step("r.a.y", set_("2"), "two"),
            result="steps.x.output",
        ),
        arm("b", "inputs.n == 2", step("r.b.i", deep)),
        arm("c", "inputs.n == 3"),
    )
    item = branch(arm("only", None, step("m.only.p", set_("item")), result="steps.p.output"))
    return melody(
        step("one", set_("1")),
        step("two", set_("2")),
        step("r", ways, "one"),
        step("both", set_("3"), "one", "two", "r"),
        step("m", for_each("[1]", item), "both"),
    )


def tampered(ir: WorkflowIR, change: Callable[[Edge], Iterable[Edge]]) -> Compiled:
    """A graph built from a plan whose top edges were changed."""
    compiled = ADAPTER.compile(ir)
    wrong = replace(
        compiled.graph, edges=tuple(new for edge in compiled.graph.edges for new in change(edge))
    )
    native, children = state_graph(ir, wrong, compiled.evaluator, None)
    return replace(compiled, native=native, children=children)


def fault(compiled: Compiled, n: int, start: Start = "graph") -> str:
    run = ADAPTER.execute(compiled, {"n": n}, Stand().context(), start=start)
    with pytest.raises(HostFault) as raised:
        asyncio.run(run)
    return raised.value.code


def test_the_edges_read_back_from_the_framework_are_those_of_the_plan() -> None:
    ir = rich()
    read = ADAPTER.edges(ADAPTER.compile(ir))
    assert read == {region.address: frozenset(region.edges) for region in plan(ir).all_regions()}
    assert set(read) == {"", "m"}


def test_a_dropped_edge_is_seen_in_the_edges_and_in_a_run() -> None:
    lost = Edge("two", "both")
    compiled = tampered(rich(), lambda edge: [] if edge == lost else [edge])
    assert frozenset(compiled.graph.edges) - ADAPTER.edges(compiled)[""] == {lost}


def test_a_join_that_waits_for_every_arm_never_fires_and_is_found_out() -> None:
    def merged(edge: Edge) -> list[Edge]:
        return [replace(edge, group="all") if edge.target == "r~join" and not edge.label else edge]

    compiled = tampered(rich(), merged)
    assert ADAPTER.edges(compiled)[""] != frozenset(compiled.graph.edges)
    assert fault(compiled, 1) == fault(compiled, 1, "eager") == "MEL953"


def test_an_or_join_fires_early_and_is_found_out() -> None:
    apart = iter("123")

    def split(edge: Edge) -> list[Edge]:
        return [replace(edge, group=next(apart))] if edge.target == "both" else [edge]

    compiled = tampered(rich(), split)
    assert ADAPTER.edges(compiled)[""] != frozenset(compiled.graph.edges)
    assert fault(compiled, 1) == "MEL951"


def test_swapped_arms_are_found_out() -> None:
    swap = {"a": "r.b", "b": "r.a"}

    def swapped(edge: Edge) -> list[Edge]:
        return [replace(edge, target=swap[edge.label])] if edge.label in swap else [edge]

    compiled = tampered(rich(), swapped)
    assert ADAPTER.edges(compiled)[""] != frozenset(compiled.graph.edges)
    assert fault(compiled, 1) == fault(compiled, 1, "eager") == "MEL952"


def test_an_extra_edge_is_found_out() -> None:
    extra = Edge("one", "m", group="extra")
    compiled = tampered(rich(), lambda edge: [edge, extra] if edge.target == "m" else [edge])
    assert ADAPTER.edges(compiled)[""] != frozenset(compiled.graph.edges)
    assert fault(compiled, 1) == "MEL951"


def test_an_unknown_label_raises_instead_of_ending_the_graph() -> None:
    def relabelled(edge: Edge) -> list[Edge]:
        return [replace(edge, label="d")] if edge.label == "c" else [edge]

    compiled = tampered(rich(), relabelled)
    assert fault(compiled, 3) == fault(compiled, 3, "eager") == "MEL953"
