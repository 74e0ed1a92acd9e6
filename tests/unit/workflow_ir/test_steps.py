from __future__ import annotations

from pathlib import Path
from typing import get_args

from compiler.pipeline import compile_text
from conductor_core.kinds.step import VERBS
from tests.unit.compiler.compiling_aid import ALLOWED, HEAD, ir_of
from workflow_ir.render import render_text
from workflow_ir.steps import (
    ForEach,
    Guard,
    Require,
    Set,
    Verb,
    When,
    Window,
    every_step,
    layers,
)
from workflow_ir.values import MapValue, Value


def test_every_verb_of_the_ir_has_a_handler_in_the_conductor() -> None:
    assert set(VERBS) == set(get_args(Verb))


def test_every_wrapper_and_verb_of_the_ir_is_made_by_lowering(tmp_path: Path) -> None:
    tmp_path.joinpath("s.melody.yaml").write_text(f"{HEAD}steps: {{a: {{set: 1}}}}\n")
    made = compile_text(HEAD + EVERYTHING, folder=tmp_path, allow=ALLOWED)
    assert made.ir is not None, render_text(made.diagnostics, made.sources)
    found = {
        type(layer)
        for step in every_step(made.ir.root)
        for layer in layers(step)
        if layer is not None
    }
    assert found == {When, Window, Require, ForEach, Guard, *get_args(Verb)}


EVERYTHING = """\
players: {p: {python: "m:f"}}
steps:
  a: {play: p}
  b: {when: steps.a.ok, window: business_hours, require: 'health("p")', for_each: [1], play: p}
  c: {set: 1}
  d: {branch: [{name: o, else: true}]}
  e: {steps: {x: {set: 1}}}
  f: {parallel: {x: {steps: {y: {set: 1}}}}}
  g: {repeat: {max: 2, until: iteration > 1, steps: {x: {set: 1}}}}
  h: {call: ./s.melody.yaml}
  i: {approval: Sure}
  j: {wait: 1s}
  k: {when: not steps.a.ok, fail: {error: my.error}}
"""


def test_every_kind_of_value_is_made_by_lowering() -> None:
    ir = ir_of("""\
inputs: {i: integer}
steps:
  a: {set: {l: 1, e: "${{ 1 }}", t: "x ${{ 1 }}", m: {x: "${{ 1 }}"}, s: ["${{ 1 }}"]}}
  b: {set: "${{ inputs.i }}", output: number}
""")
    values = [verb.value for step in ir.root.steps if isinstance(verb := layers(step).verb, Set)]
    whole, converted = values
    assert isinstance(whole, MapValue)
    kinds = {entry.kind for entry in whole.entries.values()} | {converted.kind}
    every = {
        get_args(one.model_fields["kind"].annotation)[0] for one in get_args(get_args(Value)[0])
    }
    assert kinds == every
