from __future__ import annotations

from pathlib import Path

import pytest

from compiler.pipeline import compile_text
from tests.unit.compiler.compiling_aid import ALLOWED, HEAD, ir_of, only, step_of
from workflow_ir.render import render_text
from workflow_ir.steps import Branch, Call, Group, Guard, Play, Repeat, Set, layers
from workflow_ir.values import ConvertValue, Value

INPUTS = "inputs: {i: integer, t: string, o: {text: string}}\n"


def value(text: str) -> Value | None:
    """What the ``set``, or the result of the only scope, of step ``a`` has become."""
    *_, verb = layers(step_of(ir_of(f"{INPUTS}steps: {{a: {text}}}\n"), "a"))
    match verb:
        case Set():
            return verb.value
        case Group() | Repeat():
            return verb.scope.result
        case Branch():
            return verb.arms[0].scope.result
        case _:
            raise AssertionError(verb)


def conversion(found: Value | None) -> tuple[str, str | None, str]:
    assert isinstance(found, ConvertValue)
    return found.to, found.field, found.value.kind


@pytest.mark.parametrize(
    ("value_", "output", "expected"),
    [
        ("inputs.i", "number", ("number", None, "expr")),
        ("inputs.t", "{name: string}", ("object", "name", "expr")),
        ("inputs.o", "string", ("field", "text", "expr")),
    ],
)
@pytest.mark.parametrize(
    "form",
    [
        "{{set: '{}', output: {}}}",
        "{{steps: {{}}, result: '{}', output: {}}}",
        "{{repeat: {{max: 2, until: iteration > 0, steps: {{}}, result: '{}'}}, output: {}}}",
        "{{branch: [{{name: o, else: true, result: '{}'}}], output: {}}}",
    ],
)
def test_a_value_is_converted_to_the_output_that_its_step_declares(
    form: str, value_: str, output: str, expected: tuple[str, str | None, str]
) -> None:
    text = form.format(f"${{{{ {value_} }}}}", output)
    assert conversion(value(text)) == expected


def test_what_fits_already_stays_as_it_is() -> None:
    found = value("{set: '${{ inputs.i }}', output: integer}")
    assert found is not None
    assert found.kind == "expr"


def test_text_never_becomes_a_number() -> None:
    problem = only("inputs: {t: string}\nsteps: {a: {set: '${{ inputs.t }}', output: integer}}\n")
    assert problem.code == "MEL210"


def test_what_a_player_gives_is_never_converted() -> None:
    ir = ir_of(
        'players: {p: {python: "m:f", output: integer}}\nsteps: {a: {play: p}, '
        "b: {for_each: [1], play: p}}\n"
    )
    assert "convert" not in ir.to_json()


def test_arguments_of_a_player_meet_its_input() -> None:
    ir = ir_of(
        f'{INPUTS}players: {{p: {{python: "m:f", input: {{x: number, y: string}}}}}}\n'
        "steps: {a: {play: p, with: {x: '${{ inputs.i }}', y: '${{ inputs.t }}'}, "
        "compensate: {play: p, with: {x: '${{ inputs.i }}', y: b}}}}\n"
    )
    *_, guard, verb = layers(step_of(ir, "a"))
    assert isinstance(verb, Play)
    assert verb.with_ is not None
    assert conversion(verb.with_.entries["x"]) == ("number", None, "expr")
    assert verb.with_.entries["y"].kind == "expr"
    assert guard is not None
    assert guard.compensate is not None
    undoing = guard.compensate.body
    assert isinstance(undoing, Guard)
    assert isinstance(undoing.body, Play)
    assert undoing.body.with_ is not None
    assert conversion(undoing.body.with_.entries["x"])[0] == "number"


def test_arguments_of_a_call_meet_the_inputs_of_the_sub_melody(tmp_path: Path) -> None:
    sub = "inputs: {n: number, w: {text: string}}\nsteps: {s: {set: ['${{ inputs }}']}}\n"
    tmp_path.joinpath("s.melody.yaml").write_text(HEAD + sub)
    made = compile_text(
        f"{HEAD}{INPUTS}steps: {{c: {{call: s.melody.yaml, "
        "with: {n: '${{ inputs.i }}', w: '${{ inputs.t }}'}}}\n",
        folder=tmp_path,
        allow=ALLOWED,
    )
    assert made.ir is not None, render_text(made.diagnostics, made.sources)
    *_, verb = layers(made.ir.root.steps[0])
    assert isinstance(verb, Call)
    assert verb.with_ is not None
    assert conversion(verb.with_.entries["n"]) == ("number", None, "expr")
    assert conversion(verb.with_.entries["w"]) == ("object", "text", "expr")
