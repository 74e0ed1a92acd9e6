from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import ir_of, step_of
from workflow_ir.steps import layers

PLAYERS = 'players: {p: {python: "m:f"}}\n'


def accepted(rest: str, address: str = "a") -> bool:
    text = f"{PLAYERS}steps:\n  a: {{play: p}}\n{rest}"
    guard = layers(step_of(ir_of(text), address)).guard
    assert guard is not None
    return guard.gap_accepted


@pytest.mark.parametrize(
    "reader",
    [
        "",
        "  b: {set: 1, needs: [a]}\n",
        "  b: {set: '${{ default(steps.a.output, 1) }}'}\n",
        "  b: {set: '${{ steps.a.ok }}'}\n",
        "  b: {set: 1, when: has(steps.a.output)}\n",
        "outputs: {x: '${{ default(steps.a.output, 1) }}'}\n",
    ],
)
def test_a_gap_is_accepted_where_every_reader_copes_with_it(reader: str) -> None:
    assert accepted(reader)


@pytest.mark.parametrize(
    "reader",
    [
        "  b: {set: '${{ steps.a.output }}'}\n",
        "  b: {set: ['${{ steps.a.output }}', '${{ default(steps.a.output, 1) }}']}\n",
        "  r: {branch: [{name: o, else: true, result: '${{ steps.a.output }}'}]}\n",
        "  r: {branch: [{name: o, else: true, steps: {i: {set: '${{ steps.a.output }}'}}}]}\n",
        "outputs: {x: '${{ steps.a.output }}'}\n",
    ],
)
def test_one_reader_that_does_not_cope_is_enough(reader: str) -> None:
    assert not accepted(reader)


def test_the_result_of_an_arm_reads_the_steps_of_the_arm() -> None:
    arm = (
        "  r: {branch: [{name: o, else: true, steps: {i: {play: p}}, "
        "result: '${{ steps.i.output }}'}]}\n"
    )
    assert not accepted(arm, "r.o.i")
    assert accepted(arm.replace("steps.i.output", "default(steps.i.output, 1)"), "r.o.i")
