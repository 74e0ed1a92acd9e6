from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, only, shown

CASE = """\
steps:
  draft: {set: 1}
  b: {set: 1, needs: [drat]}
"""
SHOWN = """\
error[MEL201]: there is no step `drat` here
 --> t.melody.yaml:5:23
  |
5 |   b: {set: 1, needs: [drat]}
  |                       ^^^^ did you mean `draft`?
  = help: melody check --fix    ·    melody explain MEL201
"""


def test_a_misspelt_need_is_shown_with_the_nearest_step() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "melody",
    [
        pytest.param(
            """\
steps:
  a: {set: 1}
  b: {set: 1, needs: [a]}
""",
            id="beside",
        ),
        pytest.param(
            """\
steps:
  a: {set: 1}
  r:
    branch:
      - {name: one, else: true, steps: {b: {set: 1, needs: [a]}}}
""",
            id="outside",
        ),
    ],
)
def test_what_is_right_is_left_alone(melody: str) -> None:
    assert "MEL201" not in codes(melody)


def test_a_step_inside_an_arm_cannot_be_needed_from_outside() -> None:
    found = only("""\
steps:
  r: {branch: [{name: one, else: true, steps: {inner: {set: 1}}}]}
  b: {set: 1, needs: [inner]}
""")
    assert found.code == "MEL201"
    assert found.help is not None
    assert "`steps.r.output`" in found.help


def test_without_a_near_name_the_steps_are_listed_without_the_step_itself() -> None:
    steps = "".join(f"  s{n}: {{set: 1}}\n" for n in range(10))
    found = only(f"steps:\n{steps}  zzzzzz: {{set: 1, needs: [qqqq]}}\n")
    assert found.help == ("steps: `s0`, `s1`, `s2`, `s3`, `s4`, `s5`, `s6`, `s7` and 2 more")


@pytest.mark.parametrize(
    ("step", "help_"),
    [
        ("{steps: {inner: {set: 1}}}",
         "it is seen inside group `r` only; read the group's `result` as `steps.r.output`"),
        ("{repeat: {max: 1, until: true, steps: {inner: {set: 1}}}}",
         "it is seen inside loop `r` only; read the loop's `result` as `steps.r.output`"),
        ("{parallel: {left: {steps: {inner: {set: 1}}}}}",
         ("it is seen inside branch `left` of `r` only; "
         "read the branch's `result` as `steps.r.output.left`")),
        ("{steps: {g: {steps: {inner: {set: 1}}}}}",
         "it is seen inside group `r` only; read the group's `result` as `steps.r.output`"),
        ("{repeat: {max: 1, while: steps.inner.ok, steps: {inner: {set: 1}}}}",
         "it is seen inside loop `r` only; read the loop's `result` as `steps.r.output`"),
    ],
)  # fmt: skip
def test_of_a_step_that_stands_in_a_scope_the_result_is_read(step: str, help_: str) -> None:
    more = "" if "while" in step else "  b: {set: 1, needs: [inner]}\n"
    found = only(f"steps:\n  r: {step}\n{more}")
    assert (found.code, found.help) == ("MEL201", help_)
