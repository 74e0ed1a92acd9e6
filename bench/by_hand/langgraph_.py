"""A LangGraph graph as its documentation writes one: a node and a channel for each step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

MARGIN = 10
"""Supersteps beyond those of the steps."""


def _state(names: list[str]) -> Any:
    from typing_extensions import TypedDict

    make: Any = TypedDict
    return make("State", dict.fromkeys(names, dict[str, Any]), total=False)


def chain(steps: int) -> Callable[[], object]:
    """Each node waits for the one before."""
    from langgraph.graph import END, START, StateGraph

    builder: Any = StateGraph(_state([f"s{i}" for i in range(steps)]))
    for i in range(steps):

        async def node(state: Any, i: int = i) -> dict[str, Any]:
            before = state[f"s{i - 1}"]["n"] if i else 0
            return {f"s{i}": {"n": before + 1}}

        builder.add_node(f"n{i}", node)
        builder.add_edge(START if i == 0 else f"n{i - 1}", f"n{i}")
    builder.add_edge(f"n{steps - 1}", END)
    graph = builder.compile()
    return lambda: asyncio.run(graph.ainvoke({}, {"recursion_limit": steps + MARGIN}))


def fan_out(steps: int) -> Callable[[], object]:
    """One node, so many in one superstep, and one behind a barrier."""
    from langgraph.graph import END, START, StateGraph

    names = [f"s{i}" for i in range(steps)]
    builder: Any = StateGraph(_state(["first", *names, "last"]))

    async def first(state: Any) -> dict[str, Any]:
        return {"first": {"n": 1}}

    async def last(state: Any) -> dict[str, Any]:
        return {"last": {"n": sum(state[name]["n"] for name in names)}}

    builder.add_node("n_first", first)
    builder.add_node("n_last", last)
    for name in names:

        async def node(state: Any, name: str = name) -> dict[str, Any]:
            return {name: {"n": state["first"]["n"] + 1}}

        builder.add_node(f"n_{name}", node)
        builder.add_edge("n_first", f"n_{name}")
    builder.add_edge(START, "n_first")
    builder.add_edge([f"n_{name}" for name in names], "n_last")
    builder.add_edge("n_last", END)
    graph = builder.compile()
    return lambda: asyncio.run(graph.ainvoke({}))
