from __future__ import annotations

import pytest

from compiler.analysis.dependencies import settled_first
from tests.unit.compiler.compiling_aid import Known


def test_every_field_of_a_step_may_tell_what_it_waits_for() -> None:
    known = Known("""\
players: {p: {python: "m:f"}}
steps:
  z:
    play: p
    when: steps.a.ok
    for_each: ${{ steps.b.output }}
    with: {x: "${{ steps.c.output }}"}
    prompt: "Say ${{ steps.d.output }}"
    gate: {check: output == steps.e.output}
    needs: [f]
  r: {run: "echo ${{ steps.a.output }}", stdin: "${{ steps.b.output }}"}
  a: {set: 1}
  b: {set: [1]}
  c: {set: 1}
  d: {set: 1}
  e: {set: 1}
  f: {set: 1}
""")
    assert known.waits("z") == ["a", "b", "c", "d", "e", "f"]
    assert known.waits("r") == ["a", "b"]


def test_a_read_that_copes_with_nothing_is_guarded() -> None:
    known = Known("""\
steps:
  a: {set: {x: 1}}
  b:
    set:
      - ${{ steps.a.output.x }}
      - ${{ default(steps.a.output.x, 1) }}
      - ${{ has(steps.a.output) }}
      - ${{ coalesce(steps.a.output, 1) }}
      - ${{ steps.a.ok }}
      - ${{ steps.a.error }}
      - ${{ default(1, steps.a.output) }}
""")
    reads = known.dependencies.of_step[known.step("b")]
    assert [read.guarded for read in reads] == [False, True, True, True, True, True, False]


def test_a_branch_waits_for_its_conditions_and_its_steps_for_their_own() -> None:
    known = Known("""\
steps:
  a: {set: 1}
  b: {set: 1}
  c: {set: 1}
  r:
    branch:
      - name: one
        when: steps.a.output > 0
        steps: {i: {set: "${{ steps.b.output }}"}}
        result: ["${{ steps.i.output }}", "${{ steps.c.output }}"]
""")
    r = known.step("r")
    assert known.waits("r") == ["a"]
    assert known.waits("r.one.i") == ["b"]
    assert [read.target.id for read in known.dependencies.of_result[r.arms[0]]] == ["c"]
    assert [read.target.id for read in known.dependencies.inside] == ["i"]


def test_a_map_waits_for_all_that_its_inside_reads_from_outside() -> None:
    known = Known("""\
steps:
  a: {set: [1]}
  b: {set: 1}
  c: {set: 1}
  d: {set: 1}
  m:
    for_each: ${{ steps.a.output }}
    branch:
      - name: one
        when: item > steps.b.output
        steps:
          i: {set: "${{ steps.c.output }}"}
          j: {set: "${{ steps.i.output }}"}
        result: ["${{ steps.j.output }}", "${{ steps.d.output }}"]
      - {name: two, else: true}
""")
    assert known.waits("m") == ["a", "b", "d", "c"]
    assert known.waits("m.one.i") == ["c"]
    assert known.waits("m.one.j") == ["m.one.i"]


def test_a_map_in_a_map_makes_both_wait() -> None:
    known = Known("""\
steps:
  a: {set: [1]}
  m:
    for_each: [1]
    as: row
    branch:
      - name: one
        else: true
        steps:
          b: {set: 2}
          n: {for_each: "${{ steps.a.output }}", set: "${{ item + row + steps.b.output }}"}
""")
    assert known.waits("m") == ["a"]
    assert known.waits("m.one.n") == ["a", "m.one.b"]


def test_every_reader_of_a_step_is_known() -> None:
    known = Known("""\
steps:
  r:
    branch:
      - {name: one, else: true, steps: {i: {set: 1}}, result: "${{ steps.i.output }}"}
  b: {set: "${{ steps.r.output }}"}
outputs: {b: "${{ steps.b.output }}"}
""")
    readers = known.dependencies.readers()
    assert {step.address: len(reads) for step, reads in readers.items()} == {
        "r": 1, "r.one.i": 1, "b": 1,
    }  # fmt: skip


def test_steps_are_settled_after_what_they_wait_for_in_any_file_order() -> None:
    known = Known("""\
steps:
  d: {set: "${{ steps.r.output }}"}
  r:
    branch:
      - name: one
        else: true
        steps: {i: {set: "${{ steps.c.output }}"}}
        result: ${{ steps.a.output }}
  c: {set: 1}
  a: {set: 1}
""")
    order = [step.address for step in known.order]
    assert sorted(order) == ["a", "c", "d", "r", "r.one.i"]
    assert order.index("c") < order.index("r.one.i") < order.index("r") < order.index("d")
    assert order.index("a") < order.index("r")


