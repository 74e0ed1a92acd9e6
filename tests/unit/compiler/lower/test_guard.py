from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import ir_of, step_of
from workflow_ir.policy import Importance, Rung
from workflow_ir.steps import Branch, Guard, Play, Set, Step, layers
from workflow_ir.values import LiteralValue

PLAYERS = """\
models: {m: offline/basic}
players:
  p: {python: "m:f", provides: [x], importance: high, output: {n: integer}}
  q: {python: "m:g", provides: [x], importance: low, output: {n: integer}}
  r: {python: "m:h", provides: [x, y]}
  t: {model: m, provides: [y, z]}
  a: {agent: {role: r, goal: g, backstory: b}, model: m, provides: [z]}
"""


def step(text: str) -> Step:
    return step_of(ir_of(f"{PLAYERS}steps:\n  used: {{play: q}}\n  a: {text}\n"), "a")


def guard(text: str) -> Guard:
    found = layers(step(text)).guard
    assert found is not None
    return found


def test_a_gate_may_have_a_score_that_must_be_high_enough() -> None:
    gate = guard("{play: p, gate: {score: output.n, at_least: 3, on_fail: [retry]}}").gate
    assert gate is not None
    assert gate.score is not None
    assert gate.score.source == "output.n"
    assert (gate.at_least, gate.on_fail, gate.check) == (3, (Rung.RETRY,), None)
    both = guard("{play: p, gate: {check: output.n > 0, score: output.n, at_least: 0}}").gate
    assert both is not None
    assert both.check is not None
    assert both.at_least == 0


def test_a_guard_stands_round_scopes_too() -> None:
    found = guard(
        "{policy: {timeout: 9s}, on_failure: [skip], gate: {check: output == 1}, output: integer, "
        "branch: [{name: o, else: true, result: 1}]}"
    )
    assert isinstance(found.body, Branch)
    assert found.policy.timeout_s == 9
    assert found.on_failure == (Rung.SKIP,)
    assert found.output == {"type": "integer"}
    assert found.gate is not None


def test_how_a_missing_output_is_made_and_what_undoes_a_step() -> None:
    found = guard(
        "{play: p, reconstruct: {from: '${{ steps.used.output }}', play: q}, "
        "compensate: {play: q, with: {n: '${{ output.n }}'}, policy: {timeout: 2s}}}"
    )
    assert found.reconstruct is not None
    assert found.reconstruct.player == "q"
    assert found.reconstruct.source.kind == "expr"
    assert found.compensate is not None
    undoing = found.compensate.body
    assert isinstance(undoing, Guard)
    assert isinstance(undoing.body, Play)
    assert undoing.policy.timeout_s == 2
    assert undoing.importance is Importance.LOW


def test_the_source_of_a_reconstruction_is_not_waited_for() -> None:
    text = "{play: p, reconstruct: {from: '${{ steps.used.output }}', play: q}}"
    assert step(text).depends == ()


def test_a_command_that_undoes_a_step_is_a_player_of_its_own() -> None:
    ir = ir_of(
        "steps: {a: {run: git add x, compensate: {run: [git, rm, '${{ output.stdout }}']}}}\n"
    )
    found = layers(step_of(ir, "a")).guard
    assert found is not None
    assert found.compensate is not None
    assert isinstance(found.compensate.body, Guard)
    verb = found.compensate.body.body
    assert isinstance(verb, Play)
    assert verb.player == "run:a~compensate"
    assert verb.arguments is not None
    assert set(ir.players) == {"run:a", "run:a~compensate"}


def test_pure_data_that_undoes_a_step_needs_no_guard() -> None:
    found = guard("{play: p, compensate: {set: 1}}")
    assert found.compensate is not None
    assert isinstance(found.compensate.body, Set)


def test_the_key_of_an_act_is_a_value() -> None:
    assert guard("{play: p, idempotency_key: k1}").idempotency_key == LiteralValue(
        kind="literal", value="k1"
    )


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("{play: t}", {"type": "string"}),
        ("{play: a}", {"type": "string"}),
        ("{play: {provides: z}}", {"type": "string"}),
        ("{play: {provides: y}}", None),
        ("{play: {provides: x}}", None),
        ("{play: r}", None),
        ("{play: t, output: integer}", {"type": "integer"}),
    ],
)
def test_what_must_be_given_is_what_all_who_may_be_asked_promise(
    text: str, output: dict[str, str] | None
) -> None:
    assert guard(text).output == output


def test_importance_is_that_of_the_step_else_of_the_player_that_is_asked_first() -> None:
    assert guard("{play: {provides: x}}").importance is Importance.HIGH
    assert guard("{play: {provides: x, prefer: [q]}}").importance is Importance.LOW
    assert guard("{play: p, importance: critical}").importance is Importance.CRITICAL
    assert guard("{play: r}").importance is Importance.NORMAL
