from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, only, shown

CASE = """\
steps:
  a: {set: {n: 1}, gate: {check: output.n > 0}}
"""
SHOWN = """\
error[MEL130]: `gate` beside `set` is not run by this version yet
 --> t.melody.yaml:4:20
  |
4 |   a: {set: {n: 1}, gate: {check: output.n > 0}}
  |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^
  = help: test the value with a `branch` or with `when` of the next step
  = help: melody explain MEL130
"""


def test_a_gate_beside_set_is_not_dropped_in_silence() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "melody",
    [
        pytest.param(
            """\
players:
  coder: {python: "pack.mod:call"}
steps:
  a: {play: coder, gate: {check: output.n > 0}}
""",
            id="a gate beside play",
        ),
        pytest.param(
            """\
steps:
  a: {set: 1, on_failure: [skip]}
""",
            id="skip beside set",
        ),
        pytest.param(
            """\
inputs: {b: boolean}
steps:
  r: {when: inputs.b, branch: [{name: one, else: true}]}
""",
            id="when beside branch",
        ),
    ],
)
def test_what_is_right_is_left_alone(melody: str) -> None:
    assert "MEL130" not in codes(melody)


@pytest.mark.parametrize(
    "modifier",
    ["output: {n: integer}", "gate: {check: true}", "policy: {timeout: 1s}", "on_failure: [skip]"],
)
def test_a_branch_refuses_what_only_its_steps_can_have(modifier: str) -> None:
    found = only(f"steps: {{r: {{{modifier}, branch: [{{name: one, else: true}}]}}}}\n")
    assert found.code == "MEL130"
    assert found.help is not None
    assert "steps inside its arms" in found.help
