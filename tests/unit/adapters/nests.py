"""Melodies whose steps hold steps, for the tests of every backend."""

from __future__ import annotations

from compiler.pipeline import compile_text
from workflow_ir.allow import Allow
from workflow_ir.workflow import WorkflowIR

HEAD = """melody: v1
name: nests
players:
  hand: {python: "no:where"}
  dear: {python: "no:where", cost: {tokens: 10}}
"""

PART = (
    HEAD.replace("nests", "part")
    + """inputs: {text: string}
steps:
  intro: {play: hand, with: {text: "${{ inputs.text }}"}, output: string}
  more: {steps: {deep: {play: hand, needs: [intro]}}}
outputs: {text: "${{ steps.intro.output }}"}
"""
)

ALL = """steps:
  first: {play: hand, output: string}
  group:
    steps:
      x: {play: hand, with: {of: "${{ steps.first.output }}"}}
      y: {play: hand, needs: [x], output: string}
    result: {y: "${{ steps.y.output }}"}
  sides:
    parallel:
      left: {steps: {x: {play: hand}}}
      right: {steps: {x: {play: hand}, y: {play: hand, needs: [x]}}}
    needs: [group]
  loop:
    repeat:
      {max: 3, until: iteration == 3, steps: {x: {play: hand}}, result: {n: "${{ iteration }}"}}
    needs: [first]
  part: {call: ./part.melody.yaml, with: {text: "${{ steps.group.output.y }}"}, needs: [sides]}
  each:
    for_each: ${{ [1, 2] }}
    call: ./part.melody.yaml
    with: {text: "${{ str(item) }}"}
    needs: [loop]
outputs: {n: "${{ steps.loop.output.n }}", text: "${{ steps.part.output.text }}"}
"""

LONG_LOOP = """steps:
  loop:
    repeat:
      max: 200
      until: iteration == 130
      steps: {x: {set: {n: "${{ iteration }}"}}}
      result: {n: "${{ steps.x.output.n }}"}
outputs: {n: "${{ steps.loop.output.n }}"}
"""

ASKS = """steps:
  before: {play: hand, output: string}
  ask: {approval: "Is ${{ steps.before.output }} good?", form: {code: string}}
  after: {play: hand, with: {code: "${{ steps.ask.output.code }}"}, output: string}
outputs: {code: "${{ steps.ask.output.code }}", after: "${{ steps.after.output }}"}
"""

ASKS_INSIDE = """steps:
  group: {steps: {before: {play: hand}, ask: {approval: "Good?", needs: [before]}}}
"""

COSTS = """steps:
  one: {play: dear}
  two: {steps: {x: {play: dear}}, needs: [one]}
  three: {play: dear, needs: [two]}
policy: {budget: {tokens: 25}}
"""


def nest(steps: str) -> WorkflowIR:
    """The IR of one of them."""
    made = compile_text(HEAD + steps, allow=Allow(python=("no",)), given={"part.melody.yaml": PART})
    assert made.ir is not None, [one.message for one in made.diagnostics]
    return made.ir
