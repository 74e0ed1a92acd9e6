"""Steps as functions: every verb, and every wrapper round it."""

from __future__ import annotations

import ast
from typing import get_args

import pytest

from adapters.emitter.steps.step import _INSIDE, VERBS
from tests.unit.adapters.emitter.steps.written_steps import (
    compiled,
    constants,
    decorators,
    function,
    functions,
    written,
)
from workflow_ir.steps import Verb


def body(steps: str, name: str = "it", **files: str) -> str:
    return function(written(compiled(steps, **files)), name)


def test_every_verb_of_the_ir_is_written() -> None:
    assert set(VERBS) == set(_INSIDE) == set(get_args(Verb))


@pytest.mark.parametrize(
    ("step", "line"),
    [
        ("it: {play: hand}", "return await here.play('hand')"),
        ("it: {play: hand, with: {}}", "return await here.play('hand', {})"),
        ("it: {play: hand, with: {a: 1}}", "return await here.play('hand', {'a': 1})"),
        ("it: {play: hand, prompt: Go}", "return await here.play('hand', prompt='Go')"),
        ("it: {play: {provides: sums}}", "return await here.play(Route('sums', ('hand',)))"),
        ("it: {play: {provides: sums, balance: random}}",
         "return await here.play(Route('sums', ('hand',), balance='random'))"),
        ("it: {play: hand, idempotency_key: k}", "return await here.play('hand', key='k')"),
        ("it: {set: {a: [1, x]}}", "return {'a': [1, 'x']}"),
        ("it: {wait: 90s}", "return await here.wait(90.0)"),
        ("it: {wait: {event: paid}}", "return await here.wait(event='paid')"),
        ("it: {wait: {until: '2030-01-01'}}", "return await here.wait(until='2030-01-01')"),
        ("it: {fail: {error: no.way}}", "here.fail('no.way')"),
        ("it: {fail: {error: no.way, message: Stop}}", "here.fail('no.way', 'Stop')"),
        ("it: {approval: Well}", "return await here.ask('Well')"),
        ("it: {approval: Well, expires: 1m, on_timeout: approve, on_reject: continue}",
         ("return await here.ask('Well', expires_s=60.0, on_timeout='approve', "
         "on_reject='continue')")),
        ("it: {steps: {a: {play: hand}}}", "await here.inside(IT_STEPS)\nreturn None"),
        ("it: {steps: {a: {play: hand}}, result: '${{ steps.a.output }}'}",
         "inner = await here.inside(IT_STEPS)\nsteps = inner.steps\nreturn steps['a']['output']"),
        ("it: {parallel: {x: {steps: {a: {play: hand}}}, y: {steps: {b: {play: hand}}}}}",
         "return await here.sides({'x': it_x, 'y': it_y})"),
        (("it: {parallel: {x: {steps: {a: {wait: 1s}}}, y: {steps: {b: {wait: 1s}}}}, "
         "succeed_if: any, barrier_timeout: 5s}"),
         "return await here.sides({'x': it_x, 'y': it_y}, succeed_if=ANY, barrier_timeout_s=5.0)"),
        ("it: {for_each: '${{ inputs.names }}', play: hand}",
         "inputs = here.inputs\nreturn await here.each(inputs['names'], it_item)"),
        (("it: {for_each: '${{ inputs.names }}', as: one, concurrency: 2, succeed_if: 50%,"
         " barrier_timeout: 1s, play: hand}"),
         ("inputs = here.inputs\nreturn await here.each(inputs['names'], it_one, as_='one', "
         "succeed_if=Percent(50.0), concurrency=2, barrier_timeout_s=1.0)")),
    ],
)  # fmt: skip
def test_a_step_is_one_line_where_it_is_one_thing(step: str, line: str) -> None:
    assert body(step) == line


def test_a_prompt_that_is_no_text_is_made_one() -> None:
    text = body('it: {play: hand, prompt: "${{ inputs.n }}"}')
    assert (
        text == "inputs = here.inputs\nreturn await here.play('hand', prompt=as_text(inputs['n']))"
    )


