from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes

HEAD = """\
inputs: {b: boolean}
steps:
  a: {set: {x: 1}, when: inputs.b}
"""
READ = '{set: "${{ steps.a.output.x }}"}'


@pytest.mark.parametrize(
    "step",
    [
        f"{{when: steps.a.ok, steps: {{i: {READ}}}}}",
        f"{{require: steps.a.ok, steps: {{i: {READ}}}}}",
        f"{{when: steps.a.ok, parallel: {{l: {{steps: {{i: {READ}}}}}}}}}",
        f"{{when: has(steps.a.output), repeat: {{max: 1, until: true, steps: {{i: {READ}}}}}}}",
        f"{{repeat: {{max: 1, while: steps.a.ok, steps: {{i: {READ}}}}}}}",
        '{repeat: {max: 1, while: steps.a.ok, steps: {}, result: "${{ steps.a.output.x }}"}}',
        '{when: steps.a.ok, steps: {}, result: "${{ steps.a.output.x }}"}',
        f"{{when: steps.a.ok, steps: {{g: {{steps: {{i: {READ}}}}}}}}}",
        '{when: steps.a.ok, set: 1, compensate: {run: "echo ${{ steps.a.output.x }}"}}',
        '{when: steps.a.ok, for_each: ["${{ steps.a.output.x }}"], set: 1}',
        '{require: steps.a.ok, for_each: ["${{ steps.a.output.x }}"], set: 1}',
        "{when: steps.a.ok, repeat: {max: 1, while: steps.a.output.x > 0, steps: {}}}",
        '{when: steps.a.ok, approval: "Take ${{ steps.a.output.x }}"}',
        (
            f"{{repeat: {{max: 1, while: steps.a.ok, steps: {{r: {{repeat: {{max: 1, until: true, "
            f"steps: {{i: {READ}}}}}}}}}}}}}"
        ),
    ],
)
def test_what_holds_outside_a_scope_holds_inside_it(step: str) -> None:
    assert codes(f"{HEAD}  z: {step}\n") == []


@pytest.mark.parametrize(
    "step",
    [
        f"{{steps: {{i: {READ}}}}}",
        f"{{when: not steps.a.ok, steps: {{i: {READ}}}}}",
        f"{{repeat: {{max: 1, until: steps.a.ok, steps: {{i: {READ}}}}}}}",
        "{repeat: {max: 1, while: steps.a.output.x > 0, steps: {}}}",
        "{require: steps.a.output.x > 0, set: 1}",
        "{require: steps.a.ok, when: steps.a.output.x > 0, set: 1}",
    ],
)
def test_without_such_a_condition_there_may_be_nothing_to_read(step: str) -> None:
    assert codes(f"{HEAD}  z: {step}\n") == ["MEL209"]


def test_previous_of_an_outer_loop_tells_nothing_of_that_of_an_inner_one() -> None:
    melody = """\
steps:
  outer:
    repeat:
      max: 2
      until: iteration > 1
      steps:
        r:
          when: previous != null
          repeat:
            max: 2
            until: iteration > 1
            steps: {i: {set: "${{ previous.x }}"}}
            result: {x: 1}
      result: {x: 1}
"""
    assert codes(melody) == ["MEL210"]
    assert codes(melody.replace("previous.x", "default(previous.x, 1)")) == []


def test_previous_is_known_where_its_own_loop_tested_it() -> None:
    assert (
        codes("""\
steps:
  l:
    repeat:
      max: 2
      until: iteration > 1
      steps: {i: {when: previous != null, set: "${{ previous.x }}"}}
      result: {x: 1}
""")
        == []
    )
