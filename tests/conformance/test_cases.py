"""The cases themselves: what they must declare, and that comparing them can fail."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from melody.testing.conformance.differences import differences
from melody.testing.conformance.performing import perform
from tests.conformance.stage import CASES, adapter_of, compiled_on, ir_of
from workflow_ir.capability import Feature
from workflow_ir.features import features_of
from workflow_ir.policy import SucceedIf
from workflow_ir.steps import Parallel, Scope, every_step, layers


def _thresholds(scope: Scope) -> list[SucceedIf]:
    parts = [layers(step) for step in every_step(scope)]
    maps = [part.each.succeed_if for part in parts if part.each is not None]
    return maps + [part.verb.succeed_if for part in parts if isinstance(part.verb, Parallel)]


@pytest.mark.parametrize("name", CASES)
def test_a_case_whose_outcome_the_schedule_decides_says_so(name: str) -> None:
    case = CASES[name]
    cut_short = any(
        step.status == "cancelled" and step.attempts for step in case.expected.steps.values()
    )
    early = any(one.kind in ("any", "count") for one in _thresholds(ir_of(name).root))
    scripted_away = any(
        "cancelled -> fail" in line
        for step in case.expected.steps.values()
        for line in step.attempts or ()
    )
    depends = cut_short and not scripted_away
    assert (case.schedule != "none") == depends
    assert (case.schedule == "winners") == (depends and early)


def test_at_least_twenty_cases_do_not_depend_on_the_schedule() -> None:
    assert sum(case.schedule == "none" for case in CASES.values()) >= 20


def test_every_feature_is_in_some_case() -> None:
    asked = {feature for name in CASES for feature, _ in features_of(ir_of(name))}
    # Not asked for by a step: the modes are the suite's own axis, and any failure cancels.
    own = {Feature.START_EAGER, Feature.START_GRAPH, Feature.CANCEL}
    assert asked == set(Feature) - own


def test_a_case_is_named_after_its_melody() -> None:
    assert {name: name.partition("_")[2] for name in CASES} == {
        name: ir_of(name).name for name in CASES
    }
    assert all(name.partition("_")[0].isdigit() for name in CASES)


_GAP = {
    "step": "draft",
    "reason": "skipped_after_failure",
    "error": {"class": "orchestration", "code": "gate.failed"},
}


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("status",), "succeeded"),
        (("outputs", "code"), "tock"),
        (("steps", "draft", "status"), "succeeded"),
        (("steps", "draft", "player"), "junior"),
        (("steps", "draft", "attempts", 0, "decision"), "retry"),
        (("steps", "draft", "attempts", 0, "delay_s"), 0.5),
        (("steps", "draft", "attempts", 1, "error", "code"), "player.crash"),
        (("steps", "draft", "attempts", 1, "n"), 3),
        (("gaps",), [_GAP]),
        (("usage", "wall_s"), 3.5),
    ],
)
def test_a_run_object_that_differs_in_one_fact_is_noticed(
    path: tuple[str | int, ...], wrong: Any
) -> None:
    case = CASES["30_fallback_chain"]
    compiled = compiled_on("native", case.name)
    right = perform(case, adapter_of("native"), compiled, "eager").result.to_json()
    assert differences(case, right, start="eager") == []
    changed = copy.deepcopy(right)
    place: Any = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = wrong
    assert differences(case, changed, start="eager")
