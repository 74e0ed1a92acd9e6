"""A fault of the failure layer on one backend alone is found by the comparison with another."""

from __future__ import annotations

from functools import cache

import pytest

from conductor_core.failed import HostFault
from conductor_core.run import Start
from tests.equivalence.faults import FAULTS, Fault, retried_by_langgraph
from tests.equivalence.grid import sheets
from tests.equivalence.stage import (
    STARTS,
    Played,
    adapter_of,
    compiled_on,
    play,
    played,
    unlike,
)

PAIRS = [("native", "langgraph"), ("native", "crewai"), ("langgraph", "native")]
"""The sound backend and the one with the fault."""


@cache
def sound_run(name: str, backend: str, start: Start) -> Played:
    """One script without a fault."""
    return played(sheets()[name].scene, backend, start)


@pytest.mark.parametrize(("name", "fault"), FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(("sound", "faulty"), PAIRS)
def test_a_planted_fault_is_found(
    name: str, fault: Fault, start: Start, sound: str, faulty: str
) -> None:
    scene = sheets()[name].scene
    right = sound_run(name, sound, start)
    compiled_on(faulty, scene)
    with fault():
        wrong = played(scene, faulty, start)
    assert unlike(right, wrong, start) != []


@pytest.mark.parametrize("name", sorted({name for name, _ in FAULTS.values()}))
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(("sound", "faulty"), PAIRS)
def test_without_the_fault_the_same_comparison_finds_nothing(
    name: str, start: Start, sound: str, faulty: str
) -> None:
    assert unlike(sound_run(name, sound, start), sound_run(name, faulty, start), start) == []


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("name", ["transient_network fail 1", "orchestration fail 2"])
def test_a_retry_policy_of_langgraph_itself_is_found(name: str, start: Start) -> None:
    scene, adapter = sheets()[name].scene, adapter_of("langgraph")
    with retried_by_langgraph():
        compiled = adapter.compile(scene.ir)
    with pytest.raises(HostFault, match="MEL953"):
        play(scene.ir, scene.script, adapter, compiled, start)
