from __future__ import annotations

from typing import get_args

import pytest

from compiler.lower.verbs import VERBS
from compiler.parse import syntax
from tests.unit.compiler.compiling_aid import ir_of, step_of, waits_of
from workflow_ir.policy import Importance, Rung
from workflow_ir.steps import (
    Branch,
    ForEach,
    Group,
    Guard,
    Play,
    Require,
    Set,
    Step,
    Wait,
    When,
    Window,
    layers,
)
from workflow_ir.values import ExprValue, LiteralValue, MapValue, TextValue

PLAYERS = 'players: {p: {python: "m:f", importance: high}}\n'


def step(text: str, address: str = "a") -> Step:
    return step_of(ir_of(f"{PLAYERS}steps:\n  used: {{play: p}}\n  a: {text}\n"), address)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{set: 1}", [Set]),
        ("{set: 1, output: integer}", [Guard, Set]),
        ("{set: 1, on_failure: [skip]}", [Guard, Set]),
        ("{play: p}", [Guard, Play]),
        ("{run: git log}", [Guard, Play]),
        ("{when: steps.used.ok, play: p}", [When, Guard, Play]),
        ("{for_each: [1], set: 1}", [ForEach, Set]),
        ("{when: steps.used.ok, for_each: [1], play: p}", [When, ForEach, Guard, Play]),
        ("{when: steps.used.ok, branch: [{name: o, else: true}]}", [When, Branch]),
        ("{for_each: [1], branch: [{name: o, else: true}]}", [ForEach, Branch]),
        ("{importance: high, set: 1}", [Set]),
        ("{gate: {check: output > 0}, set: 1}", [Guard, Set]),
        ("{policy: {timeout: 5s}, steps: {x: {set: 1}}}", [Guard, Group]),
        ("{compensate: {set: 1}, steps: {x: {set: 1}}}", [Guard, Group]),
        ("{reconstruct: {from: '${{ steps.used.output }}', play: p}, set: 1}", [Guard, Set]),
        ("{idempotency_key: k, play: p}", [Guard, Play]),
        ("{wait: 1s, on_failure: [skip]}", [Guard, Wait]),
        (
            "{play: p, for_each: [1], window: business_hours, require: 1 < 2, when: steps.used.ok}",
            [When, Window, Require, ForEach, Guard, Play],
        ),
    ],
)
def test_modifiers_are_wrappers_in_one_order_and_only_where_written(
    text: str, expected: list[type]
) -> None:
    found = step(text)
    kinds: list[type] = []
    layer: object = found.body
    while layer is not None:
        kinds.append(type(layer))
        layer = getattr(layer, "body", None)
    assert kinds == expected
    assert [type(one) for one in layers(found) if one is not None] == expected


def test_a_play_has_its_values_as_trees() -> None:
    *_, verb = layers(
        step('{play: p, prompt: "Say ${{ steps.used.output }}", with: {x: "${{ 1 + 1 }}", y: [2]}}')
    )
    assert isinstance(verb, Play)
    assert isinstance(verb.prompt, TextValue)
    assert isinstance(verb.with_, MapValue)
    x, y = verb.with_.entries["x"], verb.with_.entries["y"]
    assert isinstance(x, ExprValue)
    assert x.source == "1 + 1"
    assert x.at is not None
    assert y.kind == "list"


def test_text_that_comes_out_of_an_escape_is_a_constant() -> None:
    *_, verb = layers(step('{set: "$${{ inputs }}"}'))
    assert isinstance(verb, Set)
    assert verb.value == LiteralValue(kind="literal", value="${{ inputs }}")


def test_a_run_is_a_play_of_a_player_of_its_own() -> None:
    ir = ir_of("steps: {a: {run: 'git log && git show', parse: text}}\n")
    *_, verb = layers(step_of(ir, "a"))
    assert isinstance(verb, Play)
    assert verb.player == "run:a"
    player = ir.players["run:a"]
    assert player.kind == "command"
    assert len(player.commands) == 2
    assert player.parse == "text"


def test_the_guard_holds_what_was_written() -> None:
    *_, guard, _ = layers(
        step(
            "{play: p, output: {n: integer}, gate: {check: output.n > 0, on_fail: [fallback]}, "
            "on_failure: [retry, fail], policy: {timeout: 5s, retry: {max_retries: 2}}}"
        )
    )
    assert guard is not None
    assert guard.output is not None
    assert guard.output["required"] == ["n"]
    assert guard.gate is not None
    assert guard.gate.on_fail == (Rung.FALLBACK,)
    assert guard.on_failure == (Rung.RETRY, Rung.FAIL)
    assert guard.policy.timeout_s == 5
    assert guard.policy.rules[0].max_attempts == 3
    assert guard.importance is Importance.HIGH


def test_the_step_decides_its_importance_and_priority() -> None:
    found = step("{play: p, importance: low, priority: critical, label: Do it}")
    *_, guard, _ = layers(found)
    assert guard is not None
    assert guard.importance is Importance.LOW
    assert found.priority is Importance.CRITICAL
    assert found.label == "Do it"


def test_a_map_has_its_name_limit_and_threshold() -> None:
    *_, each, _, _ = layers(
        step("{for_each: [1, 2], as: row, concurrency: 3, succeed_if: 80%, set: 1}")
    )
    assert each is not None
    assert (each.as_, each.concurrency) == ("row", 3)
    assert (each.succeed_if.kind, each.succeed_if.percent) == ("percent", 80)


def test_why_a_step_waits_and_what_it_copes_with() -> None:
    ir = ir_of("""\
steps:
  a: {set: 1}
  b: {set: 1}
  c: {set: 1}
  d: {set: 1}
  e: {set: 1}
  z:
    set: ["${{ steps.a.output }}", "${{ default(steps.b.output, 1) }}", "${{ steps.c.ok }}",
          "${{ default(steps.d.output, 1) }}", "${{ default(steps.a.output, 1) }}"]
    needs: [e, d]
""")
    assert waits_of(ir, "z") == {
        "a": ("data", False),
        "b": ("data", True),
        "c": ("data", True),
        "d": ("data", False),
        "e": ("order", False),
    }


def test_the_result_of_an_arm_waits_for_what_it_reads_outside() -> None:
    ir = ir_of("""\
steps:
  o: {set: 1}
  r:
    branch:
      - name: one
        else: true
        steps: {i: {set: 1}}
        result: ["${{ steps.i.output }}", "${{ default(steps.o.output, 1) }}"]
""")
    *_, verb = layers(step_of(ir, "r"))
    assert isinstance(verb, Branch)
    assert [(one.on, one.tolerant) for one in verb.arms[0].scope.depends] == [("o", True)]
    assert waits_of(ir, "r") == {}


def test_a_map_over_a_branch_waits_for_what_its_results_read_too() -> None:
    ir = ir_of("""\
steps:
  o: {set: 1}
  r:
    for_each: [1]
    branch: [{name: one, else: true, result: "${{ steps.o.output }}"}]
""")
    assert waits_of(ir, "r") == {"o": ("data", False)}


@pytest.mark.parametrize("name", ["class", "import", "if", "output", "index", "constructor"])
def test_a_step_may_have_any_name_of_the_pattern(name: str) -> None:
    ir = ir_of(f"steps: {{{name}: {{set: 1}}, z: {{set: '${{{{ steps.{name}.output }}}}'}}}}\n")
    assert waits_of(ir, "z") == {name: ("data", False)}


def test_every_verb_of_the_language_is_lowered() -> None:
    """The union is closed; what could not be read is never lowered."""
    assert set(VERBS) == set(get_args(syntax.Verb)) - {syntax.Unreadable}