@pytest.mark.parametrize(
    ("condition", "fails"),
    [
        ("inputs.n == 1", "inputs['n'] != 1"),
        ("inputs.n > 1", "not inputs['n'] > 1"),
        ("inputs.n in [1, 2]", "inputs['n'] not in [1, 2]"),
        ("inputs.n > 1 and inputs.n < 9", "not (inputs['n'] > 1 and inputs['n'] < 9)"),
        ("not (inputs.n == 1)", "inputs['n'] == 1"),
    ],
)
def test_a_condition_is_an_if_that_skips(condition: str, fails: str) -> None:
    assert body(f"it: {{play: hand, when: '{condition}'}}").splitlines() == [
        "inputs = here.inputs",
        f"if {fails}:",
        "    return SKIPPED",
        "return await here.play('hand')",
    ]


def test_a_condition_as_long_as_the_language_allows_is_written_all_the_same() -> None:
    long = " or ".join(["inputs.n == 1"] * 120)
    text = body(f"it: {{play: hand, when: '{long}'}}")
    assert text.count("inputs['n'] == 1") == 120
    assert "if not (" in text


def test_when_window_and_require_stand_in_this_order() -> None:
    lines = body(
        "it: {play: hand, when: inputs.n == 1, require: 'health(\"hand\") and host.cpu_free > 0.5',"
        " window: {from: '22:00', to: '06:00', days: [mon], zone: Europe/Berlin}}"
    ).splitlines()
    assert lines == [
        "inputs = here.inputs",
        "if inputs['n'] != 1:",
        "    return SKIPPED",
        "await here.window(Opening('22:00', '06:00', days=(0,), zone='Europe/Berlin'))",
        (
            "await here.require(lambda host, health: health('hand') and host['cpu_free'] > 0.5, "
            "'the requirement does not hold: health(\"hand\") and host.cpu_free > 0.5')"
        ),
        "return await here.play('hand')",
    ]


def test_a_branch_is_its_conditions_its_arms_and_its_values() -> None:
    text = written(
        compiled("""
it:
  branch:
    - {name: big, when: inputs.n > 9, steps: {a: {play: hand}}, result: "${{ steps.a.output }}"}
    - {name: small, when: inputs.n > 1, result: 5}
    - {name: none, else: true}
""")
    )
    assert function(text, "it_arm").splitlines() == [
        "inputs = here.inputs",
        "if inputs['n'] > 9:",
        "    return 'big'",
        "if inputs['n'] > 1:",
        "    return 'small'",
        "return 'none'",
    ]
    assert function(text, "it_result").splitlines() == [
        "steps = here.steps",
        "if here.branch == 'big':",
        "    return steps['a']['output']",
        "if here.branch == 'small':",
        "    return 5",
        "return None",
    ]
    arms = "{'big': (a,), 'small': (), 'none': ()}"
    assert constants(text)["it"] == f"Branch('it', it_arm, {arms}, it_result)"
    assert text.index("def it_arm") < text.index("def a(") < text.index("def it_result")


def test_the_last_arm_needs_no_condition_where_all_have_values() -> None:
    text = written(
        compiled("""
it: {branch: [{name: a, when: inputs.n > 9, result: 1}, {name: b, else: true, result: 2}]}
""")
    )
    assert function(text, "it_result").splitlines() == [
        "if here.branch == 'a':", "    return 1", "return 2",
    ]  # fmt: skip


def test_a_branch_without_values_has_no_function_for_them() -> None:
    text = written(compiled("it: {branch: [{name: a, when: inputs.n > 9}]}"))
    assert constants(text)["it"] == "Branch('it', it_arm, {'a': ()}, None)"
    assert function(text, "it_arm").endswith("return None")


