"""CrewAI's race between the events of an ``or``, and that no compiled flow can run into it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from conductor_core.failed import HostFault
from tests.unit.adapters.crewai import melodies
from tests.unit.adapters.crewai.flows import FLOWS
from tests.unit.adapters.crewai.melodies import melody, play
from tests.unit.adapters.crewai.stage import perform, stage

WAVE = melody([play("a"), play("b", "a"), play("c", "a"), play("d", "b", "c")])
"""``b`` and ``c`` start in one wave: the shape that races if ``d`` listens to one or the other."""


def _flow_that_listens(condition: Any) -> tuple[Any, Any]:
    compiled = FLOWS.compile(WAVE)
    compiled.native.score().definition.methods["d"].listen = condition
    return compiled, stage(takes={"b": 0.1, "c": 0.2})


def test_bare_events_in_an_or_race_and_the_run_is_told_so() -> None:
    compiled, on = _flow_that_listens({"or": ["b", "c"]})
    assert compiled.native._build_racing_groups() != {}
    with pytest.raises(HostFault, match="MEL951"):
        asyncio.run(FLOWS.execute(compiled, {}, on.context, start="graph"))


def test_events_wrapped_in_and_do_not_race() -> None:
    compiled, _ = _flow_that_listens({"or": [{"and": ["b"]}, {"and": ["c"]}]})
    assert compiled.native._build_racing_groups() == {}


@pytest.mark.parametrize("start", ["eager", "graph"])
def test_sinks_of_an_arm_that_end_at_different_times_all_come_to_their_end(start: Any) -> None:
    on = stage(takes={"route.fast.x": 0.05, "route.fast.y": 5.0})
    result = perform(melodies.FIRST_ARM, start, on)
    assert sorted(on.cast.began) == sorted(on.cast.ended)
    assert {step.status.value for step in result.steps.values()} == {"succeeded"}
    assert result.entries["route~join"] == 1


@pytest.mark.parametrize("start", ["eager", "graph"])
@pytest.mark.parametrize("path", ["route.fast.x", "route.fast.y"])
def test_an_error_of_either_sink_reaches_the_result(path: str, start: Any) -> None:
    on = stage((path,), takes={"route.fast.x": 0.05, "route.fast.y": 0.1})
    result = perform(melodies.FIRST_ARM, start, on)
    assert result.failed_step == path
