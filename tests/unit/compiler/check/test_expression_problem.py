from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import codes, compiled, only, shown
from workflow_ir.splice import splice

CASES = [
    pytest.param(
        """\
steps:
  draft: {set: {code: x}}
  b: {set: "${{ steps.drat.output }}"}
""",
        """\
error[MEL201]: there is no step `drat` here
 --> t.melody.yaml:5:23
  |
5 |   b: {set: "${{ steps.drat.output }}"}
  |                       ^^^^ did you mean `draft`?
  = help: melody check --fix    ·    melody explain MEL201
""",
        id="MEL201",
    ),
    pytest.param(
        """\
steps:
  draft: {set: {code: x}}
  b: {set: "${{ steps.draft.output.cod }}"}
""",
        """\
error[MEL204]: `steps.draft.output` has no field `cod`
 --> t.melody.yaml:5:36
  |
5 |   b: {set: "${{ steps.draft.output.cod }}"}
  |                                    ^^^ did you mean `code`?
  = note: `draft` is defined at t.melody.yaml:4:3
  = help: melody check --fix    ·    melody explain MEL204
""",
        id="MEL204",
    ),
    pytest.param(
        """\
steps:
  a: {set: "${{ lenn([1]) }}"}
""",
        """\
error[MEL205]: there is no function `lenn`
 --> t.melody.yaml:4:17
  |
4 |   a: {set: "${{ lenn([1]) }}"}
  |                 ^^^^ did you mean `len`?
  = help: melody check --fix    ·    melody explain MEL205
""",
        id="MEL205",
    ),
    pytest.param(
        """\
steps:
  a: {set: "${{ sted }}"}
""",
        """\
error[MEL206]: there is no name `sted` here
 --> t.melody.yaml:4:17
  |
4 |   a: {set: "${{ sted }}"}
  |                 ^^^^ did you mean `steps`?
  = help: melody check --fix    ·    melody explain MEL206
""",
        id="MEL206",
    ),
    pytest.param(
        """\
inputs: {n: integer, s: string, b: boolean, lang: {enum: [go, rust]}}
steps:
  z: {set: "${{ inputs }}"}
  a: {set: 1, when: inputs.b}
  c: {set: "${{ steps.a.output }}"}
""",
        """\
error[MEL209]: `steps.a.output` may not exist: the step `a` may be skipped
 --> t.melody.yaml:7:17
  |
7 |   c: {set: "${{ steps.a.output }}"}
  |                 ^^^^^^^^^^^^^^
  = note: the `when` that may skip `a` stands at t.melody.yaml:6:21
  = help: write `default(steps.a.output, y)`, where `y` stands in, or test `steps.a.ok` before
  = help: melody explain MEL209
""",
        id="MEL209",
    ),
    pytest.param(
        """\
steps:
  a: {set: "${{ 1 + 'x' }}"}
""",
        """\
error[MEL210]: `+` cannot take integer and "x"
 --> t.melody.yaml:4:17
  |
4 |   a: {set: "${{ 1 + 'x' }}"}
  |                 ^^^^^^^
  = help: write `str(1)` to make text of it
  = help: melody explain MEL210
""",
        id="MEL210",
    ),
    pytest.param(
        """\
inputs: {n: integer, s: string, b: boolean, lang: {enum: [go, rust]}}
steps:
  z: {set: "${{ inputs }}"}
  r: {branch: [{name: one, when: inputs.b, result: 1}]}
  c: {set: "${{ steps.r.output }}"}
""",
        """\
error[MEL211]: branch `r` has no `else`, so it may give no value
 --> t.melody.yaml:7:17
  |
7 |   c: {set: "${{ steps.r.output }}"}
  |                 ^^^^^^^^^^^^^^
  = note: `r` is defined at t.melody.yaml:6:3
  = help: add an arm with `else: true`, or read it through `default(steps.r.output, y)`
  = help: melody explain MEL211
""",
        id="MEL211",
    ),
    pytest.param(
        """\
inputs: {xs: "list[integer]"}
steps:
  a: {set: "${{ [steps for steps in inputs.xs] }}"}
""",
        """\
error[MEL212]: the loop's name `steps` is already a name outside
 --> t.melody.yaml:5:28
  |
5 |   a: {set: "${{ [steps for steps in inputs.xs] }}"}
  |                            ^^^^^
  = help: give the loop another name
  = help: melody explain MEL212
""",
        id="MEL212",
    ),
    pytest.param(
        """\
inputs: {n: integer, s: string, b: boolean, lang: {enum: [go, rust]}}
steps:
  z: {set: "${{ inputs }}"}
  a: {set: "${{ inputs.lung }}"}
""",
        """\
error[MEL213]: there is no input `lung`
 --> t.melody.yaml:6:24
  |
6 |   a: {set: "${{ inputs.lung }}"}
  |                        ^^^^ did you mean `lang`?
  = help: melody check --fix    ·    melody explain MEL213
""",
        id="MEL213",
    ),
    pytest.param(
        """\
inputs: {n: integer, s: string, b: boolean, lang: {enum: [go, rust]}}
steps:
  z: {set: "${{ inputs }}"}
  a: {set: 1, when: inputs.n}
""",
        """\
error[MEL214]: a condition is true or false; this is integer
 --> t.melody.yaml:6:21
  |
6 |   a: {set: 1, when: inputs.n}
  |                     ^^^^^^^^
  = help: write `inputs.n != 0`, or compare it with what you mean
  = help: melody explain MEL214
""",
        id="MEL214",
    ),
    pytest.param(
        """\
steps:
  a: {set: "${{ len(1, 2) }}"}
""",
        """\
error[MEL215]: `len` is given 2 values
 --> t.melody.yaml:4:17
  |
4 |   a: {set: "${{ len(1, 2) }}"}
  |                 ^^^^^^^^^
  = help: use it as `len(x)`
  = help: melody explain MEL215
""",
        id="MEL215",
    ),
    pytest.param(
        """\
inputs: {n: integer, s: string, b: boolean, lang: {enum: [go, rust]}}
steps:
  z: {set: "${{ inputs }}"}
  a: {set: 1, when: inputs.n == '3'}
""",
        """\
error[MEL216]: integer can never equal "3", so this is always false
 --> t.melody.yaml:6:21
  |
6 |   a: {set: 1, when: inputs.n == '3'}
  |                     ^^^^^^^^^^^^^^^
  = help: write the number without quotes, or read the text with `float(x)`
  = help: melody explain MEL216
""",
        id="MEL216",
    ),
    pytest.param(
        """\
players: {m: {model: offline}}
steps:
  a: {play: m, prompt: "${{ secrets.KEY }}"}
""",
        """\
error[MEL404]: a prompt is sent and recorded, so no secret may stand in it
 --> t.melody.yaml:5:29
  |
5 |   a: {play: m, prompt: "${{ secrets.KEY }}"}
  |                             ^^^^^^^
  = help: pass it to the player that needs it by `with`
  = help: melody explain MEL404
""",
        id="MEL404",
    ),
    pytest.param(
        """\
steps:
  a: {set: "${{ secrets.KEY }}"}
""",
        """\
error[MEL404]: a secret may stand in `with` and `env` only: everything else is recorded
 --> t.melody.yaml:4:17
  |
4 |   a: {set: "${{ secrets.KEY }}"}
  |                 ^^^^^^^
  = help: pass it to the player that needs it by `with`
  = help: melody explain MEL404
""",
        id="MEL404 outside a prompt",
    ),
]
INPUTS = "inputs: {n: integer, s: string, b: boolean, m: 'string?', lang: {enum: [go, rust]}}\n"
"""One of each kind."""


