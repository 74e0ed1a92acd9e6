from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, only, shown

CASE = """\
steps:
  stop: {fail: {error: no.stock}}
  a: {set: 1, needs: [stop]}
"""
SHOWN = """\
error[MEL208]: this can never run: it waits for `stop`, which always fails
 --> t.melody.yaml:5:23
  |
5 |   a: {set: 1, needs: [stop]}
  |                       ^^^^
  = note: `stop` fails at t.melody.yaml:4:10
  = help: give `stop` a `when`, or let this not depend on it
  = help: melody explain MEL208
"""


def test_what_waits_for_a_step_that_always_fails_never_runs() -> None:
    assert shown(CASE) == SHOWN.rstrip()


def test_all_that_wait_for_it_are_one_mistake() -> None:
    found = only("""\
steps:
  stop: {fail: {error: no.stock}}
  a: {set: "${{ steps.stop.output.x }}"}
  b: {set: "${{ steps.a.output }}"}
  c: {set: 1, needs: [stop]}
""")
    assert found.code == "MEL208"
    assert [note.message for note in found.notes] == ["`stop` fails", "this neither"]


@pytest.mark.parametrize(
    "step",
    [
        "{set: 1, needs: [stop]}",
        '{set: "${{ default(steps.stop.output, 1) }}"}',
    ],
)
def test_a_fail_with_a_condition_may_not_happen(step: str) -> None:
    melody = (
        "inputs: {b: boolean}\nsteps:\n"
        f"  stop: {{fail: {{error: a.b}}, when: inputs.b}}\n  a: {step}\n"
    )
    assert codes(melody) == []


def test_what_only_asks_how_it_went_is_no_mistake() -> None:
    assert codes("steps: {stop: {fail: {error: a.b}}, a: {set: '${{ steps.stop.ok }}'}}\n") == []


def test_in_a_scope_of_its_own_it_is_no_business_of_others() -> None:
    assert (
        codes(
            "steps:\n  g: {steps: {stop: {fail: {error: a.b}}}, on_failure: skip}\n"
            "  a: {set: 1, needs: [g]}\n"
        )
        == []
    )
