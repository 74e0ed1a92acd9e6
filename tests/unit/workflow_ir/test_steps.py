from __future__ import annotations

from typing import get_args

from conductor_core.kinds.step import VERBS
from tests.unit.compiler.compiling_aid import ir_of, step_of
from workflow_ir.steps import Branch, ForEach, Guard, Play, Set, Verb, When, layers
from workflow_ir.values import Value


def test_every_verb_of_the_ir_has_a_handler_in_the_conductor() -> None:
    assert set(VERBS) == set(get_args(get_args(Verb)[0]))


def test_every_wrapper_and_verb_of_the_ir_is_made_by_lowering() -> None:
    ir = ir_of("""\
players: {p: {python: "m:f"}}
steps:
  a: {play: p}
  b: {when: steps.a.ok, for_each: [1], play: p}
  c: {set: 1}
  d: {branch: [{name: o, else: true}]}
""")
    made = {
        type(layer)
        for step in ir.root.steps
        for layer in layers(step_of(ir, step.address))
        if layer is not None
    }
    assert made == {When, ForEach, Guard, Play, Set, Branch}


def test_every_kind_of_value_is_made_by_lowering() -> None:
    ir = ir_of("""\
steps:
  a: {set: {l: 1, e: "${{ 1 }}", t: "x ${{ 1 }}", m: {x: "${{ 1 }}"}, s: ["${{ 1 }}"]}}
""")
    verb = layers(ir.root.steps[0])[3]
    assert isinstance(verb, Set)
    kinds = (
        {entry.kind for entry in verb.value.entries.values()} if verb.value.kind == "map" else {}
    )
    every = {
        get_args(one.model_fields["kind"].annotation)[0] for one in get_args(get_args(Value)[0])
    }
    assert kinds == every