def written(steps: str) -> str:
    """Steps that use all inputs, and a step ``a`` that may be skipped."""
    used = "  all: {set: '${{ inputs }}'}\n"
    return f"{INPUTS}steps:\n{used}  a: {{set: {{x: 1}}, when: inputs.b}}\n{steps}"


@pytest.mark.parametrize(("melody", "golden"), CASES)
def test_a_mistake_in_an_expression_is_shown_at_its_place(melody: str, golden: str) -> None:
    assert shown(melody).rstrip() == golden.rstrip()


@pytest.mark.parametrize(("melody", "golden"), CASES)
def test_what_is_said_reads_like_every_other_diagnostic(melody: str, golden: str) -> None:
    (found,) = [one for one in compiled(melody).diagnostics if one.code in golden]
    for text in (found.message, found.help or "x", *(note.message for note in found.notes)):
        assert text[0] in '`"' or text[0].islower()
        assert not text.endswith(".")
        assert "'" not in text.replace("arm's", "").replace("loop's", "").replace(
            "'x'", ""
        ).replace("'3'", "")
    assert found.label is None or found.label not in (found.help or "")


@pytest.mark.parametrize(
    "read",
    [
        "default(steps.a.output.x, 0)",
        "coalesce(steps.a.output.x, 0)",
        "1 if has(steps.a.output) else 0",
        "steps.a.output.x if steps.a.ok else 0",
        "0 if not steps.a.ok else steps.a.output.x",
        "steps.a.output.x if has(steps.a.output.x) else 0",
        "steps.a.output.x if steps.a.status == 'succeeded' else 0",
        "steps.a.ok and steps.a.output.x > 0",
        "not steps.a.ok or steps.a.output.x > 0",
        "[steps.a.ok, steps.a.status, steps.a.error, steps.a.attempts, steps.a.player] != []",
    ],
)
def test_a_step_that_may_be_skipped_can_be_read_with_care(read: str) -> None:
    assert codes(written(f'  c: {{set: "${{{{ {read} }}}}"}}\n')) == []


