"""A chain of trivial steps: asyncio by hand, LangGraph by hand, and what we compile to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from adapters import registry
from bench.stopwatch import medians
from compiler.pipeline import compile_text
from conductor_core.clock.real import RealClock
from conductor_core.players.troupe import Troupe
from conductor_core.stage import RunContext
from workflow_ir.events import Event
from workflow_ir.workflow import WorkflowIR

STEPS = 100
ROUNDS = 9


class _NoJournal:
    """Events are made and dropped: this measures the engines, not a disk."""

    def append(self, event: Event) -> None:
        """Forget it."""


def chain() -> Iterator[str]:
    """Microseconds a step and the ratio to LangGraph by hand."""
    ir = _melody()
    taken = medians(
        {
            "asyncio by hand": _asyncio_by_hand(),
            "LangGraph by hand": _langgraph_by_hand(),
            "melody native": _melody_on(ir, "native"),
            "melody langgraph": _melody_on(ir, "langgraph"),
        },
        rounds=ROUNDS,
    )
    base = taken["LangGraph by hand"]
    yield f"chain of {STEPS} trivial steps, median of {ROUNDS} interleaved rounds"
    for name, seconds in taken.items():
        each = seconds / STEPS * 1e6
        yield f"  {name:<20} {each:8.1f} us a step   {seconds / base:5.2f} x LangGraph by hand"


def _melody() -> WorkflowIR:
    lines = [
        "melody: v1",
        "name: chain",
        "steps:",
        "  s0: {set: {n: 1}}",
        *(
            f'  s{i}: {{set: {{n: "${{{{ steps.s{i - 1}.output.n + 1 }}}}"}}}}'
            for i in range(1, STEPS)
        ),
        f'outputs: {{n: "${{{{ steps.s{STEPS - 1}.output.n }}}}"}}',
    ]
    ir = compile_text("\n".join(lines)).ir
    assert ir is not None
    return ir


def _melody_on(ir: WorkflowIR, backend: str) -> Callable[[], object]:
    adapter = registry.load(backend)
    compiled = adapter.compile(ir)

    def run() -> object:
        context = RunContext("bench", RealClock(), Troupe({}, Path()), _NoJournal())
        return asyncio.run(adapter.execute(compiled, {}, context))

    return run


def _asyncio_by_hand() -> Callable[[], object]:
    async def step(n: int) -> int:
        return n + 1

    async def main() -> int:
        n = 0
        for _ in range(STEPS):
            n = await asyncio.create_task(step(n))
        return n

    return lambda: asyncio.run(main())


def _langgraph_by_hand() -> Callable[[], object]:
    from langgraph.graph import END, START, StateGraph
    from typing_extensions import TypedDict

    make: Any = TypedDict
    state = make("State", {f"s{i}": dict[str, Any] for i in range(STEPS)}, total=False)
    builder: Any = StateGraph(state)
    for i in range(STEPS):

        async def node(state: Any, i: int = i) -> dict[str, Any]:
            before = state[f"s{i - 1}"]["n"] if i else 0
            return {f"s{i}": {"n": before + 1}}

        builder.add_node(f"n{i}", node)
        builder.add_edge(START if i == 0 else f"n{i - 1}", f"n{i}")
    builder.add_edge(f"n{STEPS - 1}", END)
    graph = builder.compile()
    return lambda: asyncio.run(graph.ainvoke({}, {"recursion_limit": STEPS + 10}))
