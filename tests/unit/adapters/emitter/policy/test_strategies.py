"""Which strategies are found in a Melody, and what its policies look like as source."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.emitter.code import Code
from adapters.emitter.imports import globals_read
from adapters.emitter.policy.habits import PATIENCE
from adapters.emitter.policy.http_methods import SAFE_METHODS
from adapters.emitter.policy.strategies import Strategies
from adapters.emitter.policy.written import budget_of, policy_of
from compiler.pipeline import compile_file, compile_text
from conductor_core.failure.ladder import ESCALATE_AFTER
from conductor_core.players.http import request
from melody.testing.conformance.case import all_cases
from melody.testing.conformance.performing import workflow
from workflow_ir.allow import Allow
from workflow_ir.policy import Budget
from workflow_ir.steps import every_step, layers
from workflow_ir.workflow import WorkflowIR

ROOT = Path(__file__).parents[5]
ALLOW = Allow(python=("band",))


def named(value: object) -> str:
    """The same on every worker: a set has no order of its own."""
    return " ".join(sorted(value)) if isinstance(value, set) else repr(value)


def small(step: dict[str, Any], **more: Any) -> WorkflowIR:
    players = {
        "hand": {"python": "band:hand", "fallback": ["spare"], "provides": ["part"]},
        "spare": {"python": "band:spare"},
        "peer": {"python": "band:peer", "provides": ["part"]},
    }
    steps = {"s": {"play": "hand", **step}}
    tree = {"melody": "v1", "name": "small", "players": players, "steps": steps, **more}
    made = compile_text(yaml.safe_dump(tree, sort_keys=False), file="x.melody.yaml", allow=ALLOW)
    assert made.ir is not None, made.diagnostics
    return made.ir


def on(uses: Strategies) -> set[str]:
    return {field.name for field in fields(Strategies) if getattr(uses, field.name)}


def written(ir: WorkflowIR) -> Code | None:
    guard = layers(ir.root.steps[0]).guard
    assert guard is not None
    return policy_of(guard, Strategies.of(ir))


def test_a_melody_without_players_uses_nothing_of_them() -> None:
    made = compile_text("melody: v1\nname: x\nsteps: {s: {set: 1}}\n", file="x.melody.yaml")
    assert made.ir is not None
    assert on(Strategies.of(made.ir)) == set()


def test_the_first_sample_uses_what_a_reader_sees_in_it() -> None:
    folder = ROOT / "samples" / "01_release_notes"
    made = compile_file(folder / "release_notes.melody.yaml", allow=Allow(python=("players.*",)))
    assert made.ir is not None
    assert on(Strategies.of(made.ir)) == {
        "attempts", "exponential", "fallback", "gaps", "initial", "jitter",
        "on_failure", "on_gate", "plays", "remote", "retry", "skip", "timeout",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("step", "switches"),
    [
        ({"policy": {"retry": {"max_attempts": 2}}}, {"attempts"}),
        ({"policy": {"retry": {"backoff": "linear"}}}, {"retry", "linear", "initial"}),
        ({"policy": {"retry": {"backoff": ["1s"]}}}, {"retry", "delays"}),
        ({"policy": {"retry": [{"on": ["http.503"]}, {}]}}, {"rules", "on", "patience"}),
        ({"importance": "high"}, {"attempts", "patience"}),
        ({"on_failure": ["reroute"]}, {"reroute", "provides", "on_failure"}),
        ({"on_failure": ["escalate"]}, {"escalate", "people", "skip"}),
        ({"policy": {"hedge": {"delay": "1s"}}}, {"hedge"}),
        ({"policy": {"breaker": {"calls": 2}}}, {"breaker"}),
        ({"policy": {"budget": {"usd": 1}}}, {"budget", "budget_usd", "step_budget"}),
        ({"policy": {"budget": {"wall": "1m"}}}, {"budget_wall", "step_budget"}),
        ({"policy": {"recovery": {"http.503": ["skip"]}}}, {"recovery", "skip"}),
        ({"gate": {"check": "true", "on_fail": ["fallback"]}}, {"on_gate"}),
    ],
    ids=named,
)
def test_what_is_written_turns_its_switches_on(step: dict[str, Any], switches: set[str]) -> None:
    assert switches <= on(Strategies.of(small(step)))


@pytest.mark.parametrize(
    ("step", "switches"),
    [
        ({"on_failure": ["fail"]}, {"retry", "fallback", "reroute", "skip", "exponential"}),
        ({"policy": {"retry": {"max_attempts": 1}}}, {"retry", "jitter", "exponential"}),
        ({"on_failure": ["retry"]}, {"fallback", "reroute", "gaps"}),
        ({}, {"budget", "escalate", "hedge", "breaker", "people", "initial", "attempts"}),
    ],
    ids=named,
)
def test_what_cannot_happen_turns_no_switch_on(step: dict[str, Any], switches: set[str]) -> None:
    assert not switches & on(Strategies.of(small(step)))


@pytest.mark.parametrize(
    ("step", "source"),
    [
        ({"on_failure": ["retry"]}, "Policy(on_failure=('retry',))"),
        ({"on_failure": ["skip", "fail", "retry"]}, "Policy(on_failure=('skip',), gap=True)"),
        (
            {"policy": {"retry": {"backoff": "linear", "jitter": "none"}}},
            "Policy(retry=Retry(initial_s=5.0, jitter=False), gap=True)",
        ),
        ({"importance": "critical"}, "Policy(retry=Retry(max_attempts=5, patience=3))"),
        (
            {"policy": {"breaker": {"calls": 2}, "timeout": "2s"}},
            "Policy(timeout_s=2.0, gap=True, breaker=Rules(calls=2))",
        ),
    ],
    ids=str,
)
def test_a_policy_is_written_with_what_differs(step: dict[str, Any], source: str) -> None:
    found = written(small(step))
    assert found is not None
    assert found == source


def test_the_usual_policy_is_not_written() -> None:
    reader = {"play": "spare", "with": {"a": "${{ steps.s.output }}"}}
    ir = small({}, steps={"s": {"play": "hand"}, "r": reader})
    assert written(ir) is None


def test_a_budget_is_written_with_what_it_bounds() -> None:
    uses = Strategies(plays=True, budget=True, budget_usd=True, budget_wall=True)
    assert budget_of(Budget(usd=0.5, wall_s=60), uses) == "Budget(usd=0.5, wall_s=60.0)"


def test_what_nobody_can_spend_is_no_bound_of_a_budget() -> None:
    budget = Budget(usd=0.5, attempts=3, wall_s=60)
    assert budget_of(budget, Strategies(budget_wall=True)) == "Budget(wall_s=60.0)"
    assert budget_of(budget, Strategies()) is None
    assert budget_of(None, Strategies(budget_wall=True)) is None


def test_whoever_uses_a_policy_is_told_what_to_import() -> None:
    found = written(small({"policy": {"hedge": {"delay": "1s"}, "retry": {"max_attempts": 2}}}))
    assert found is not None
    assert globals_read(found) == {"Policy", "Retry", "Hedge"}


def test_it_escalates_as_soon_as_the_conductor_does() -> None:
    assert PATIENCE == ESCALATE_AFTER


def test_every_policy_of_the_cases_is_one_that_its_module_knows() -> None:
    for case in all_cases():
        ir = workflow(case)
        uses = Strategies.of(ir)
        for melody in (ir, *ir.modules.values()):
            for step in every_step(melody.root):
                guard = layers(step).guard
                source = None if guard is None else policy_of(guard, uses)
                assert source is None or "Policy" in globals_read(source)


def test_the_methods_that_change_nothing_are_those_of_the_conductor() -> None:
    assert SAFE_METHODS == request.SAFE_METHODS