@pytest.mark.parametrize(
    "read",
    [
        "steps.a.output.x",
        "steps.a.output",
        "default(1, steps.a.output.x)",
        "steps.a.output.x if not steps.a.ok else 0",
        "steps.a.ok or steps.a.output.x > 0",
        "steps.a.output.x if steps.a.ok or inputs.b else 0",
        "[x for x in [steps.a.output.x]]",
    ],
)
def test_a_step_that_may_be_skipped_cannot_be_read_without(read: str) -> None:
    assert codes(written(f'  c: {{set: "${{{{ {read} }}}}"}}\n')) == ["MEL209"]


@pytest.mark.parametrize(
    "condition",
    ["steps.a.ok", "has(steps.a.output)", "has(steps.a.output.x)", "inputs.b and steps.a.ok"],
)
def test_the_when_of_a_step_or_an_arm_lets_it_read_bare(condition: str) -> None:
    assert (
        codes(
            written(f"""\
  c: {{when: {condition}, set: "${{{{ steps.a.output.x }}}}"}}
  m: {{when: {condition}, for_each: ["${{{{ steps.a.output.x }}}}"], set: "${{{{ item }}}}"}}
  r:
    branch:
      - name: one
        when: {condition}
        steps: {{i: {{set: "${{{{ steps.a.output.x }}}}"}}}}
        result: ${{{{ steps.a.output.x }}}}
""")
        )
        == []
    )


def test_a_condition_that_does_not_hold_in_an_earlier_arm_is_known_in_later_ones() -> None:
    assert (
        codes(
            written("""\
  r:
    branch:
      - {name: none, when: not steps.a.ok, result: 0}
      - {name: much, when: steps.a.output.x > 3, result: "${{ steps.a.output.x }}"}
      - name: little
        else: true
        steps: {i: {set: "${{ steps.a.output.x }}"}}
        result: ${{ steps.i.output }}
""")
        )
        == []
    )


def test_what_holds_in_an_arm_does_not_hold_before_it_or_outside() -> None:
    assert codes(
        written("""\
  r:
    branch:
      - {name: early, when: steps.a.output.x > 3, result: 0}
      - {name: run, when: steps.a.ok, result: "${{ steps.a.output.x }}"}
      - {name: rest, else: true, result: "${{ steps.a.output.x }}"}
  after: {set: "${{ steps.a.output.x }}"}
""")
    ) == ["MEL209", "MEL209", "MEL209"]


def test_the_steps_of_an_arm_did_run_for_one_another_and_for_the_result() -> None:
    assert (
        codes("""\
steps:
  r:
    branch:
      - name: one
        else: true
        steps:
          i: {set: {x: 1}}
          j: {set: "${{ steps.i.output.x }}"}
        result: ${{ steps.j.output }}
  after: {set: "${{ steps.r.output + 1 }}"}
""")
        == []
    )


@pytest.mark.parametrize("name", ["steps.inner.output", "default(steps.inner.output, 1)"])
def test_a_step_of_an_arm_is_unknown_outside_and_the_help_names_the_result(name: str) -> None:
    found = only(f"""\
steps:
  r: {{branch: [{{name: one, else: true, steps: {{inner: {{set: 1}}}}, result: 1}}]}}
  b: {{set: "${{{{ {name} }}}}"}}
""")
    assert found.message == "there is no step `inner` here"
    assert found.help == (
        "it is seen inside arm `one` only; read the arm's `result` as `steps.r.output`"
    )


def test_the_help_names_the_branch_that_can_be_seen() -> None:
    found = only("""\
steps:
  r:
    branch:
      - name: one
        else: true
        steps:
          q: {branch: [{name: two, else: true, steps: {deep: {set: 1}}}]}
  b: {set: "${{ steps.deep.output }}"}
""")
    assert found.help is not None
    assert "arm `one`" in found.help
    assert "`steps.r.output`" in found.help


def test_a_step_without_a_near_name_is_answered_by_those_there_are() -> None:
    steps = "".join(f"  s{n}: {{set: 1}}\n" for n in range(10))
    found = only(f'steps:\n{steps}  me: {{set: "${{{{ steps.qqqqq.output }}}}"}}\n')
    assert found.help == "steps: `s0`, `s1`, `s2`, `s3`, `s4`, `s5`, `s6`, `s7` and 2 more"


@pytest.mark.parametrize("source", ["steps[inputs.s].output", "keys(steps)", "steps"])
def test_a_step_is_named_and_never_computed(source: str) -> None:
    assert codes(written(f'  c: {{set: "${{{{ default({source}, 1) }}}}"}}\n')) == ["MEL210"]


