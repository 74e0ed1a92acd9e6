"""Fault scripts drawn at random: one list on every backend, one end for every run."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from tests.equivalence.drawn import scenes
from tests.equivalence.stage import BACKENDS, Played, Scene, played, unlike
from workflow_ir.events import EventKind
from workflow_ir.result import RunStatus

OTHERS = [name for name in BACKENDS if name != "native"]
ENDS = (RunStatus.SUCCEEDED, RunStatus.RECOVERED, RunStatus.DEGRADED, RunStatus.FAILED)
FEW = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
"""The same examples on every machine: a red one can be run again."""


@FEW
@given(scenes())
def test_a_drawn_script_gives_the_same_list_and_one_end_on_every_backend(scene: Scene) -> None:
    native = played(scene, "native", "eager")
    _comes_to_one_end(native)
    for backend in OTHERS:
        here = played(scene, backend, "eager")
        _comes_to_one_end(here)
        assert unlike(native, here, "eager") == [], backend


@FEW
@given(scenes())
def test_the_same_script_and_seed_give_the_same_decisions_twice(scene: Scene) -> None:
    for backend in BACKENDS:
        once, again = (played(scene, backend, "eager") for _ in range(2))
        assert unlike(once, again, "eager") == [], backend


def _comes_to_one_end(here: Played) -> None:
    assert here.result.status in ENDS
    assert len(here.told(EventKind.RUN_FINISHED)[""]) == 1
    for path, record in here.result.steps.items():
        assert record.status.settled or record.status.value == "pending", path
        numbers = [attempt.n for attempt in record.attempts]
        assert numbers == list(range(1, len(numbers) + 1)), path
        for attempt in record.attempts:
            assert attempt.decision is not None or attempt.outcome != "error", path
            assert attempt.delay_s >= 0, path
