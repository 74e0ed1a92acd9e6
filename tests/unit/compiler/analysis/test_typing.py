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


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ('{steps: {i: {set: 1}}, result: {n: "${{ steps.i.output }}"}}', "{n: integer}"),
        ("{steps: {i: {set: 1}}}", "null"),
        (
            ('{parallel: {l: {steps: {i: {set: 1}}, result: "${{ steps.i.output }}"}, '
            "r: {steps: {}, result: {s: x}}}}"),
            '{l: integer, r: {s: "x"}}',
        ),
        (
            "{parallel: {l: {steps: {}, result: 1}, r: {steps: {}, result: [2]}}, succeed_if: any}",
            "{l: integer?, r: list[integer]?}",
        ),
        (
            "{for_each: [1], parallel: {l: {steps: {}, result: 1}}, succeed_if: any}",
            "list[{l: integer}?]",
        ),
        ("{repeat: {max: 2, until: iteration > 1, steps: {}, result: 1}}", "integer"),
        (
            "{for_each: [1], repeat: {max: 2, while: inputs.b, steps: {}, result: 1}}",
            "list[integer?]",
        ),
        ("{for_each: [1], repeat: {max: 2, while: iteration < 2, steps: {}, result: 1}}",
         "list[integer]"),
        ("{approval: Publish}", '{choice: "approve"}'),
        (
            "{approval: Go, form: {n: integer, s: {type: string, default: x}}, on_reject: fail}",
            '{n: integer, s: string, choice: "approve"}',
        ),
        (
            ("{approval: Publish, form: {n: integer, s: {type: string, default: x}}, "
            "on_reject: continue}"),
            '{n: integer?, s: string, choice: "approve" | "reject"}',
        ),
        ("{wait: 3s}", "{}"),
        ("{wait: {event: paid}}", "json"),
        ("{wait: {event: paid}, output: {n: integer}}", "{n: integer}"),
        ("{fail: {error: a.b}}", "json"),
        ("{call: ./nowhere.melody.yaml}", "json"),
        ("{steps: {}, result: 1, output: number}", "number"),
        ("{play: {provides: say}, prompt: hi}", "string | {n: integer}"),
        ("{play: {provides: nothing}}", "json"),
        ("{play: talker, prompt: hi}", "string"),
        ("{play: fetch}", "json"),
        ("{play: page}", "string"),
        ("{play: rows}", "list[string]"),
        ("{for_each: [1], run: git log, parse: text, policy: {on_exceeded: skip}}",
         "list[string?]"),
    ],
)  # fmt: skip
def test_the_type_of_every_verb_is_known_before_the_run(step: str, expected: str) -> None:
    more = """\
  say_text: {model: offline, provides: [say.text]}
  say_data: {python: "m:f", output: {n: integer}, provides: [say.data]}
  talker: {agent: {role: r, goal: g, backstory: b}, model: offline}
  fetch: {http: {url: "https://x.test"}}
  page: {http: {url: "https://x.test"}, parse: text}
  rows: {http: {url: "https://x.test"}, parse: lines}
"""
    known = Known(f"{INPUTS}{more}steps:\n  a: {step}\n")
    assert describe(known.typing.output(known.step("a"))) == expected


LOOP = """\
  a:
    repeat:
      max: 3
      until: iteration > 1
      steps:
        i: {set: "${{ %s }}"}
      result: %s
"""


@pytest.mark.parametrize(
    ("inner", "result", "expected"),
    [
        ("iteration", '"${{ steps.i.output }}"', "integer(1..3)"),
        ("default(previous, 0)", '"${{ steps.i.output }}"', "json"),
        ("1", '{n: "${{ default(previous.n, 0) + 1 }}"}', "{n: json}"),
    ],
)
def test_a_loop_gives_its_last_result_and_knows_the_one_before(
    inner: str, result: str, expected: str
) -> None:
    assert type_of(LOOP % (inner, result)) == expected


def test_previous_is_the_result_of_the_loop_or_null() -> None:
    known = Known(f"{INPUTS}steps:\n{LOOP % ('previous.code', '{code: x}')}")
    (use,) = [use for use in known.uses if use.field == "set"]
    problems = known.typing.check(use).problems
    assert [(problem.code, problem.message) for problem in problems] == [
        ("MEL210", "`previous` may be null, which has no members.")
    ]
    known = Known(f"{INPUTS}steps:\n{LOOP % ('default(previous.cod, 1)', '{code: x}')}")
    (use,) = [use for use in known.uses if use.field == "set"]
    assert [problem.code for problem in known.typing.check(use).problems] == ["MEL204"]


@pytest.mark.parametrize(
    ("step", "field", "absent"),
    [
        ("{steps: {}, result: 1}", "output", False),
        ("{steps: {}, result: 1, when: inputs.b}", "output", True),
        ("{steps: {}, result: 1, on_failure: skip}", "output", True),
        ("{parallel: {l: {steps: {}}}, when: inputs.b}", "failed", True),
        ("{parallel: {l: {steps: {}}}, succeed_if: any}", "failed", False),
        ("{repeat: {max: 2, until: inputs.b, steps: {}}}", "output", False),
        ("{repeat: {max: 2, while: inputs.b, steps: {}}}", "output", True),
        ("{repeat: {max: 2, while: iteration < 2, steps: {}}}", "output", False),
        ("{repeat: {max: 2, while: previous == null, steps: {}}}", "output", False),
        ("{repeat: {max: 2, while: iteration > 1, steps: {}}}", "output", True),
        ("{repeat: {max: 2, while: previous.x, steps: {}}}", "output", True),
        ("{repeat: {max: 2, while: inputs.b, steps: {}}}", "exhausted", False),
        ("{approval: Publish}", "output", False),
        ("{approval: Publish, on_failure: [escalate, skip]}", "output", True),
        ("{set: 1, policy: {on_exceeded: skip}}", "output", True),
    ],
)
def test_it_is_known_of_every_verb_whether_it_may_give_nothing(
    step: str, field: str, absent: bool
) -> None:
    known = Known(f'{INPUTS}steps:\n  a: {step}\n  z: {{set: "${{{{ steps.a.{field} }}}}"}}\n')
    found = [use for use in known.uses if use.step is _last(known)]
    problems = [problem.code for use in found for problem in known.typing.check(use).problems]
    assert problems == (["MEL209"] if absent else [])


def _last(known: Known) -> StepSymbol:
    return known.symbols.steps[-1]