@pytest.mark.parametrize(
    "melody",
    [
        "steps: {draft: {set: 1}, b: {set: '${{ steps.drat.output }}'}}\n",
        'steps: {draft: {set: 1}, b: {set: "${{ steps.drat.output }}"}}\n',
        "steps:\n  draft: {set: 1}\n  b:\n    set: >-\n      ${{\n      steps.drat.output }}\n",
        "steps:\n  draft: {set: 1}\n  b:\n    set: |-\n      ${{\n        steps.drat.output }}\n",
    ],
)
def test_the_suggestion_can_be_made_by_a_tool(melody: str) -> None:
    made = compiled(melody)
    (found,) = made.diagnostics
    assert found.fix is not None
    (text,) = made.sources.values()
    mended = splice(text, found.fix.edits)
    assert mended == text.replace("drat", "draft")


def test_a_suggestion_that_would_need_quotes_is_left_to_the_author() -> None:
    found = only("""steps: {draft: {set: 1}, b: {set: "${{ steps['drat'].output }}"}}\n""")
    assert found.label == 'did you mean `"draft"`?'
    assert found.fix is None


@pytest.mark.parametrize("field", ["when: item == 1", 'for_each: ["${{ item }}"]'])
def test_the_item_is_not_known_before_there_are_items(field: str) -> None:
    each = "" if field.startswith("for_each") else "for_each: [1], "
    found = only(f"steps: {{m: {{{each}{field}, set: 1}}}}\n")
    assert found.code == "MEL206"
    assert found.help is not None
    assert "before there are items" in found.help


@pytest.mark.parametrize("name", ["inputs", "steps.a.output", "item", "output"])
def test_the_template_of_a_player_knows_what_it_is_given_alone(name: str) -> None:
    found = only(f"""\
players: {{c: {{command: [echo, "${{{{ with.x }}}}", "${{{{ {name} }}}}"]}}}}
steps: {{a: {{play: c, with: {{x: 1}}}}}}
""")
    assert found.code == "MEL206"


@pytest.mark.parametrize(
    "name", ["__class__", "constructor", "__proto__", "toString", "st\u0435ps", "ste\u200bps"]
)
def test_hostile_names_are_names_like_any_other(name: str) -> None:
    assert set(codes(f'steps: {{a: {{set: "${{{{ {name} }}}}"}}}}\n')) <= {"MEL206", "MEL120"}
    assert set(codes(f'steps: {{a: {{set: "${{{{ steps.{name}.output }}}}"}}}}\n')) <= {
        "MEL201",
        "MEL120",
    }


def test_only_so_many_problems_are_looked_for() -> None:
    steps = "".join(f'  s{n}: {{set: "${{{{ steps.q{n}.output }}}}"}}\n' for n in range(1000))
    assert len(codes(f"steps:\n{steps}")) == 200


@pytest.mark.parametrize(
    "verb", ["steps: {i: {set: 1}}", "repeat: {max: 1, until: true, steps: {}}"]
)
def test_a_group_or_loop_without_a_result_is_told_as_that(verb: str) -> None:
    problem = only(f'steps: {{g: {{{verb}}}, b: {{set: "${{{{ steps.g.output.x }}}}"}}}}\n')
    assert problem.code == "MEL210"
    assert problem.message == "`g` has no `result`, so it gives nothing to read"
    assert problem.help == "add `result: …` to it, with what its steps give"


@pytest.mark.parametrize("read", ["steps.inner.output", "inner.output"])
def test_a_look_inside_a_group_is_sent_to_its_result(read: str) -> None:
    problem = only(
        "steps:\n  g: {steps: {inner: {set: 1}}, result: 1}\n"
        f'  b: {{set: "${{{{ steps.g.{read} }}}}"}}\n'
    )
    assert (problem.code, problem.label, problem.fix) == ("MEL204", None, None)
    assert problem.help == "steps inside `g` are not seen; read its `result` as `steps.g.output`"


@pytest.mark.parametrize("name", ["result", "results", "outputs", "value"])
def test_what_other_tools_call_the_output_is_told_as_output(name: str) -> None:
    found = only(f"steps: {{a: {{set: 1}}, b: {{set: '${{{{ steps.a.{name} }}}}'}}}}\n")
    assert (found.code, found.label) == ("MEL204", "did you mean `output`?")
    assert found.fix is not None


def test_a_field_of_an_output_is_not_taken_for_the_output_itself() -> None:
    text = "steps: {a: {set: {n: 1}}, b: {set: '${{ steps.a.output.result }}'}}\n"
    assert "`output`" not in str(only(text).label)
