from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, shown

CASE = """\
steps:
  a: {wait: {until: soon}}
"""
SHOWN = """\
error[MEL210]: `soon` is no moment
 --> t.melody.yaml:4:21
  |
4 |   a: {wait: {until: soon}}
  |                     ^^^^
  = help: write a moment like `2030-01-31T08:00:00Z`
  = help: melody explain MEL210
"""


def test_a_written_moment_must_be_one() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    ("step", "found"),
    [
        ("{wait: {until: 2030-01-31T08:00:00Z}}", []),
        ("{wait: {until: 2030-01-31}}", []),
        ('{wait: {until: "${{ inputs.s }}"}}', []),
        ('{wait: {until: "${{ inputs.s }}T08:00:00Z"}}', []),
        ('{wait: {until: "${{ inputs.n }}"}}', ["MEL210"]),
        ("{wait: {until: 30}}", ["MEL210"]),
        ('{wait: {until: "${{ inputs.x }}"}}', ["MEL213"]),
        ("{set: {n: 1}, gate: {score: output.n, at_least: 0.5}}", []),
        ("{set: {n: x}, gate: {score: output.n, at_least: 0.5}}", ["MEL210"]),
        ("{set: {n: 1}, gate: {score: output.m, at_least: 0.5}}", ["MEL204"]),
    ],
)
def test_until_is_a_text_and_a_score_a_number(step: str, found: list[str]) -> None:
    inputs = "inputs: {n: integer, s: string}\n"
    assert codes(f'{inputs}steps: {{a: {step}, z: {{set: "${{{{ inputs }}}}"}}}}\n') == found
