"""Of which Melodies the generated test may say how often somebody is asked who is down."""

from __future__ import annotations

import pytest

from adapters.emitter.around.outage import Outage, outage
from adapters.emitter.policy.strategies import Strategies
from compiler.pipeline import compile_text
from workflow_ir.allow import Allow

_CAST = """
players:
  one: {python: "band:one", fallback: [two]}
  two: {python: "band:two"}
  alone: {python: "band:alone"}
  dear: {python: "band:dear", cost: {usd: 1}, fallback: [two, alone]}
"""


def found(text: str, inputs: str = "") -> Outage | None:
    made = compile_text(
        f"melody: v1\nname: t\n{inputs}{_CAST}{text}", file="t.melody.yaml", allow=Allow()
    )
    assert made.ir is not None, made.diagnostics
    return outage(made.ir, Strategies.of(made.ir))


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        ("play: alone", (("alone", 3),)),
        ("play: one", (("one", 3), ("two", 3))),
        ("play: one\n    policy: {retry: {max_attempts: 2}}", (("one", 2), ("two", 2))),
        ("play: one\n    importance: low", (("one", 1), ("two", 1))),
        ("play: one\n    on_failure: [fallback, retry]", (("one", 1), ("two", 3))),
        ("play: one\n    on_failure: [fallback]", (("one", 1), ("two", 1))),
        ("play: one\n    on_failure: [retry, skip]", (("one", 3),)),
        ('play: alone\n    with: {a: ["x", "${{ 1 + 1 }}"]}', (("alone", 3),)),
    ],
)
def test_who_is_asked_follows_from_the_ladder_of_the_step(
    step: str, asked: tuple[tuple[str, int], ...]
) -> None:
    assert found(f"steps:\n  it:\n    {step}\n") == Outage("it", asked)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("play: alone\n    importance: low", id="one attempt says nothing"),
        pytest.param("play: alone\n    importance: high", id="patience"),
        pytest.param('play: alone\n    with: {a: "${{ 1 / 0 }}"}', id="what it hands on fails"),
        pytest.param('play: alone\n    with: {a: "${{ secrets.A }}"}', id="a secret"),
        pytest.param("play: alone\n    for_each: [1, 2]", id="several performances"),
        pytest.param("play: alone\n    window: {from: '22:00', to: '06:00'}", id="a window"),
        pytest.param("play: alone\n    on_failure: [retry, escalate]", id="somebody is asked"),
        pytest.param("play: alone\n    policy: {total_timeout: 2s}", id="all time is bounded"),
        pytest.param("play: alone\n    policy: {hedge: {delay: 2s}}", id="side by side"),
        pytest.param(
            "play: alone\n    policy: {retry: {max_attempts: 5, on: [http.503]}}", id="other codes"
        ),
        pytest.param("play: alone\n    policy: {retry: {max_attempts: 100}}", id="too many"),
        pytest.param("play: alone\n    policy: {budget: {attempts: 2}}", id="a budget"),
        pytest.param("play: dear", id="prices"),
        pytest.param("set: 1", id="nobody plays"),
    ],
)
def test_what_is_not_certain_is_not_said(step: str) -> None:
    assert found(f"steps:\n  it:\n    {step}\n") is None


def test_a_step_beside_it_may_end_the_run_before() -> None:
    steps = "steps:\n  it: {play: alone}\n  other: {play: two}\n"
    assert found(steps) is None
    assert found(f"{steps.rstrip()[:-1]}, needs: [it]}}\n") == Outage("it", (("alone", 3),))


def test_inputs_that_have_to_be_given_are_read_as_the_test_gives_them() -> None:
    steps = 'steps:\n  it: {play: alone, with: {a: "${{ inputs.a }}", b: "${{ inputs.b }}"}}\n'
    given = "inputs: {a: string, b: {type: integer, default: 1}}"
    assert found(steps, given) == Outage("it", (("alone", 3),))
    of_b = steps.replace("inputs.b }}", "10 / (inputs.b - 1) }}")
    assert found(of_b, given) is None


@pytest.mark.parametrize(
    ("condition", "asked"), [("inputs.b == 1", (("alone", 3),)), ("inputs.b != 1", None)]
)
def test_a_condition_holds_by_the_inputs_or_nothing_is_said(
    condition: str, asked: tuple[tuple[str, int], ...] | None
) -> None:
    given = "inputs: {b: {type: integer, default: 1}}"
    wanted = None if asked is None else Outage("it", asked)
    assert found(f"steps:\n  it: {{play: alone, when: {condition}}}\n", given) == wanted
