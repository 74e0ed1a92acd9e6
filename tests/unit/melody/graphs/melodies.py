"""Melodies to draw."""

from __future__ import annotations

from compiler.pipeline import compile_text
from workflow_ir.workflow import WorkflowIR

HOSTILE = """\
melody: v1
name: hostile
inputs: {xs: {type: "list[integer]", default: [1]}, s: {type: string, default: ""}}
steps:
  each:
    for_each: ${{ inputs.xs }}
    as: x
    when: "inputs.s != '</svg><script>\\"&漢字\\u202e\\\\n\\\\\\\\N'"
    branch:
      - name: small
        when: "x < 2 and inputs.s != '\\"] --> </text>'"
        steps:
          one: {set: {n: "${{ x }}"}}
        result: {n: "${{ steps.one.output.n }}"}
      - name: big
        else: true
        result: {n: 0}
  shell: {run: ["</svg>\\"\\\\N&amp;|]\\u202e", x], label: "</svg>\\u202e\\nlabel"}
  after: {set: {all: "${{ default(steps.each.output, []) }}"}}
outputs: {all: "${{ steps.after.output.all }}"}
"""
"""Text that is markup to each format, or reverses what follows it, in every place that is drawn."""

ROUTE = """\
melody: v1
name: route
inputs: {n: integer}
steps:
  measure: {set: {n: "${{ inputs.n }}"}}
  aside: {set: {n: 1}}
  way:
    branch:
      - name: low
        when: steps.measure.output.n < 3
        steps:
          lift: {set: {n: "${{ steps.measure.output.n + 1 }}"}}
        result: {n: "${{ steps.lift.output.n + steps.aside.output.n }}"}
      - name: high
        when: steps.measure.output.n > 10
        result: {n: 10}
  report: {set: {n: "${{ default(steps.way.output.n, 0) }}"}, needs: [aside]}
outputs: {n: "${{ steps.report.output.n }}"}
"""


def compiled(text: str) -> WorkflowIR:
    """The IR of a Melody without errors."""
    compilation = compile_text(text, given={"part.melody.yaml": PART})
    assert compilation.ir is not None, compilation.diagnostics
    return compilation.ir


PART = """\
melody: v1
name: part
inputs: {n: integer}
steps:
  add: {set: {n: "${{ inputs.n + 1 }}"}}
  keep:
    steps: {it: {set: {n: "${{ steps.add.output.n }}"}}}
    result: {n: "${{ steps.it.output.n }}"}
outputs: {n: "${{ steps.keep.output.n }}"}
"""

NESTS = """\
melody: v1
name: nests
inputs: {n: integer}
steps:
  draft: {set: {n: "${{ inputs.n }}"}}
  both:
    parallel:
      left:
        steps:
          a: {set: {n: "${{ steps.draft.output.n }}"}}
          b: {set: {n: "${{ steps.a.output.n }}"}}
      right:
        steps: {ask: {approval: "Is ${{ steps.draft.output.n }} enough?"}, nap: {wait: 30s}}
    succeed_if: any
  refine:
    repeat:
      max: 3
      until: steps.x.output.n == 3
      steps:
        x: {set: {n: "${{ iteration + steps.draft.output.n }}"}}
        paid: {wait: {event: payment}}
      result: {n: "${{ steps.x.output.n }}"}
  docs: {call: ./part.melody.yaml, with: {n: "${{ steps.refine.output.n }}"}, needs: [both]}
  more:
    for_each: ${{ [1, 2] }}
    call: ./part.melody.yaml
    with: {n: "${{ item }}"}
    needs: [docs]
  tidy:
    for_each: ${{ [1, 2] }}
    succeed_if: 50%
    steps:
      a: {set: {n: "${{ item }}"}, require: host.disk_free > 0}
      stop: {fail: {error: too.many}, when: item > steps.a.output.n}
    needs: [docs]
  guarded:
    branch:
      - {name: small, when: steps.docs.output.n < 3, steps: {one: {set: {n: 1}}}}
      - {name: large, else: true}
    policy: {timeout: 5s}
outputs: {n: "${{ steps.docs.output.n }}"}
"""
"""Every kind of step that holds steps, and those that are no work."""
