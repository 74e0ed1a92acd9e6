from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, compiled, only, shown

CASE = """\
steps:
  a: {set: "${{ steps.c.output }}"}
  b: {set: "${{ steps.a.output }}"}
  c: {set: "${{ steps.b.output }}"}
"""
SHOWN = """\
error[MEL207]: these steps wait for one another: `a` -> `c` -> `b` -> `a`
 --> t.melody.yaml:4:17
  |
4 |   a: {set: "${{ steps.c.output }}"}
  |                 ^^^^^^^^^^^^^^
  = note: `a` is waited for at t.melody.yaml:5:17
  = note: `b` is waited for at t.melody.yaml:6:17
  = help: break the circle: one of them must not read the other
  = help: melody explain MEL207
"""


def test_steps_that_wait_for_one_another_are_shown_with_every_reference() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "melody",
    [
        pytest.param(
            """\
steps:
  a: {set: 1}
  b: {set: "${{ steps.a.output }}"}
  c: {set: "${{ steps.a.output }}"}
  d: {set: "${{ steps.b.output + steps.c.output }}"}
""",
            id="diamond",
        ),
        pytest.param(
            """\
steps:
  a: {set: "${{ steps.b.output }}"}
  b: {set: 1}
""",
            id="reverse order",
        ),
        pytest.param(
            """\
steps:
  r:
    branch:
      - {name: one, else: true, steps: {i: {set: "${{ steps.o.output }}"}}}
  o: {set: 1}
""",
            id="inner reads outer",
        ),
    ],
)
def test_what_is_right_is_left_alone(melody: str) -> None:
    assert "MEL207" not in codes(melody)


def test_a_step_that_reads_itself_waits_for_itself() -> None:
    assert only('steps: {a: {set: "${{ steps.a.output }}"}}\n').message == (
        "step `a` waits for itself"
    )


def test_two_references_between_the_same_steps_are_one_circle() -> None:
    assert codes("""\
steps:
  a: {set: {x: "${{ steps.b.output.x }}", y: "${{ steps.b.output.x }}"}}
  b: {set: {x: "${{ steps.a.output.x }}", y: "${{ steps.a.output.x }}"}}
""") == ["MEL207"]


def test_circles_with_steps_of_their_own_are_told_apart() -> None:
    found = compiled("""\
steps:
  a: {set: 1, needs: [b]}
  b: {set: 1, needs: [a, c]}
  c: {set: 1, needs: [b]}
  d: {set: 1, needs: [e]}
  e: {set: 1, needs: [d]}
""").diagnostics
    assert [(one.code, one.message[-10:]) for one in found] == [
        ("MEL207", "`b` -> `a`"),
        ("MEL207", "`c` -> `b`"),
        ("MEL207", "`e` -> `d`"),
    ]


@pytest.mark.parametrize("modifier", ["", "for_each: [1], "])
def test_a_step_inside_a_branch_cannot_wait_for_the_branch(modifier: str) -> None:
    assert codes(f"""\
steps:
  r: {{{modifier}branch: [{{name: one, else: true, steps: {{i: {{set: 1, needs: [r]}}}}}}]}}
""") == ["MEL207"]


def test_the_result_of_an_arm_cannot_read_what_waits_for_the_branch() -> None:
    found = only("""\
steps:
  r: {branch: [{name: one, else: true, result: "${{ steps.after.output }}"}]}
  after: {set: "${{ steps.r.output }}"}
""")
    assert found.message == "these steps wait for one another: `r` -> `after` -> `r`"


def test_a_long_circle_is_found_without_recursion_and_named_in_short() -> None:
    size = 3000
    steps = "".join(f"  s{n}: {{set: 1, needs: [s{(n + 1) % size}]}}\n" for n in range(size))
    found = only(f"steps:\n{steps}")
    assert "… 2988 more …" in found.message
    assert len(found.notes) == 12


@pytest.mark.parametrize(
    "step",
    [
        "{steps: {i: {set: 1, needs: [z]}}}",
        '{steps: {}, result: "${{ steps.z.output }}"}',
        "{parallel: {l: {steps: {i: {set: 1, needs: [z]}}}}}",
        "{repeat: {max: 2, until: steps.z.ok, steps: {}}}",
        "{repeat: {max: 2, while: steps.z.ok, steps: {}}}",
        "{repeat: {max: 2, until: true, steps: {i: {steps: {j: {set: 1, needs: [z]}}}}}}",
        '{set: 1, compensate: {run: "echo ${{ steps.z.ok }}"}}',
    ],
)
def test_a_circle_is_found_through_every_kind_of_scope(step: str) -> None:
    assert codes(f"steps:\n  r: {step}\n  z: {{set: 1, needs: [r]}}\n") == ["MEL207"]


@pytest.mark.parametrize("verb", ["steps: {S}", "repeat: {max: 2, until: true, steps: {S}}"])
def test_a_step_inside_a_scope_cannot_wait_for_the_scope(verb: str) -> None:
    inside = verb.replace("{S}", "{i: {set: 1, needs: [r]}}")
    assert codes(f"steps: {{r: {{{inside}}}}}\n") == ["MEL207"]


def test_what_a_step_may_be_made_from_again_may_wait_for_it() -> None:
    assert (
        codes("""\
players: {p: {python: "m:f"}}
steps:
  a: {play: p, reconstruct: {from: "${{ steps.b.output }}", play: p}}
  b: {play: p, needs: [a]}
""")
        == []
    )


def test_a_step_that_reads_itself_is_told_of_previous() -> None:
    help_ = "read another step; in a loop, `previous` is the result of the iteration before"
    assert only('steps: {a: {set: "${{ steps.a.output }}"}}\n').help == help_
