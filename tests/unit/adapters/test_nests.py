"""Steps that hold steps, on every backend: what conformance cases cannot show."""

from __future__ import annotations

import asyncio

import pytest

from adapters import registry
from conductor_core.run import Start
from tests.unit.adapters.crewai.stage import perform, stage
from tests.unit.adapters.nests import ALL, LONG_LOOP, nest
from workflow_ir.result import RunStatus

BACKENDS = pytest.mark.parametrize("backend", ["native", "langgraph", "crewai"])
STARTS = pytest.mark.parametrize("start", ["eager", "graph"])


@BACKENDS
@STARTS
def test_everything_inside_is_performed_once_and_nothing_is_left_behind(
    backend: str, start: Start
) -> None:
    on = stage()
    result = perform(nest(ALL), start, on, adapter=registry.load(backend))
    assert result.status is RunStatus.SUCCEEDED
    assert result.outputs == {"n": 3, "text": "part/intro"}
    assert len(on.cast.began) == len(set(on.cast.began)) == 15


@BACKENDS
@STARTS
def test_a_loop_may_be_longer_than_any_limit_of_the_framework(backend: str, start: Start) -> None:
    result = perform(nest(LONG_LOOP), start, stage(), adapter=registry.load(backend))
    assert result.outputs == {"n": 130}


@BACKENDS
@STARTS
@pytest.mark.parametrize(
    "path", ["group.x", "sides.left.x", "loop#2.x", "part/more.deep", "each[1]/intro"]
)
def test_cancelling_a_run_ends_whatever_goes_on_inside(
    path: str, backend: str, start: Start
) -> None:
    on, adapter = stage(), registry.load(backend)
    on.cast.hangs = frozenset({path})

    async def cancelled_halfway() -> None:
        run = asyncio.ensure_future(
            adapter.execute(adapter.compile(nest(ALL)), {}, on.context, start=start)
        )
        await on.cast.hung.wait()
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert sorted(on.cast.began) == sorted(on.cast.ended)

    asyncio.run(cancelled_halfway())


@BACKENDS
@STARTS
@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("group.y", "group.y"),
        ("sides.right.y", "sides"),
        ("loop#2.x", "loop#2.x"),
        ("part/more.deep", "part/more.deep"),
        ("each[0]/more.deep", "each"),
    ],
)
def test_a_failure_inside_fails_the_run_at_its_own_step_or_at_the_threshold_round_it(
    path: str, told: str, backend: str, start: Start
) -> None:
    result = perform(nest(ALL), start, stage(fails=(path,)), adapter=registry.load(backend))
    assert result.status is RunStatus.FAILED
    assert result.failed_step == told


@BACKENDS
def test_in_graph_mode_sides_and_steps_beside_a_loop_go_on_at_the_same_time(backend: str) -> None:
    on = stage()
    perform(nest(ALL), "graph", on, adapter=registry.load(backend))
    native = stage()
    perform(nest(ALL), "eager", native, adapter=registry.load("native"))
    assert native.elapsed_s == pytest.approx(0.7)
    # LangGraph's supersteps wait for their slowest node; nobody performs one thing after another.
    assert on.elapsed_s <= 0.9


@BACKENDS
def test_each_graph_below_is_the_framework_s_own_and_found_by_its_trail(backend: str) -> None:
    adapter = registry.load(backend)
    compiled = adapter.compile(nest(ALL))
    trails = {
        "group~inside", "sides.left", "sides.right", "loop~inside", "part~inside",
        "part~inside/more~inside", "each", "each/each~inside", "each/each~inside/more~inside",
    }  # fmt: skip
    assert set(compiled.children) == trails
    assert set(adapter.edges(compiled)) == {"", *trails}
    # On CrewAI a sub-melody whose shape a crew can express is a crew inside of a flow.
    crews = {"part~inside", "each/each~inside"} if backend == "crewai" else set()
    kind = type(compiled.native)
    others = {trail for trail, child in compiled.children.items() if type(child) is not kind}
    assert others == crews