def test_a_chain_written_backwards_may_be_longer_than_the_stack() -> None:
    size = 3000
    steps = "".join(f"  s{n}: {{set: '${{{{ steps.s{n + 1}.output }}}}'}}\n" for n in range(size))
    known = Known(f"steps:\n{steps}  s{size}: {{set: 1}}\n")
    assert [step.id for step in known.order[:2]] == [f"s{size}", f"s{size - 1}"]
    assert len(settled_first(known.symbols, known.dependencies)) == size + 1


def test_the_number_of_reads_grows_with_the_text_and_not_faster() -> None:
    def reads(size: int) -> int:
        values = ", ".join(["'${{ steps.o.output }}'"] * size)
        known = Known(f"""\
steps:
  o: {{set: 1}}
  m:
    for_each: [1]
    branch:
      - {{name: one, else: true, steps: {{i: {{set: [{values}]}}}}, result: [{values}]}}
""")
        return sum(len(found) for found in known.dependencies.of_step.values())

    assert reads(200) == 2 * reads(100)


OUTER = """\
  a: {set: 1}
  b: {set: 1}
  c: {set: 1}
"""


@pytest.mark.parametrize(
    "step",
    [
        '{steps: {i: {set: "${{ steps.a.output }}"}}, result: "${{ steps.b.output }}"}',
        (
            '{parallel: {l: {steps: {i: {set: "${{ steps.a.output }}"}}}, '
            'r: {steps: {}, result: "${{ steps.b.output }}"}}}'
        ),
        '{repeat: {max: 2, until: steps.b.output > 1, steps: {i: {set: "${{ steps.a.output }}"}}}}',
        '{repeat: {max: 2, while: steps.b.output > 1, steps: {i: {set: "${{ steps.a.output }}"}}}}',
        (
            "{branch: [{name: o, when: steps.b.output > 1, steps: "
            '{i: {set: "${{ steps.a.output }}"}}}], on_failure: skip}'
        ),
    ],
)
def test_a_step_with_a_graph_inside_waits_for_all_that_its_inside_reads(step: str) -> None:
    known = Known(f"steps:\n{OUTER}  z: {step}\n")
    assert sorted(known.waits("z")) == ["a", "b"]


def test_a_group_inside_a_group_makes_both_wait_and_no_one_waits_for_itself() -> None:
    known = Known(
        "steps:\n"
        + OUTER
        + """\
  g:
    steps:
      near: {set: 1}
      h: {steps: {i: {set: ["${{ steps.a.output }}", "${{ steps.near.output }}"]}}}
"""
    )
    assert known.waits("g") == ["a"]
    assert known.waits("g.h") == ["a", "g.near"]


@pytest.mark.parametrize(
    "step",
    [
        '{approval: "${{ steps.a.output }}", show: {b: "${{ steps.b.output }}"}}',
        '{wait: {until: "${{ steps.a.output }}${{ steps.b.output }}"}}',
        '{fail: {error: a.b, message: "${{ steps.a.output }}${{ steps.b.output }}"}}',
        '{call: ./x.melody.yaml, with: {a: "${{ steps.a.output }}", b: "${{ steps.b.output }}"}}',
        "{set: 1, require: steps.a.ok and steps.b.ok}",
        "{set: 1, gate: {score: steps.a.output + steps.b.output, at_least: 1}}",
        '{run: echo, idempotency_key: "${{ steps.a.output }}${{ steps.b.output }}"}',
        (
            '{run: echo, compensate: {run: "echo ${{ steps.a.output }}", '
            'env: {B: "${{ steps.b.output }}"}}}'
        ),
        "{set: 1, needs: [a, b]}",
    ],
)
def test_references_of_every_verb_and_modifier_make_a_step_wait(step: str) -> None:
    known = Known(f"steps:\n{OUTER}  z: {step}\n")
    assert known.waits("z") == ["a", "b"]


def test_what_a_step_may_be_made_from_again_is_not_waited_for() -> None:
    known = Known(
        f"steps:\n{OUTER}"
        '  z: {set: 1, reconstruct: {from: "${{ steps.a.output }}", play: p}}\n'
    )
    assert known.waits("z") == []


def test_what_until_reads_of_its_own_iteration_is_waited_for_by_nobody() -> None:
    known = Known("steps: {z: {repeat: {max: 2, until: steps.i.output > 1, steps: {i: {set: 1}}}}}")
    assert known.waits("z") == []
    assert [read.target.address for read in known.dependencies.inside] == ["z.i"]