def test_a_branch_waits_only_for_what_nobody_has_waited_for() -> None:
    text = written(
        compiled("""
base: {play: hand, output: {n: integer}}
slow: {play: hand, output: {n: integer}}
late: {play: hand, output: {n: integer}}
it:
  branch:
    - name: a
      when: steps.base.output.n > 1
      steps: {x: {play: hand, with: {n: "${{ steps.slow.output.n }}"}}}
      result: ${{ steps.base.output.n + steps.slow.output.n + steps.late.output.n }}
""")
    )
    assert constants(text)["it"].endswith("awaits={'a': ('late',)})")


def test_a_branch_that_may_not_start_yet_says_so_first() -> None:
    text = written(
        compiled("""
it:
  when: inputs.n > 1
  window: {from: "01:00", to: "02:00"}
  branch: [{name: a, else: true}]
""")
    )
    assert function(text, "it_begin").splitlines() == [
        "inputs = here.inputs",
        "if not inputs['n'] > 1:",
        "    return False",
        "await here.window(Opening('01:00', '02:00'))",
        "return True",
    ]
    assert constants(text)["it"].endswith("begin=it_begin)")
    assert function(text, "it_arm") == "return 'a'"


def test_the_condition_of_a_branch_is_one_of_its_decision() -> None:
    lines = body("it: {when: inputs.n > 1, branch: [{name: a, else: true}]}", "it_arm").splitlines()
    assert lines[1:] == ["if not inputs['n'] > 1:", "    return None", "return 'a'"]


@pytest.mark.parametrize("round_it", ["on_failure: skip", "for_each: '${{ inputs.names }}'"])
def test_a_branch_that_is_performed_as_a_whole_stands_inside_a_step(round_it: str) -> None:
    text = written(compiled(f"it: {{{round_it}, branch: [{{name: a, else: true}}]}}"))
    name = "it_item" if "for_each" in round_it else "it"
    assert function(text, name) == "return await here.go(IT_STEPS)"
    assert constants(text)["it_branch"] == "Branch('it', it_arm, {'a': ()}, None)"
    assert constants(text)["IT_STEPS"] == "Region('it', (it_branch,))"


def test_a_loop_with_until_is_a_for() -> None:
    text = body("""
it:
  repeat:
    max: 3
    until: steps.a.output.n > 5 or iteration == 3
    steps: {a: {play: hand, output: {n: integer}}}
    result: ${{ [previous, steps.a.output.n] }}
""")
    assert text.splitlines() == [
        "previous: Any = None",
        "for iteration in range(1, 4):",
        (
            "    inner = await here.inside(IT_STEPS, f'#{iteration}', iteration=iteration, "
            "previous=previous)"
        ),
        "    steps = inner.steps",
        "    result = [previous, steps['a']['output']['n']]",
        "    if steps['a']['output']['n'] > 5 or iteration == 3:",
        "        return result",
        "    previous = result",
        "raise Failure('loop.exhausted', 'the loop did not end within 3 iterations')",
    ]


def test_a_loop_with_while_is_a_while() -> None:
    text = body("""
it:
  repeat: {max: 2, while: iteration <= inputs.n, steps: {a: {play: hand}}, on_max: accept}
""")
    assert text.splitlines() == [
        "inputs = here.inputs",
        "previous: Any = None",
        "iteration = 1",
        "while iteration <= inputs['n']:",
        "    if iteration > 2:",
        "        here.record.exhausted = True",
        "        break",
        "    await here.inside(IT_STEPS, f'#{iteration}', iteration=iteration, previous=previous)",
        "    iteration += 1",
        "return previous if iteration > 1 else SKIPPED",
    ]


def test_what_a_loop_reads_only_if_it_is_there_is_read_in_a_function_of_its_own() -> None:
    text = written(
        compiled("""
it:
  repeat:
    max: 2
    until: default(steps.a.output.n, 0) > 5
    steps: {a: {play: hand, when: iteration == 1, output: {n: integer}}}
    result: ${{ iteration }}
""")
    )
    assert function(text, "it_round").splitlines() == [
        "steps = inner.steps",
        "iteration = inner.names['iteration']",
        "return (default(lambda: steps['a']['output']['n'], lambda: 0) > 5, iteration)",
    ]
    assert "    last, previous = it_round(inner)" in function(text, "it").splitlines()


