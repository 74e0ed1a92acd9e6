from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, only, shown

CASE = """\
steps:
  a: {set: 1}
  r:
    branch:
      - {name: one, else: true, steps: {a: {set: 1}}}
"""
SHOWN = """\
error[MEL212]: step `a` hides a step of the same name outside
 --> t.melody.yaml:7:41
  |
7 |       - {name: one, else: true, steps: {a: {set: 1}}}
  |                                         ^
  = note: the other `a` stands at t.melody.yaml:4:3
  = help: give one of them another name
  = help: melody explain MEL212
"""


def test_an_inner_step_may_not_hide_an_outer_one() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "melody",
    [
        pytest.param(
            """\
steps:
  r:
    branch:
      - {name: one, when: 'len("a") > 0 and steps.b.ok', steps: {a: {set: 1}}}
      - {name: two, else: true, steps: {a: {set: 1}}}
  b: {set: 1}
""",
            id="sibling arms",
        ),
        pytest.param(
            """\
inputs: {xs: "list[integer]"}
steps:
  m: {for_each: "${{ inputs.xs }}", as: row, set: "${{ row }}"}
""",
            id="items",
        ),
        pytest.param(
            """\
inputs: {xs: "list[integer]"}
steps:
  row: {for_each: "${{ inputs.xs }}", as: row, set: "${{ row }}"}
""",
            id="a step named like the item",
        ),
    ],
)
def test_what_is_right_is_left_alone(melody: str) -> None:
    assert "MEL212" not in codes(melody)


@pytest.mark.parametrize("name", ["inputs", "steps", "output", "index", "secrets", "previous"])
def test_an_item_may_not_hide_a_name_of_the_language(name: str) -> None:
    found = only(f"steps: {{m: {{for_each: [1], as: {name}, set: 1}}}}\n")
    assert (found.code, found.message) == ("MEL212", f"`as: {name}` hides `{name}`")


@pytest.mark.parametrize("name", ["if", "for", "None", "not"])
def test_an_item_may_not_be_a_word_that_no_expression_can_read(name: str) -> None:
    found = only(f"steps: {{m: {{for_each: [1], as: {name}, set: 1}}}}\n")
    assert found.code == "MEL212"
    assert "word of the expression language" in found.message


@pytest.mark.parametrize(("outer", "inner"), [("row", "row"), ("row", "row_index")])
def test_nested_maps_need_items_of_different_names(outer: str, inner: str) -> None:
    found = only(f"""\
steps:
  m:
    for_each: [1]
    as: {outer}
    branch:
      - name: one
        else: true
        steps: {{n: {{for_each: [2], as: {inner}, set: 1}}}}
""")
    assert found.code == "MEL212"
    assert [note.message for note in found.notes] == ["the outer map stands"]


@pytest.mark.parametrize(
    "step",
    [
        "{steps: {a: {set: 1}}}",
        "{parallel: {l: {steps: {a: {set: 1}}}}}",
        "{repeat: {max: 1, until: true, steps: {a: {set: 1}}}}",
        "{steps: {g: {steps: {a: {set: 1}}}}}",
    ],
)
def test_no_scope_may_hide_a_step_outside(step: str) -> None:
    assert codes(f"steps: {{a: {{set: 1}}, r: {step}}}\n") == ["MEL212"]


def test_parallel_branches_and_loops_may_use_a_name_again() -> None:
    assert (
        codes("""\
steps:
  p: {parallel: {l: {steps: {a: {set: 1}}}, r: {steps: {a: {set: 1}}}}}
  o:
    repeat:
      max: 2
      until: iteration > 1
      steps: {i: {repeat: {max: 2, until: iteration > 1, steps: {}}}}
""")
        == []
    )
