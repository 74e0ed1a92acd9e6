"""Faults planted in the live tasks of a crew: the edges or the run tell each of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from adapters.base import Compiled
from adapters.crewai import ADAPTER
from adapters.crewai.score import Score
from conductor_core.failed import HostFault
from conductor_core.run import Start
from tests.unit.adapters.crewai import melodies
from tests.unit.adapters.crewai.stage import stage
from tests.unit.adapters.crewai.test_execute import STARTS
from workflow_ir.plan import Edge

Tamper = Callable[[Any], None]


def _tampered(tamper: Tamper) -> Compiled:
    """A diamond whose crews, the native one and those of runs, were all changed alike."""
    from dataclasses import replace

    compiled = ADAPTER.compile(melodies.DIAMOND)
    score: Score = compiled.native.score()

    def make(of: Score) -> Any:
        crew = score.make(of)
        tamper(crew)
        return crew

    return replace(compiled, native=replace(score, make=make).fresh())


def _run(compiled: Compiled, start: Start) -> Any:
    async def run() -> Any:
        try:
            return await asyncio.wait_for(
                ADAPTER.execute(compiled, {}, stage().context, start=start), timeout=20
            )
        finally:
            assert asyncio.all_tasks() == {asyncio.current_task()}

    return asyncio.run(run())


def _difference(compiled: Compiled) -> frozenset[Edge]:
    return ADAPTER.edges(compiled)[""] ^ frozenset(compiled.graph.edges)


def _drop_a_context(crew: Any) -> None:
    crew.tasks[3].context.pop()


def _swap_contexts(crew: Any) -> None:
    crew.tasks[0].context, crew.tasks[3].context = crew.tasks[3].context, crew.tasks[0].context


def _leave_a_context_out(crew: Any) -> None:
    from crewai.utilities.constants import NOT_SPECIFIED

    crew.tasks[2].context = NOT_SPECIFIED


def _no_context(crew: Any) -> None:
    crew.tasks[2].context = None


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (_drop_a_context, {("c", "d")}),
        (_swap_contexts, {("b", "a"), ("c", "a"), ("b", "d"), ("c", "d")}),
        (_leave_a_context_out, {("b", "c")}),
        (_no_context, {("a", "c")}),
    ],
)
def test_a_wrong_context_is_an_edge_that_differs(
    tamper: Tamper, told: set[tuple[str, str]]
) -> None:
    # CrewAI works through its list whatever the contexts are, so the run cannot tell.
    compiled = _tampered(tamper)
    assert {(edge.source, edge.target) for edge in _difference(compiled)} == told
    assert _run(compiled, "graph").status.value == "succeeded"


def test_a_crew_that_was_not_changed_has_no_difference() -> None:
    assert _difference(_tampered(lambda _: None)) == frozenset()


def test_tasks_in_another_order_are_entered_before_their_inputs() -> None:
    def swap(crew: Any) -> None:
        crew.tasks[0], crew.tasks[3] = crew.tasks[3], crew.tasks[0]

    with pytest.raises(HostFault, match=r"MEL951.*'d'"):
        _run(_tampered(swap), "graph")


def test_a_task_that_does_not_wait_for_a_layer_is_entered_before_its_inputs() -> None:
    def together(crew: Any) -> None:
        crew.tasks[3].async_execution = True

    with pytest.raises(HostFault, match=r"MEL951.*'d'"):
        _run(_tampered(together), "graph")


@pytest.mark.parametrize("start", STARTS)
def test_a_task_left_out_is_told_by_name(start: Start) -> None:
    def leave_out(crew: Any) -> None:
        del crew.tasks[1]

    with pytest.raises(HostFault, match=r"MEL95[13].*'[bd]'"):
        _run(_tampered(leave_out), start)


@pytest.mark.parametrize("start", STARTS)
def test_a_task_executed_twice_is_told_by_name(start: Start) -> None:
    def twice(crew: Any) -> None:
        crew.tasks.append(crew.tasks[3])

    with pytest.raises(HostFault, match=r"MEL953.*'d' was entered 2 times, not 1"):
        _run(_tampered(twice), start)


@pytest.mark.parametrize("start", STARTS)
def test_a_task_that_stands_for_no_node_breaks_the_run(start: Start) -> None:
    def rename(crew: Any) -> None:
        crew.tasks[1].name = "nobody"

    with pytest.raises(HostFault, match=r"MEL953.*nobody"):
        _run(_tampered(rename), start)


@pytest.mark.parametrize("start", STARTS)
def test_a_crew_that_ends_without_a_word_is_no_success(start: Start) -> None:
    def skip(crew: Any) -> None:
        crew.checkpoint_kickoff_event_id = "x"  # CrewAI then skips tasks that have an output
        for task in crew.tasks:
            task.output = _output(task.name)

    with pytest.raises(HostFault, match="MEL953"):
        _run(_tampered(skip), start)


def _output(name: str) -> Any:
    from crewai.tasks.task_output import TaskOutput

    return TaskOutput(description=name, raw="1", agent="anyone")