def test_so_is_the_condition_of_a_while() -> None:
    text = written(
        compiled("""
it:
  repeat:
    max: 2
    while: default(previous.n, 0) < inputs.n
    steps: {a: {play: hand, output: {n: integer}}}
    result: {n: "${{ steps.a.output.n }}"}
""")
    )
    assert "while it_again(here, iteration, previous):" in function(text, "it")
    assert function(text, "it_again").startswith("inputs = here.inputs\nreturn bool(default(")


def test_a_loop_in_a_loop_has_names_of_its_own() -> None:
    text = written(
        compiled("""
it:
  repeat:
    max: 2
    until: iteration == 2
    steps:
      inner_loop:
        when: iteration == 1
        repeat: {max: 3, until: iteration == 3, steps: {a: {play: hand}}}
""")
    )
    lines = function(text, "inner_loop").splitlines()
    assert lines[0] == "iteration_ = here.names['iteration']"
    assert lines[1] == "if iteration_ != 1:"


def test_an_item_is_performed_under_the_guard_that_the_map_has() -> None:
    text = written(
        compiled("""
it:
  for_each: ${{ inputs.names }}
  play: hand
  with: {name: "${{ item }}", at: "${{ index }}", same: "${{ item_index }}"}
  output: {n: integer}
  on_failure: [retry]
""")
    )
    assert decorators(text) == {
        "it": "step('it', IT_POLICY)",
        "it_item": "step('it', IT_POLICY, judge=meets(schemas.IT_OUTPUT))",
    }
    assert function(text, "it_item").splitlines()[:-1] == [
        "index = here.names['index']",
        "item = here.names['item']",
        "item_index = here.names['item_index']",
    ]


def test_a_gate_is_an_if_behind_the_schema() -> None:
    text = written(
        compiled("""
it:
  play: hand
  output: {n: number}
  gate: {check: output.n > inputs.n, score: output.n, at_least: 0.5}
""")
    )
    assert function(text, "it_judge").splitlines() == [
        "output = schemas.admit(output, schemas.IT_OUTPUT)",
        "inputs = here.inputs",
        "if not output['n'] > inputs['n']:",
        "    raise Failure('gate.failed', 'the gate does not hold: output.n > inputs.n')",
        "score = output['n']",
        "if score < 0.5:",
        "    raise Failure('gate.failed', f'the gate wants at least 0.5 and got {score:g}')",
        "return output",
    ]
    assert decorators(text)["it"].endswith("judge=it_judge)")


def test_what_undoes_a_step_and_what_it_is_made_of_stand_before_it() -> None:
    text = written(
        compiled("""
base: {play: hand, output: {n: integer}}
it:
  play: hand
  output: {n: integer}
  compensate: {play: spare, with: {n: "${{ output.n }}"}}
  reconstruct: {from: "${{ steps.base.output }}", play: spare}
""")
    )
    assert decorators(text)["it"].endswith(
        "judge=meets(schemas.BASE_OUTPUT), "
        "reconstruct=Reconstruct('spare', it_source, ('base',)), undo=it_undo)"
    )
    assert function(text, "it_undo").startswith("output = here.names['output']\n")
    assert function(text, "it_source") == "steps = here.steps\nreturn steps['base']['output']"
    found = list(functions(text))
    assert found.index("it_undo") < found.index("it_source") < found.index("it")


def test_a_sub_melody_is_a_module_that_is_imported() -> None:
    docs = """
melody: v1
name: docs
inputs: {topic: string}
steps: {head: {set: "${{ inputs.topic }}"}}
outputs: {head: "${{ steps.head.output }}"}
"""
    ir = compiled("it: {call: ./docs.melody.yaml, with: {topic: cats}}", docs=docs)
    assert (
        function(written(ir), "it")
        == "return await here.call(docs_steps.MELODY, {'topic': 'cats'})"
    )
    assert "from . import docs_steps\n" in written(ir)
    (key,) = ir.modules
    assert constants(written(ir, key))["MELODY"] == (
        "Region('docs', (head,), outputs={'head': lambda here: here.steps['head']['output']}, "
        "inputs=lambda given: schemas.called_inputs(given, schemas.DOCS_INPUTS))"
    )


