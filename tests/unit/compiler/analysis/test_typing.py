from __future__ import annotations

import pytest

from compiler.analysis.symbols import StepSymbol
from tests.unit.compiler.compiling_aid import Known
from workflow_ir.types import describe

INPUTS = """\
inputs:
  b: boolean
  n: integer
  lang: {enum: [go, rust]}
  j: json
  xs:
    schema:
      type: array
      items:
        type: object
        properties: {id: {type: integer}, tag: {type: [string, "null"]}}
        required: [id, tag]
        additionalProperties: false
players:
  model: {model: offline}
  code: {python: "m:f"}
  told: {python: "m:f", output: {n: integer}}
  text: {command: [cat], parse: text}
"""


def type_of(steps: str, address: str = "a") -> str:
    known = Known(f"{INPUTS}steps:\n{steps}")
    return describe(known.typing.output(known.step(address)))


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{set: 1}", "integer"),
        ("{set: 1.5}", "number"),
        ("{set: null}", "null"),
        ("{set: {x: [1, 2], y: true}}", "{x: list[integer], y: boolean}"),
        ('{set: "${{ inputs.lang }}"}', '"go" | "rust"'),
        ('{set: "Say ${{ inputs.n }}"}', "string"),
        ('{set: "${{ inputs.n }}", output: number}', "number"),
        ("{play: model, prompt: hi}", "string"),
        ("{play: model, prompt: hi, output: {n: integer}}", "{n: integer}"),
        ("{play: code}", "json"),
        ("{play: told}", "{n: integer}"),
        ("{play: text}", "string"),
        ("{run: git log}", "{exit_code: integer, stdout: string, stderr: string}"),
        ("{run: git log, parse: exit}", "{exit_code: integer, stdout: string, stderr: string}"),
        ("{run: git log, parse: lines}", "list[string]"),
        ("{run: git log, parse: json}", "json"),
        ('{for_each: [1, 2], set: "${{ item }}"}', "list[integer]"),
        ('{for_each: [{k: 1}, {k: 2}], set: "${{ item.k }}"}', "list[integer]"),
        ('{for_each: "${{ inputs.xs }}", set: "${{ item.tag }}"}', "list[string?]"),
        ('{for_each: "${{ inputs.xs }}", as: row, set: "${{ row.id }}"}', "list[integer]"),
        ('{for_each: "${{ inputs.j }}", set: "${{ item }}"}', "list[json]"),
        ('{for_each: [1], set: "${{ index }}"}', "list[integer(0..)]"),
        ('{for_each: [1], as: row, set: "${{ row_index }}"}', "list[integer(0..)]"),
        ("{for_each: [1], set: 1, succeed_if: any}", "list[integer?]"),
        ("{for_each: [1], set: 1, succeed_if: 80%}", "list[integer?]"),
        ("{for_each: [1], run: git log, parse: text, on_failure: [skip]}", "list[string?]"),
        ("{for_each: [1], branch: [{name: o, when: inputs.b, result: 1}]}", "list[integer?]"),
    ],
)
def test_the_type_of_a_step_is_known_before_the_run(step: str, expected: str) -> None:
    assert type_of(f"  a: {step}\n") == expected


def test_a_branch_has_the_types_of_all_its_results() -> None:
    arms = (
        "[{name: o, when: inputs.b, result: {k: 1}}, "
        "{name: p, when: inputs.n > 2, steps: {i: {set: x}}, "
        'result: {k: "${{ steps.i.output }}"}}, {name: q, else: true}]'
    )
    assert type_of(f"  a: {{branch: {arms}}}\n") == '{k: integer | "x"} | null'


def test_items_of_nested_maps_have_their_types() -> None:
    steps = """\
  m:
    for_each: [[1, 2], [3]]
    as: row
    branch:
      - name: one
        else: true
        steps: {n: {for_each: "${{ row }}", set: "${{ item + row_index }}"}}
        result: ${{ steps.n.output }}
"""
    assert type_of(steps, "m.one.n") == "list[integer]"
    assert type_of(steps, "m") == "list[list[integer]]"


def test_in_a_circle_what_cannot_be_known_is_dynamic_however_long_it_is() -> None:
    size = 2000
    steps = "".join(
        f"  s{n}: {{set: '${{{{ steps.s{(n + 1) % size}.output }}}}'}}\n" for n in range(size)
    )
    assert type_of(steps, "s0") == "json"


@pytest.mark.parametrize(
    ("step", "absent"),
    [
        ("{set: 1}", False),
        ("{set: 1, when: inputs.b}", True),
        ("{run: git log, on_failure: [retry, skip]}", True),
        ("{run: git log, gate: {check: true, on_fail: [skip]}}", True),
        ("{for_each: [1], run: git log, on_failure: [skip]}", False),
        ("{for_each: [1], when: inputs.b, set: 1}", True),
        ("{branch: [{name: o, when: inputs.b, result: 1}]}", True),
        ("{branch: [{name: o, else: true, result: 1}]}", False),
    ],
)
def test_it_is_known_which_steps_may_give_nothing(step: str, absent: bool) -> None:
    known = Known(f'{INPUTS}steps:\n  a: {step}\n  z: {{set: "${{{{ steps.a.output }}}}"}}\n')
    found = [use for use in known.uses if use.step is _last(known)]
    problems = [problem.code for use in found for problem in known.typing.check(use).problems]
    assert problems == (["MEL209"] if absent else [])


def _last(known: Known) -> StepSymbol:
    return known.symbols.steps[-1]
