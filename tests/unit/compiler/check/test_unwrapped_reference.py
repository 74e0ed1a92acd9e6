from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import HEAD, codes, compiled, only, shown
from workflow_ir.splice import splice

CASE = """\
steps:
  a: {set: 1}
outputs: {n: steps.a.output}
"""
SHOWN = """\
warning[MEL234]: this is the text `steps.a.output`, not the value it names
 --> t.melody.yaml:5:14
  |
5 | outputs: {n: steps.a.output}
  |              ^^^^^^^^^^^^^^
  = help: write `${{ steps.a.output }}`
  = help: melody check --fix    ·    melody explain MEL234
"""
TOP = """\
inputs: {topic: string, csv: string}
players: {writer: {model: offline}}
steps:
  z: {set: "${{ inputs }}"}
"""


def test_a_reference_without_its_braces_is_told_with_what_to_write() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "step",
    [
        "{set: steps.z.output}",
        "{set: steps.z.output.topic}",
        "{set: 'steps.z.output.list[0]'}",
        "{set: steps.z.ok}",
        "{set: inputs.topic}",
        "{set: '{{ inputs.topic }}'}",
        "{set: '{{steps.z.output}}'}",
        "{set: '${steps.z.output}'}",
        "{set: {deep: [1, steps.z.output]}}",
        "{play: writer, prompt: inputs.topic}",
        "{play: writer, with: {topic: inputs.topic}}",
        "{run: [echo, steps.z.output]}",
        "{run: echo steps.z.output}",
        "{run: [echo, '{{ inputs.topic }}']}",
        "{run: [cat], stdin: steps.z.output}",
        "{run: [cat], env: {TOPIC: inputs.topic}}",
        "{for_each: [steps.z.output], set: 1}",
        "{approval: steps.z.output}",
        "{approval: Publish, show: {text: steps.z.output}}",
        "{fail: {error: no.stock, message: steps.z.output}}",
        "{set: 1, compensate: {run: [echo, steps.z.output]}}",
        "{steps: {b: {set: 1}}, result: steps.b.output}",
        "{steps: {b: {set: steps.z.output}}}",
    ],
)
def test_it_is_noticed_wherever_an_expression_may_stand(step: str) -> None:
    assert codes(f"{TOP}  a: {step}\n{USED}") == ["MEL234"]


USED = """\
  y: {play: writer, prompt: Go.}
"""


@pytest.mark.parametrize(
    "step",
    [
        "{set: steps.nobody.output}",
        "{set: steps.b.output}",
        "{set: steps.a.output}",
        "{set: steps.z}",
        "{set: steps.z.txt}",
        "{set: steps.z.outputs}",
        "{set: inputs.nothing}",
        "{set: inputs}",
        "{set: see steps.z.output}",
        "{set: steps.z.output.}",
        "{set: steps.z.output and more}",
        "{set: '{{ topic }}'}",
        "{set: '{{ inputs.topic }'}",
        "{set: '${ inputs.topic }}'}",
        "{set: '$${{ inputs.topic }}'}",
        "{set: '${{ inputs.topic }}'}",
        "{set: \"${{ 'inputs.topic' }}\"}",
        "{run: [cat, inputs.csv]}",
        "{run: cat inputs.csv}",
        "{run: [cat, steps.z.json]}",
        "{run: [cat, ./steps.z.output]}",
    ],
)
def test_other_texts_are_texts(step: str) -> None:
    group = "  c: {steps: {b: {set: 1}}}\n"
    assert codes(f"{TOP}  a: {step}\n{group}{USED}") == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("steps.a.output", '"${{ steps.a.output }}"'),
        ("'{{ steps.a.output }}'", '"${{ steps.a.output }}"'),
        ('"${steps.a.output}"', '"${{ steps.a.output }}"'),
    ],
)
def test_the_fix_wraps_it_and_the_value_is_read(written: str, expected: str) -> None:
    text = CASE.replace("steps.a.output", written)
    fix = only(text).fix
    assert fix is not None
    mended = splice(HEAD + text, fix.edits)
    assert mended == HEAD + CASE.replace("steps.a.output", expected)
    assert compiled(mended.removeprefix(HEAD)).diagnostics == ()


def test_a_word_of_a_command_line_is_told_without_an_edit() -> None:
    found = only("steps: {a: {set: 1}, b: {run: echo steps.a.output}}\n")
    assert (found.code, found.fix) == ("MEL234", None)


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("{for_each: steps.z.output, set: 1}", "MEL111"),
        (
            "{play: writer, prompt: Go., reconstruct: {from: steps.z.output, play: writer}}",
            "MEL229",
        ),
    ],
)
def test_where_a_text_is_an_error_anyway_nothing_is_added(step: str, code: str) -> None:
    assert codes(f"{TOP}  a: {step}\n{USED}") == [code]


def test_an_input_that_is_meant_is_not_called_unused() -> None:
    assert codes("inputs: {topic: string}\nsteps: {a: {set: inputs.topic}}\n") == ["MEL234"]
    assert codes("inputs: {topic: string}\nsteps: {a: {set: topic}}\n") == ["MEL217"]