def test_a_policy_that_most_steps_have_is_written_once() -> None:
    text = written(
        compiled("""
a: {play: hand, policy: {timeout: 1m}}
b: {play: hand, policy: {timeout: 1m}}
c: {play: hand, policy: {timeout: 2m}}
d: {play: hand}
e: {set: "${{ [steps.a.output, steps.b.output, steps.c.output, steps.d.output] }}"}
""")
    )
    assert decorators(text) == {
        "a": "step('a', USUAL_POLICY)",
        "b": "step('b', USUAL_POLICY)",
        "c": "step('c', C_POLICY)",
        "d": "step('d')",
        "e": "step('e')",
    }
    assert list(constants(text))[:2] == ["USUAL_POLICY", "C_POLICY"]


def test_a_policy_of_several_steps_is_called_after_none_of_them() -> None:
    text = written(
        compiled("""
a: {play: hand, policy: {timeout: 2m}}
b: {play: hand, policy: {timeout: 1m}}
c: {play: hand, policy: {timeout: 1m}}
d: {play: hand, policy: {timeout: 1m}}
e: {play: hand, policy: {timeout: 2m}}
""")
    )
    assert decorators(text) == {
        "a": "step('a', SHARED_POLICY)",
        "b": "step('b', USUAL_POLICY)",
        "c": "step('c', USUAL_POLICY)",
        "d": "step('d', USUAL_POLICY)",
        "e": "step('e', SHARED_POLICY)",
    }
    assert list(constants(text))[:2] == ["USUAL_POLICY", "SHARED_POLICY"]


def test_a_step_with_steps_inside_says_so_where_somebody_may_be_asked_about_it() -> None:
    text = written(
        compiled("""
it: {steps: {a: {play: hand}}}
timed: {steps: {b: {play: hand}}, policy: {timeout: 1m}}
asked: {play: hand, on_failure: escalate}
""")
    )
    assert decorators(text)["it"] == "step('it', scoped=True)"
    assert decorators(text)["timed"].endswith("_POLICY, scoped=True)")
    text = written(compiled("it: {steps: {a: {play: hand}}}"))
    assert decorators(text)["it"] == "step('it')"


def test_priorities_are_numbers_and_the_usual_one_is_left_out() -> None:
    text = written(compiled("a: {set: 1, priority: critical}\nb: {set: 2}"))
    assert decorators(text) == {"a": "step('a', priority=4.0)", "b": "step('b')"}


def test_steps_are_written_in_the_order_of_the_file() -> None:
    text = written(
        compiled("""
c: {play: hand}
a: {steps: {z: {play: hand}, y: {play: hand}}}
b: {play: hand}
""")
    )
    assert list(functions(text)) == ["c", "a", "z", "y", "b"]
    assert constants(text)["MELODY"].startswith("Region('small', (c, a, b)")


def test_nothing_is_bound_that_is_not_read() -> None:
    tree = ast.parse(
        written(
            compiled("""
a: {play: hand, output: {n: integer}}
b: {play: hand, when: steps.a.ok, with: {n: "${{ inputs.n }}", s: "${{ steps.a.output.n }}"}}
c: {set: 1}
""")
        )
    )
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef):
            names = [one for one in ast.walk(node) if isinstance(one, ast.Name)]
            bound = {one.id for one in names if isinstance(one.ctx, ast.Store)}
            assert bound <= {one.id for one in names if isinstance(one.ctx, ast.Load)}


def test_the_same_text_is_written_each_time() -> None:
    steps = "a: {play: hand}\nb: {steps: {x: {play: hand}}, on_failure: skip}"
    assert written(compiled(steps)) == written(compiled(steps))
