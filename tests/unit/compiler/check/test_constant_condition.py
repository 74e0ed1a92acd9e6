from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, only, shown

CASE = """\
steps:
  a: {set: 1, when: 1 > 2 or false}
"""
SHOWN = """\
error[MEL208]: this step can never run: its condition is always false
 --> t.melody.yaml:4:21
  |
4 |   a: {set: 1, when: 1 > 2 or false}
  |                     ^^^^^^^^^^^^^^
  = help: remove the step, or let the condition depend on something
  = help: melody explain MEL208
"""


def test_a_step_whose_condition_is_always_false_can_never_run() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "melody",
    [
        pytest.param(
            """\
inputs: {b: boolean}
steps:
  a: {set: 1, when: inputs.b and false}
""",
            id="reads",
        ),
        pytest.param(
            """\
steps:
  a: {set: 1, when: true}
""",
            id="true",
        ),
        pytest.param(
            """\
steps:
  a: {set: 1, when: now ( ) == ''}
""",
            id="asks the clock",
        ),
        pytest.param(
            """\
steps:
  a: {set: 1, when: 1 // 0 == 1}
""",
            id="cannot be evaluated",
        ),
    ],
)
def test_what_is_right_is_left_alone(melody: str) -> None:
    assert "MEL208" not in codes(melody)


def test_an_arm_whose_condition_is_always_false_can_never_be_taken() -> None:
    found = only("steps: {r: {branch: [{name: one, when: false}, {name: two, else: true}]}}\n")
    assert found.code == "MEL208"
    assert found.message.startswith("this arm can never run")


@pytest.mark.parametrize(
    ("step", "what"),
    [
        ("{repeat: {max: 2, while: false, steps: {}}}", "loop"),
        ("{set: 1, require: 1 > 2}", "step"),
        ("{steps: {}, when: false}", "step"),
    ],
)
def test_so_can_no_loop_and_no_step_whose_condition_is_always_false(step: str, what: str) -> None:
    found = only(f"steps: {{a: {step}}}\n")
    assert found.code == "MEL208"
    assert found.message.startswith(f"this {what} can never run")


def test_a_requirement_that_asks_for_health_is_not_constant() -> None:
    assert codes("steps: {a: {set: 1, require: not health('db') and false}}\n") == []
