from __future__ import annotations

import pytest

from tests.unit.compiler.compiling_aid import ir_of
from workflow_ir.capability import Feature
from workflow_ir.features import features_of

PLAYERS = 'players: {p: {python: "m:f", fallback: [q]}, q: {python: "m:g"}}\n'


def features(text: str) -> list[tuple[str, str]]:
    return [
        (feature.value, "" if step is None else step.address)
        for feature, step in features_of(ir_of(text))
    ]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{set: 1}", {Feature.SET}),
        ("{play: q}", {Feature.STEP}),
        ("{play: p}", {Feature.STEP, Feature.FALLBACK}),
        ("{set: 1, when: steps.z.ok}", {Feature.SET, Feature.WHEN}),
        ("{set: 1, needs: [z]}", {Feature.SET, Feature.NEEDS}),
        ("{for_each: [1], set: 1}", {Feature.SET, Feature.FOR_EACH}),
        ("{for_each: [1], set: 1, succeed_if: any}", {
            Feature.SET, Feature.FOR_EACH, Feature.THRESHOLD,
        }),
        ("{branch: [{name: o, else: true}]}", {Feature.BRANCH}),
        ("{for_each: [1], branch: [{name: o, else: true}]}", {
            Feature.BRANCH, Feature.FOR_EACH_NESTED,
        }),
        ("{play: q, gate: {check: true}}", {Feature.STEP, Feature.GATE}),
        ("{play: q, policy: {timeout: 1s}}", {Feature.STEP, Feature.TIMEOUT}),
        ("{play: q, policy: {retry: {max_attempts: 2}}}", {Feature.STEP, Feature.RETRY}),
        ("{play: q, policy: {retry: [{on: [http.429]}, {max_attempts: 2}]}}", {
            Feature.STEP, Feature.RETRY,
        }),
        ("{play: q, policy: {retry: [{on: [http.429], vary: [{seed: 1}]}, {}]}}", {
            Feature.STEP, Feature.VARY,
        }),
        ("{play: q, policy: {recovery: {http.500: [retry, escalate]}}}", {
            Feature.STEP, Feature.ESCALATE,
        }),
        ("{play: q, on_failure: [skip]}", {Feature.STEP, Feature.SKIP}),
        ("{set: 1, compensate: {play: p, policy: {timeout: 1s}}}", {
            Feature.SET, Feature.COMPENSATE, Feature.STEP, Feature.FALLBACK, Feature.TIMEOUT,
        }),
    ],
)  # fmt: skip
def test_what_a_step_asks_of_its_backend_is_known(step: str, expected: set[Feature]) -> None:
    steps = f"steps:\n  z: {{play: p}}\n  a: {step}\n"
    found = {Feature(name) for name, address in features(PLAYERS + steps) if address == "a"}
    assert found == expected


def test_steps_inside_arms_are_asked_too_in_file_order() -> None:
    assert features("""\
steps:
  r: {branch: [{name: o, else: true, steps: {i: {set: 1, needs: []}}}]}
  z: {set: 1}
""") == [("branch", "r"), ("set", "r.o.i"), ("set", "z")]


AGENTS = """\
models: {big: openai/big, own: offline/basic}
players:
  a: {agent: {role: r, goal: g}, model: own, tools: [b, h]}
  b: {agent: {role: r, goal: g}, model: big, tools: [c]}
  c: {command: [ls], isolation: process}
  h: {http: {url: "https://example.org/"}, fallback: [c]}
  own: {agent: {role: r, goal: g}, model: own}
"""


def test_an_agent_asks_for_what_its_model_and_its_tools_ask_for() -> None:
    def of(player: str) -> set[str]:
        return {name for name, _ in features(f"{AGENTS}steps: {{s: {{play: {player}}}}}\n")}

    step, agent = Feature.STEP.value, Feature.AGENT.value
    assert of("own") == {step, agent}
    tools = {Feature.MODEL_PROVIDER, Feature.ISOLATION, Feature.HTTP, Feature.FALLBACK}
    assert of("a") == {step, agent, *(feature.value for feature in tools)}
