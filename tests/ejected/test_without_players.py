"""Melodies that ask nobody: a project holds little then, and what it holds has to fit together."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

import pytest

import melody
from adapters import registry
from compiler.pipeline import compile_text
from tests.ejected import crewai_stage
from tests.ejected.ejected import (
    RUNS_IN,
    TARGETS,
    compared,
    environment,
    imported,
    in_time,
    known_as,
    part,
)
from workflow_ir.allow import Allow

STEPS = {
    "map": 'for_each: "${{ [1, 2] }}", set: "${{ item }}"',
    "map_in_places": 'for_each: "${{ [1, 2] }}", concurrency: 1, set: "${{ item }}"',
    "map_of_nothing": 'for_each: "${{ [1, 2] }}", steps: {}, result: "${{ item }}"',
    "group_of_nothing": "steps: {}, result: 1",
    "loop_of_nothing": "repeat: {max: 2, until: iteration == 2, steps: {}, result: 1}",
    "side_of_nothing": "parallel: {left: {steps: {}, result: 1}, "
    "right: {steps: {in: {set: 2}}, result: 2}}",
    "required": "require: host.memory_free > 1, set: 1",
    "required_in_time": "require: host.memory_free > 1, steps: {in: {set: 1}}, result: 1, "
    "policy: {timeout: 1m}",
    "opened_in_time": "window: {from: '00:00', to: '24:00', zone: UTC}, steps: {in: {set: 1}}, "
    "result: 1, policy: {timeout: 1m}",
    "paid": "steps: {in: {set: 1}}, result: 1, policy: {budget: {usd: 1}}",
    "paid_in_time": "steps: {in: {wait: 1ms}}, result: 1, policy: {budget: {usd: 1, wall: 1m}}",
}
"""One step each, as it stands in braces."""
BUDGETS = {
    "money": "{usd: 1, tokens: 10, attempts: 2}",
    "money_and_time": "{usd: 1, wall: 1m}",
}
"""Of a whole Melody."""
MELODIES = {
    **{name: f"steps:\n  it: {{{step}}}" for name, step in STEPS.items()},
    **{
        name: f"policy: {{budget: {budget}}}\nsteps:\n  it: {{wait: 1ms}}"
        for name, budget in BUDGETS.items()
    },
}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", MELODIES)
def test_a_melody_without_players_comes_to_what_melody_run_comes_to(
    name: str, target: str, tmp_path: Path
) -> None:
    text = (
        f"melody: v1\nname: alone_{name}\n{MELODIES[name]}\n"
        'outputs: {it: "${{ default(steps.it.output, null) }}"}\n'
    )
    file = tmp_path / "alone.melody.yaml"
    file.write_text(text, encoding="utf-8")
    made = compile_text(text, file=file.name, allow=Allow())
    assert made.ir is not None, made.diagnostics
    project = registry.load(target).emit(made.ir)
    with ExitStack() as stack:
        if target == "crewai":
            stack.enter_context(environment(crewai_stage.variables()))
            stack.enter_context(crewai_stage.threads_counted())
        package = imported(project, f"ejected_{target}_{project.name}")
        stack.enter_context(known_as(package, project.name))
        report = in_time(lambda: _module(package, target).run({}), virtual=True)
    wanted = melody.run(file, journal=False).normal_form()
    assert compared(report) == compared(wanted)


def _module(package: ModuleType, target: str) -> ModuleType:
    return package if hasattr(package, "run") else part(package, RUNS_IN[target])
