"""LangGraph's silent traps, one test each; README.md tells of them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import pytest
from langchain_core.tracers.langchain import LangChainTracer
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import GraphRecursionError
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

from adapters.langgraph import ADAPTER
from adapters.langgraph.capabilities import CAPABILITIES
from conductor_core.run import Start
from tests.unit.adapters.langgraph.melodies import Stand, for_each, melody, play, set_, step
from workflow_ir.capability import Feature
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.result import RunStatus
from workflow_ir.workflow import WorkflowIR


def chain(length: int) -> WorkflowIR:
    rest = (
        step(f"s{n}", set_(f"steps.s{n - 1}.output + 1"), f"s{n - 1}") for n in range(1, length)
    )
    return melody(step("s0", set_("0")), *rest, last=f"steps.s{length - 1}.output")


def crossing() -> WorkflowIR:
    return melody(
        step("a", play("nap", s="0.3")),
        step("a2", play("nap", s="0"), "a"),
        step("b", play("nap", s="0")),
        step("b2", play("nap", s="0.3"), "b"),
    )


@pytest.mark.parametrize(("start", "takes"), [("eager", 0.3), ("graph", 0.6)])
def test_the_superstep_barrier_costs_no_time_in_eager_mode(start: Start, takes: float) -> None:
    stand = Stand()
    asyncio.run(ADAPTER.execute(ADAPTER.compile(crossing()), {}, stand.context(), start=start))
    assert stand.elapsed == takes


def test_the_recursion_limit_follows_the_size_of_the_graph() -> None:
    compiled = ADAPTER.compile(chain(60))
    assert compiled.native.config["recursion_limit"] == 76
    result = asyncio.run(ADAPTER.execute(compiled, {}, Stand().context(), start="graph"))
    assert result.outputs == {"last": 59}


def test_a_recursion_limit_that_is_too_low_is_told_and_never_ends_the_graph_in_silence() -> None:
    native = ADAPTER.compile(chain(60)).native
    with pytest.raises(GraphRecursionError):
        asyncio.run(native.ainvoke({"inputs": {}}, {"recursion_limit": 10}))


def test_the_frameworks_own_retries_timeouts_handlers_and_caches_are_off() -> None:
    graph = ADAPTER.compile(crossing()).native
    for node in graph.nodes.values():
        assert not node.retry_policy
        assert node.cache_policy is None
        assert node.timeout is None
        assert node.error_handler_node is None
    assert not graph.retry_policy
    assert graph.cache is None
    assert graph.step_timeout is None


def test_names_with_dots_a_tilde_or_of_our_own_channels_do_not_collide() -> None:
    ir = melody(
        step("inputs", set_("inputs.n + 1")),
        step("outputs", set_("steps.inputs.output + 1"), "inputs"),
        step("invocation", set_("steps.outputs.output + 1"), "outputs"),
        n="steps.invocation.output",
    )
    compiled = ADAPTER.compile(ir)
    result = asyncio.run(ADAPTER.execute(compiled, {"n": 1}, Stand().context(), start="graph"))
    assert result.outputs == {"n": 4}


def test_no_node_is_traced_although_the_environment_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from langsmith import utils

    made: list[str] = []
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGCHAIN_TRACING_V2", "true")  # the older name comes first where it is set
    monkeypatch.setenv("LANGSMITH_API_KEY", "none")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(LangChainTracer, "__init__", lambda self, *a, **k: made.append("tracer"))
    forget: Any = utils.get_env_var
    forget.cache_clear()
    try:
        assert utils.tracing_is_enabled()
        asyncio.run(ADAPTER.execute(ADAPTER.compile(chain(2)), {}, Stand().context()))
        assert utils.tracing_is_enabled()
    finally:
        forget.cache_clear()
    assert made == []


def test_a_melody_run_inside_a_users_own_node_uses_none_of_its_configuration() -> None:
    compiled = ADAPTER.compile(
        melody(step("m", for_each("range(3)", play(i="item"))), m="steps.m.output")
    )

    class State(TypedDict, total=False):
        got: Any

    async def perform(state: State) -> State:
        result = await ADAPTER.execute(compiled, {}, Stand().context())
        return {"got": result.status.value}

    builder = StateGraph(State)
    builder.add_node("perform", perform)
    builder.add_edge(START, "perform")
    builder.add_edge("perform", END)
    saver = InMemorySaver()
    graph = builder.compile(checkpointer=saver)
    config: Any = {"configurable": {"thread_id": "t"}, "max_concurrency": 1}
    result = asyncio.run(graph.ainvoke({"got": None}, config))
    assert result == {"got": RunStatus.SUCCEEDED.value}
    namespaces = {row.config["configurable"]["checkpoint_ns"] for row in saver.list(None)}
    assert namespaces == {""}


def test_importing_the_adapter_and_reading_its_table_imports_no_framework() -> None:
    program = (
        "import sys; from adapters.langgraph import ADAPTER; ADAPTER.capabilities();"
        "ADAPTER.get_framework_name();"
        "print([m for m in sys.modules if m.split('.')[0] in"
        " ('langgraph', 'langchain_core', 'langsmith')])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_every_feature_has_a_row_that_tells_how() -> None:
    assert list(CAPABILITIES) == list(Feature)
    assert all(row.how for row in CAPABILITIES.values())
    assert all(row.support.runs for row in CAPABILITIES.values())


def test_a_missing_framework_is_told_with_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name.startswith(("adapters.langgraph.", "langgraph")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "langgraph", None)
    with pytest.raises(DiagnosticsError) as raised:
        ADAPTER.compile(chain(1))
    problem = raised.value.diagnostics[0]
    assert problem.code == "MEL903"
    assert problem.help == "pip install 'melody-compiler[langgraph]'"
