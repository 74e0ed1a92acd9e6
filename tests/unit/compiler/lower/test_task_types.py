from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.compiler.compiling_aid import in_project, ir_of, step_of


@pytest.mark.parametrize(
    ("task_type", "weight"),
    [
        ("fraud_detection", 1.5),
        ("finance", 1.5),
        ("crypto_prediction", 1.2),
        ("email_campaign", 1.0),
        ("video_generation", 0.8),
        ("something_else", 1.0),
    ],
)
def test_the_seed_gives_kinds_of_tasks_a_weight_and_others_have_none(
    task_type: str, weight: float
) -> None:
    assert (
        step_of(ir_of(f"steps: {{a: {{set: 1, task_type: {task_type}}}}}\n"), "a").weight == weight
    )


def test_the_project_stands_over_the_table_of_the_seed(tmp_path: Path) -> None:
    made = in_project(
        tmp_path,
        "task_types: {finance: 3, mine: 0.5}\n",
        "steps: {a: {set: 1, task_type: finance}, b: {set: 1, task_type: mine}, "
        "c: {set: 1, task_type: video_generation}, d: {set: 1}}\n",
    )
    assert made.ir is not None
    assert [step.weight for step in made.ir.root.steps] == [3, 0.5, 0.8, 1]
