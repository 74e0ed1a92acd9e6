"""``compiled.native`` in a framework user's hands: LangGraph's own calls and nothing of ours."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import GraphInterrupt
from langgraph.types import Interrupt

from adapters.langgraph import ADAPTER
from adapters.langgraph.standalone import StepFailed
from adapters.langgraph.state import GraphContext
from conductor_core.failed import HostFault
from tests.unit.adapters.langgraph.melodies import (
    ACTS,
    Stand,
    arm,
    branch,
    for_each,
    melody,
    play,
    set_,
    step,
)
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.workflow import Input, WorkflowIR

NUMBER = Input(schema={"type": "integer"})


def tune(*more: Any, **outputs: str) -> WorkflowIR:
    deep = branch(arm("d", None, step("r.a.i.d.z", play(z="inputs.n")), result="steps.z.output.z"))
    ways = branch(
        arm(
            "a",
            "steps.one.output.v > 1",
            step("r.a.i", deep),
            step("r.a.x", set_("steps.i.output + 1"), "r.a.i"),
            result="steps.x.output",
        ),
        arm("b", "inputs.n == 1", result="'b'"),
    )
    inner = branch(arm("k", None, step("m.k.p", play(i="item")), result="steps.p.output.i"))
    return melody(
        step("one", play(v="inputs.n")),
        step("r", ways, "one"),
        step("two", set_("default(steps.r.output, 'none')"), "r"),
        step("m", for_each("[inputs.n, 7]", inner), "two"),
        *more,
        inputs={"n": NUMBER},
        **{"two": "steps.two.output", "m": "steps.m.output", **outputs},
    )


def graph(ir: WorkflowIR, stand: Stand) -> Any:
    return ADAPTER.compile(ir, context=stand.context).native


@pytest.mark.parametrize(("n", "two"), [(0, "none"), (1, "b"), (5, 6)])
def test_the_graph_gives_the_outputs_and_an_envelope_for_each_step(n: int, two: Any) -> None:
    stand = Stand()
    state = asyncio.run(graph(tune(), stand).ainvoke({"inputs": {"n": n}}))
    assert state["outputs"] == {"two": two, "m": [n, 7]}
    assert state["one"]["output"] == {"v": n}
    assert state["one"]["attempts"][0]["player"] == "echo"
    assert state["r"]["status"] == ("skipped" if n == 0 else "succeeded")
    assert len(stand.players.played) == len(set(stand.players.played))
    assert json.loads(json.dumps(state)) == state


def test_several_uses_of_one_graph_at_the_same_time_share_nothing() -> None:
    native = graph(tune(), Stand())

    async def scenario() -> list[Any]:
        return await asyncio.gather(*(native.ainvoke({"inputs": {"n": n}}) for n in range(4)))

    assert [s["outputs"]["two"] for s in asyncio.run(scenario())] == ["none", "b", 3, 4]


def test_updates_and_the_conductors_events_can_be_streamed() -> None:
    native = graph(tune(), Stand())

    async def scenario() -> list[tuple[str, Any]]:
        stream = native.astream({"inputs": {"n": 5}}, stream_mode=["updates", "custom"])
        return [part async for part in stream]

    parts = asyncio.run(scenario())
    updated = [name for mode, part in parts if mode == "updates" for name in part]
    events = [(part["event"], part["path"]) for mode, part in parts if mode == "custom"]
    assert updated == [
        "__inputs__", "one", "r", "r.a", "r.a.i", "r.a.i.d", "r.a.i.d.z", "r.a.i~join", "r.a.x",
        "r~join", "two", "m[0]", "m[1]", "m", "__outputs__",
    ]  # fmt: skip
    assert [event for event, path in events if path == "one"] == [
        "step_started",
        "attempt_started",
        "step_finished",
    ]
    assert len(events) == len(set(events))


def test_the_graph_can_be_drawn_with_the_labels_of_its_decisions() -> None:
    drawn = graph(tune(), Stand()).get_graph().draw_mermaid()
    assert "-. &nbsp;a&nbsp; .->" in drawn
    assert "~otherwise" in drawn
    assert graph(tune(), Stand()).get_context_jsonschema()["title"] == "GraphContext"


def test_a_failed_step_raises_its_standard_error_and_its_siblings_are_awaited() -> None:
    stand = Stand()
    ir = melody(step("bad", play("fail")), step("long", play("forever")))
    with pytest.raises(StepFailed, match=r"bad: output\.refused") as raised:
        asyncio.run(graph(ir, stand).ainvoke({"inputs": {}}))
    assert raised.value.path == "bad"
    assert raised.value.error.code == "output.refused"
    assert stand.players.going.total() == 0


def test_a_failure_deep_in_a_map_is_told_with_its_run_path() -> None:
    inner = branch(arm("k", None, step("m.k.p", play("fail"))))
    ir = melody(step("m", for_each("[1]", inner)))
    with pytest.raises(StepFailed, match=r"m: parallel.threshold"):
        asyncio.run(graph(ir, Stand()).ainvoke({"inputs": {}}))


def test_under_finish_independent_the_others_finish_and_the_graph_fails_at_its_end() -> None:
    stand = Stand()
    ir = melody(
        step("bad", play("fail")),
        step("reader", play(v="steps.bad.output"), "bad"),
        step("other", play()),
        step("next", play(), "other"),
        on_step_failure="finish_independent",
    )
    with pytest.raises(StepFailed, match=r"bad: output\.refused"):
        asyncio.run(graph(ir, stand).ainvoke({"inputs": {}}))
    assert sorted(stand.players.played) == ["bad", "next", "other"]


def test_wrong_inputs_are_all_told_before_anything_runs() -> None:
    stand = Stand()
    with pytest.raises(DiagnosticsError) as raised:
        asyncio.run(graph(tune(), stand).ainvoke({"inputs": {"m": 1}}))
    assert [one.code for one in raised.value.diagnostics] == ["MEL502", "MEL501"]
    with pytest.raises(DiagnosticsError, match="MEL503"):
        asyncio.run(graph(tune(), stand).ainvoke({"inputs": {"n": "many"}}))
    assert stand.players.played == []


def test_an_output_that_cannot_be_evaluated_fails_the_graph() -> None:
    ir = melody(step("a", set_("{'k': 1}")), out="steps.a.output.nothing")
    with pytest.raises(StepFailed, match="output 'out'"):
        asyncio.run(graph(ir, Stand()).ainvoke({"inputs": {}}))


def test_the_outputs_wait_for_a_step_that_only_an_arm_not_taken_reads() -> None:
    reader = step("r.a.x", set_("steps.late.output"), "late")
    ir = melody(
        step("early", set_("1")),
        step("middle", set_("steps.early.output + 1"), "early"),
        step("late", set_("steps.middle.output + 1"), "middle"),
        step("r", branch(arm("a", "false", reader))),
        late="steps.late.output",
    )
    state = asyncio.run(graph(ir, Stand()).ainvoke({"inputs": {}}))
    assert state["outputs"] == {"late": 3}


def test_a_context_given_to_langgraph_wins_over_that_of_compile() -> None:
    given, built = Stand(), Stand()
    context = GraphContext(context=given.context())
    asyncio.run(graph(tune(), built).ainvoke({"inputs": {"n": 1}}, context=context))
    assert given.players.played
    assert built.players.played == []


def test_without_a_context_nothing_is_allowed() -> None:
    native = ADAPTER.compile(tune()).native
    with pytest.raises(StepFailed, match="does not allow"):
        asyncio.run(native.ainvoke({"inputs": {"n": 1}}))


def test_a_checkpointer_allows_single_steps_and_edited_outputs() -> None:
    stand = Stand()
    native = graph(tune(), stand).builder.compile(checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "t"}}

    async def scenario() -> Any:
        state = await native.ainvoke({"inputs": {"n": 5}}, config, interrupt_before="*")
        while (await native.aget_state(config)).next:
            snapshot = await native.aget_state(config)
            if snapshot.next == ("two",):
                edited = {**snapshot.values["r"], "output": 100}
                await native.aupdate_state(config, {"r": edited}, as_node="r~join")
            state = await native.ainvoke(None, config, interrupt_before="*")
        return state

    assert asyncio.run(scenario())["outputs"] == {"two": 100, "m": [5, 7]}
    assert len(stand.players.played) == len(set(stand.players.played))


def test_a_second_use_of_a_thread_sees_nothing_of_the_first() -> None:
    native = graph(tune(), Stand()).builder.compile(checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "t"}}

    async def scenario() -> list[Any]:
        return [
            (await native.ainvoke({"inputs": {"n": n}}, config))["outputs"]["two"]
            for n in (5, 1, 0, 5)
        ]

    assert asyncio.run(scenario()) == [6, "b", "none", 6]


@pytest.mark.parametrize("nested", [False, True])
def test_a_map_broken_off_in_the_middle_performs_only_the_missing_items_again(
    nested: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tail = ".k.p" if nested else ""
    hung: set[str] = set()

    async def hang_once(request: Any, grant: Any) -> Any:
        if request.with_["i"] == 1 and request.path not in hung:
            hung.add(request.path)
            await asyncio.Event().wait()
        return request.with_["i"]

    monkeypatch.setitem(ACTS, "hang_once", hang_once)
    stand = Stand()
    body: Any = play("hang_once", i="item")
    if nested:
        body = branch(arm("k", None, step("m.k.p", body), result="steps.p.output"))
    ir = melody(step("m", for_each("range(3)", body)), m="steps.m.output")
    native = graph(ir, stand).builder.compile(checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "t"}}

    async def scenario() -> Any:
        first = asyncio.ensure_future(native.ainvoke({"inputs": {}}, config))
        await asyncio.sleep(0.3)
        assert dict(+stand.players.going) == {f"m[1]{tail}": 1}
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert stand.players.going.total() == 0
        return await native.ainvoke(None, config)

    assert asyncio.run(scenario())["outputs"] == {"m": [0, 1, 2]}
    assert sorted(stand.players.played) == [f"m[{i}]{tail}" for i in (0, 1, 1, 2)]


def test_an_inner_graph_is_not_run_without_its_map() -> None:
    child = ADAPTER.compile(tune()).children["m"]
    with pytest.raises(HostFault, match="inside its step only"):
        asyncio.run(child.ainvoke({"inputs": {}}))


def test_langgraphs_own_control_flow_passes_through_a_node(monkeypatch: pytest.MonkeyPatch) -> None:
    async def pause(*_: Any) -> None:
        raise GraphInterrupt((Interrupt(value="wait"),))

    monkeypatch.setattr("adapters.langgraph.node.nodes.enter", pause)
    native = graph(melody(step("a", set_("1"))), Stand())
    state = asyncio.run(native.ainvoke({"inputs": {}}))
    assert state["__interrupt__"][0].value == "wait"


def test_a_half_fired_barrier_left_in_a_thread_is_told_and_no_old_value_is_read() -> None:
    reader = step("r.a.x", set_("steps.late.output"), "late")
    ways = branch(arm("a", "inputs.n == 1", reader, result="steps.x.output"))
    ir = melody(
        step("early", set_("inputs.n")),
        step("middle", set_("steps.early.output"), "early"),
        step("late", set_("steps.middle.output"), "middle"),
        step("r", ways),
        inputs={"n": NUMBER},
        r="default(steps.r.output, null)",
    )
    native = graph(ir, Stand()).builder.compile(checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "t"}}

    async def scenario() -> Any:
        await native.ainvoke({"inputs": {"n": 0}}, config)
        return await native.ainvoke({"inputs": {"n": 1}}, config)

    with pytest.raises(HostFault, match="MEL951"):
        asyncio.run(scenario())
