from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, only, shown

CASE = """\
inputs: {k: string}
steps:
  m: {for_each: "${{ inputs.k }}", set: 1}
"""
SHOWN = """\
error[MEL210]: `for_each` needs a list, and this is string
 --> t.melody.yaml:5:22
  |
5 |   m: {for_each: "${{ inputs.k }}", set: 1}
  |                      ^^^^^^^^
  = help: give it a list; `keys(…)` and `values(…)` make one of a map
  = help: melody explain MEL210
"""


def test_for_each_over_a_text_is_refused() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "melody",
    [
        pytest.param(
            """\
inputs: {xs: "list[integer]"}
steps:
  m: {for_each: "${{ inputs.xs }}", set: "${{ item }}"}
""",
            id="list",
        ),
        pytest.param(
            """\
steps:
  m: {for_each: [1, a], set: "${{ item }}"}
""",
            id="written",
        ),
        pytest.param(
            """\
inputs: {j: json}
steps:
  m: {for_each: "${{ inputs.j }}", set: "${{ item }}"}
""",
            id="unknown type",
        ),
        pytest.param(
            """\
steps:
  a: {set: [[1], [2]]}
  m: {for_each: "${{ steps.a.output }}", set: "${{ sum(item) }}"}
""",
            id="a list of lists",
        ),
    ],
)
def test_what_is_right_is_left_alone(melody: str) -> None:
    assert "MEL210" not in codes(melody)


def test_a_list_that_may_be_null_needs_a_default() -> None:
    found = only("""\
inputs: {xs: "list[integer]?"}
steps: {m: {for_each: "${{ inputs.xs }}", set: 1}}
""")
    assert found.help == "write `default(…, [])` round it"


def test_a_mistake_inside_the_expression_is_not_followed_by_another() -> None:
    assert codes('steps: {m: {for_each: "${{ inputs.zs }}", set: 1}}\n') == ["MEL213"]
