from __future__ import annotations

import pytest

from compiler.check.modifier_out_of_place import VERBS
from compiler.parse.syntax_steps import Verb
from tests.unit.compiler.compiling_aid import codes, compiled, only, shown

CASE = """\
steps:
  a: {fail: {error: no.stock}, on_failure: skip}
"""
SHOWN = """\
error[MEL224]: `on_failure` means nothing beside `fail`
 --> t.melody.yaml:4:44
  |
4 |   a: {fail: {error: no.stock}, on_failure: skip}
  |                                            ^^^^
  = help: remove it: a `fail` gives nothing and always fails; the step round it can recover
  = help: melody explain MEL224
"""


def test_a_modifier_that_means_nothing_is_refused() -> None:
    assert shown(CASE) == SHOWN.rstrip()


VERB = {
    "play": "play: p",
    "capability": "play: {provides: c}",
    "run": "run: echo hi, parse: json",
    "set": "set: 1",
    "steps": "steps: {}, result: 1",
    "branch": "branch: [{name: o, else: true, result: 1}]",
    "parallel": "parallel: {l: {steps: {}, result: 1}}",
    "repeat": "repeat: {max: 2, until: iteration > 1, steps: {}, result: 1}",
    "call": "call: ./sub.melody.yaml",
    "approval": "approval: Publish",
    "event": "wait: {event: paid}",
    "wait": "wait: 3s",
    "fail": "fail: {error: a.b}",
}
MODIFIER = {
    "label": "label: words",
    "when": "when: inputs.b",
    "for_each": "for_each: [1, 2]",
    "succeed_if": "succeed_if: any",
    "barrier_timeout": "barrier_timeout: 3s",
    "as": "as: row",
    "concurrency": "concurrency: 2",
    "needs": "needs: [z]",
    "with": "with: {x: 1}",
    "prompt": "prompt: hi",
    "output": "output: json",
    "gate": "gate: {check: true}",
    "policy": "policy: {timeout: 3s}",
    "on_failure": "on_failure: [skip]",
    "reconstruct": 'reconstruct: {from: "${{ steps.z.output }}", play: p}',
    "require": 'require: health("x")',
    "window": "window: business_hours",
    "priority": "priority: high",
    "importance": "importance: low",
    "task_type": "task_type: translation",
    "compensate": "compensate: {play: p}",
    "idempotency_key": "idempotency_key: k",
}
MEANINGLESS = {
    "fail": {
        "for_each", "output", "gate", "policy", "on_failure", "reconstruct", "compensate",
        "idempotency_key",
    },
    "wait": {"output", "gate", "reconstruct", "idempotency_key"},
    "event": {"idempotency_key"},
    "approval": {"output", "idempotency_key"},
    **{
        verb: {"idempotency_key"}
        for verb in ("set", "steps", "branch", "parallel", "repeat", "call")
    },
}  # fmt: skip
BESIDE = {
    "with": {"play", "capability", "run", "call"},
    "prompt": {"play", "capability"},
    "succeed_if": {"parallel"},
    "barrier_timeout": {"parallel"},
    "as": set(),
    "concurrency": set(),
}
"""Keys that reading knows beside these verbs only, or beside `for_each`."""


@pytest.mark.parametrize("verb", VERB)
@pytest.mark.parametrize("modifier", MODIFIER)
def test_every_modifier_is_carried_out_or_refused_beside_every_verb(
    verb: str, modifier: str
) -> None:
    found = compiled(f"""\
inputs: {{b: boolean}}
players: {{p: {{python: "m:f", provides: [c]}}}}
steps:
  z: {{play: p, needs: [], with: {{b: "${{{{ inputs.b }}}}"}}}}
  a: {{{VERB[verb]}, {MODIFIER[modifier]}}}
""").diagnostics
    expected = []
    if modifier in MEANINGLESS.get(verb, ()):
        expected = ["MEL224"]
    elif verb not in BESIDE.get(modifier, {verb}):
        expected = ["MEL112"]
    unresolved = ["MEL231"] if verb == "call" else []  # there is no such file here
    assert sorted(one.code for one in found) == sorted([*expected, *unresolved])
    for one in found:
        if one.code != "MEL231":
            assert one.span is not None
            assert one.span.line == 7
            assert one.help


def test_every_verb_has_a_name() -> None:
    written = {verb.__name__ for verb in VERBS}
    assert {part.__name__ for part in Verb.__args__} == written | {"Unreadable"}


@pytest.mark.parametrize(
    "verb", ["steps: {}", "branch: [{name: o, else: true}]", "wait: 3s", "approval: Publish",
             "repeat: {max: 1, until: true, steps: {}}", "parallel: {l: {steps: {}}}",
             "fail: {error: a.b}"],
)  # fmt: skip
def test_a_compensation_is_one_act(verb: str) -> None:
    found = only(f"steps: {{a: {{set: 1, compensate: {{{verb}}}}}}}\n")
    assert found.code == "MEL224"
    assert found.help == "write a `play`, `run`, `set` or `call`; a sub-melody takes several steps"


@pytest.mark.parametrize("verb", ["run: echo", "set: 1"])
def test_an_act_may_compensate(verb: str) -> None:
    assert codes(f"steps: {{a: {{set: 1, compensate: {{{verb}}}}}}}\n") == []
