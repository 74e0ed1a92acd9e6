"""Short ways to spoil an IR and to see what is said of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from compiler.pipeline import Compilation, compile_text
from tests.unit.compiler.compiling_aid import ALLOWED, NOWHERE, ir_of
from tests.unit.compiler.modules.calling_aid import ir_of as ir_of_files
from workflow_ir.render import render_text

Spoil = Callable[[Any], object]
"""Changes the data of an IR in place."""

MELODY = """\
inputs: {n: integer, t: {type: string, default: x}}
models: {m: offline/basic}
players:
  p: {python: "m:f", fallback: [r]}
  r: {python: "m:r", input: {x: integer, s: string}}
  q: {model: m, system: "Be ${{ with.tone }}"}
  c: {command: [git, log]}
steps:
  first:
    play: p
    with: {x: "${{ inputs.n }}", s: "${{ secrets.S }}"}
    gate: {score: output.a, at_least: 1}
    output: {a: integer}
    compensate: {play: r, with: {x: "${{ output.a }}", s: "${{ secrets.S }}"}}
  say: {play: q, with: {tone: loud}}
  log: {play: c}
  each:
    for_each: [1, 2]
    as: row
    steps:
      in_each: {set: "${{ [row, row_index, index, steps.first.output.a] }}"}
    result: "${{ steps.in_each.output }}"
  way:
    branch:
      - name: one
        when: steps.first.output.a > 1
        steps: {in_arm: {set: "${{ steps.first.output.a }}"}}
        result: "${{ steps.in_arm.output }}"
      - {name: other, else: true, result: 2}
  sides: {parallel: {l: {steps: {s: {set: 1}}}, r: {steps: {s: {set: 2}}}}, succeed_if: 1}
  loop:
    repeat:
      max: 3
      until: steps.once.output > 1
      steps: {once: {set: "${{ iteration }}"}}
      result: "${{ default(previous, steps.once.output) }}"
  ask: {approval: Take, form: {why: string}, needs: [loop]}
  pause: {wait: 1s}
  night: {window: business_hours, require: health("p"), run: [git, "${{ inputs.t }}"]}
  end: {when: not steps.first.ok, fail: {error: my.error}}
outputs: {a: "${{ steps.way.output }}"}
"""
"""Something of everything that stands in one file."""


def data() -> Any:
    """The IR of ``MELODY`` as data."""
    return json.loads(ir_of(MELODY).to_json())


def with_calls(folder: Path) -> Any:
    """The IR of a Melody that calls two others, as data."""
    ir = ir_of_files(
        folder,
        a="steps: {x: {call: b.melody.yaml, with: {n: 1}}, y: {call: c.melody.yaml}}\n",
        b="inputs: {n: integer}\nsteps: {s: {set: '${{ inputs.n }}'}, c: {call: c.melody.yaml}}\n",
        c="steps: {s: {set: 1}}\n",
    )
    return json.loads(ir.to_json())


def read(tree: Any) -> Compilation:
    """Read an IR; text is taken as it stands."""
    text = tree if isinstance(tree, str | bytes) else json.dumps(tree, indent=1)
    return compile_text(text, file="x.ir.json", folder=NOWHERE, allow=ALLOWED)


def said(tree: Any) -> list[tuple[str, str]]:
    """Of each problem the fact, and the text that it is at, to the end of its line."""
    made = read(tree)
    assert (made.ir is None) == bool(made.diagnostics), render_text(made.diagnostics, made.sources)
    found = []
    for one in made.diagnostics:
        assert one.span is not None
        line = made.sources["x.ir.json"].splitlines()[one.span.line - 1]
        found.append((one.message, line[one.span.column - 1 :].rstrip(",")))
    return found


def step(tree: Any, id_: str) -> Any:
    """A top-level step."""
    return next(one for one in tree["root"]["steps"] if one["id"] == id_)


def verb(tree: Any, id_: str) -> Any:
    """The verb of a top-level step."""
    body = step(tree, id_)["body"]
    while "body" in body:
        body = body["body"]
    return body
