from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, shown

CASE = """\
steps:
  a:
    parallel: {l: {steps: {}}, r: {steps: {}}}
    succeed_if: 3
"""
SHOWN = """\
error[MEL225]: 3 must succeed, but there are 2 branches
 --> t.melody.yaml:6:17
  |
6 |     succeed_if: 3
  |                 ^
  = help: write `succeed_if: 2` or less, `any`, `all` or a share like `80%`
  = help: melody explain MEL225
"""


def test_no_more_branches_can_succeed_than_there_are() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize("threshold", ["2", "1", "any", "all", "100%"])
def test_what_is_right_is_left_alone(threshold: str) -> None:
    assert codes(CASE.replace("succeed_if: 3", f"succeed_if: {threshold}")) == []


@pytest.mark.parametrize(
    ("step", "found"),
    [
        ("{for_each: [1, 2], set: 1, succeed_if: 3}", ["MEL225"]),
        ('{for_each: [1, "${{ inputs.n }}"], set: 1, succeed_if: 3}', ["MEL225"]),
        ("{for_each: [], set: 1, succeed_if: 1}", ["MEL225"]),
        ("{for_each: [1, 2, 3], set: 1, succeed_if: 3}", []),
        ('{for_each: "${{ range(inputs.n) }}", set: 1, succeed_if: 3}', []),
        ("{for_each: [1, 2, 3], parallel: {l: {steps: {}}}, succeed_if: 3}", []),
    ],
)
def test_of_a_map_the_items_count_where_the_list_is_written(step: str, found: list[str]) -> None:
    more = 'z: {set: "${{ inputs.n }}"}'
    assert codes(f"inputs: {{n: integer}}\nsteps: {{a: {step}, {more}}}\n") == found
