"""At least 60 scripts, each error class × rung × backoff: one list on every backend.

The expectation comes from ``oracle``, which was written from spec 4 and spec 8 and shares no code
with the failure layer. A drawn delay is held to its bounds there, and to equality here.
"""

from __future__ import annotations

from functools import cache

import pytest

from conductor_core.run import Start
from tests.equivalence.against import surprises
from tests.equivalence.grid import EXCLUDED, SHAPELESS, lacking, sheets
from tests.equivalence.stage import BACKENDS, STARTS, Played, played, unlike

NAMED = pytest.mark.parametrize("name", sheets())
OTHERS = [name for name in BACKENDS if name != "native"]


@cache
def run(name: str, backend: str, start: Start) -> Played:
    """One script on one backend."""
    return played(sheets()[name].scene, backend, start)


@NAMED
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("start", STARTS)
def test_a_script_comes_to_what_the_contract_says(name: str, backend: str, start: Start) -> None:
    sheet, here = sheets()[name], run(name, backend, start)
    found = [text for path, step in sheet.steps.items() for text in surprises(path, step, here)]
    assert not found, "\n".join(found)


@NAMED
@pytest.mark.parametrize("backend", OTHERS)
@pytest.mark.parametrize("start", STARTS)
def test_a_script_gives_the_same_list_on_every_backend(
    name: str, backend: str, start: Start
) -> None:
    assert unlike(run(name, "native", start), run(name, backend, start), start) == []


def test_the_scripts_are_at_least_sixty() -> None:
    assert len(sheets()) >= 60


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_recorded_decisions_contain_every_class_at_every_rung_under_every_backoff(
    backend: str,
) -> None:
    seen = set()
    for name, sheet in sheets().items():
        for line in run(name, backend, "eager").lines:
            if line.error is not None and line.decision is not None:
                of = line.error.partition(" ")[0]
                seen.add((of, line.decision, sheet.backoffs[line.path]))
    assert not list(lacking(seen))


def test_what_the_contract_keeps_apart_is_met_nowhere() -> None:
    for name in sheets():
        for line in run(name, "native", "eager").lines:
            if line.error is not None:
                of = line.error.partition(" ")[0]
                assert (of, line.decision) not in EXCLUDED, line
                assert of not in SHAPELESS or line.delay_s == 0, line


def test_each_backoff_shapes_delays_of_its_own() -> None:
    shapes: dict[str, set[tuple[float, ...]]] = {}
    for name, sheet in sheets().items():
        here = run(name, "native", "eager")
        for path, backoff in sheet.backoffs.items():
            delays = tuple(line.delay_s for line in here.of(path) if line.decision == "retry")
            if len(delays) == 2 and any(delays):
                shapes.setdefault(backoff, set()).add(delays)
    assert shapes.pop("full jitter") != {(10.0, 20.0)}
    assert shapes == {
        "exponential": {(1, 2)},
        "linear": {(5, 10)},
        "constant": {(1, 1)},
        "list of delays": {(3, 0.5)},
        "Retry-After": {(7, 2)},
    }
