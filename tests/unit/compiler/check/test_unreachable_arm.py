from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, only, shown

CASE = """\
inputs: {b: boolean}
steps:
  r:
    branch:
      - {name: one, else: true}
      - {name: two, when: inputs.b}
"""
SHOWN = """\
error[MEL208]: arm `two` can never be taken: it stands after the `else` arm
 --> t.melody.yaml:8:16
  |
8 |       - {name: two, when: inputs.b}
  |                ^^^
  = note: `one` takes everything at t.melody.yaml:7:16
  = help: move the arm with `else: true` to the end
  = help: melody explain MEL208
"""


def test_an_arm_after_else_can_never_be_taken() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "melody",
    [
        pytest.param(
            """\
inputs: {b: boolean}
steps:
  r: {branch: [{name: one, when: inputs.b}, {name: two, else: true}]}
""",
            id="else last",
        ),
        pytest.param(
            """\
inputs: {b: boolean}
steps:
  r: {branch: [{name: one, when: inputs.b}, {name: two, when: not inputs.b}]}
""",
            id="no else",
        ),
    ],
)
def test_what_is_right_is_left_alone(melody: str) -> None:
    assert "MEL208" not in codes(melody)


def test_an_arm_after_a_condition_that_always_holds_can_never_be_taken() -> None:
    found = only("steps: {r: {branch: [{name: one, when: 1 < 2}, {name: two, else: true}]}}\n")
    assert found.code == "MEL208"
    assert found.message.endswith("it stands after an arm that always holds")
