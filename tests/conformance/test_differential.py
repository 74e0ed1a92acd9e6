"""Melodies drawn at random give one normal form on every backend; a longer run takes more seeds."""

from __future__ import annotations

from functools import cache

import pytest

from tests.conformance import drive
from tests.conformance.cases import Case
from tests.conformance.drive import Performed
from tests.conformance.random_melody import random_case
from tests.conformance.stage import BACKENDS, adapter_of
from workflow_ir.features import features_of
from workflow_ir.workflow import WorkflowIR

SEEDS = range(30)
OTHERS = [name for name in BACKENDS if name != "native"]


@cache
def drawn(seed: int) -> tuple[Case, WorkflowIR]:
    """A case and its IR."""
    case = random_case(seed)
    return case, drive.workflow(case)


@cache
def on_native(seed: int) -> Performed:
    """What the others are compared with."""
    case, ir = drawn(seed)
    adapter = adapter_of("native")
    return drive.perform(case, adapter, adapter.compile(ir), "eager")


@pytest.mark.parametrize("backend", OTHERS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_drawn_melody_gives_the_normal_form_of_native(seed: int, backend: str) -> None:
    case, ir = drawn(seed)
    adapter = adapter_of(backend)
    compiled = adapter.compile(ir)
    here = drive.perform(case, adapter, compiled, "eager")
    native = on_native(seed).result
    assert here.result.normal_form() == native.normal_form()
    assert here.result.usage == native.usage
    assert list(drive.edge_findings(adapter, compiled)) == []
    assert list(drive.entry_findings(compiled, here)) == []


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_drawn_melody_comes_to_an_end_in_graph_mode(seed: int, backend: str) -> None:
    case, ir = drawn(seed)
    adapter = adapter_of(backend)
    compiled = adapter.compile(ir)
    here = drive.perform(case, adapter, compiled, "graph")
    assert here.result.status in ("succeeded", "recovered", "degraded", "failed", "paused")
    assert list(drive.entry_findings(compiled, here)) == []


def test_drawn_melodies_hold_every_verb_and_come_to_every_end() -> None:
    asked = {feature.value for seed in SEEDS for feature, _ in features_of(drawn(seed)[1])}
    verbs = {"steps", "branch", "parallel", "repeat", "call", "approval", "wait", "fail", "set"}
    assert verbs | {"for_each over a scope", "a guard round a scope", "barrier_timeout"} <= asked
    ends = {on_native(seed).result.status.value for seed in SEEDS}
    assert {"succeeded", "degraded", "failed"} <= ends
