"""What no backend carries out is refused at its line on every one, and nothing else is."""

from __future__ import annotations

import pytest

from adapters import registry
from compiler.pipeline import compile_text
from conductor_core.conducted import NOT_CONDUCTED, PLAYED
from melody.running.refusals import refusals
from tests.conformance.stage import BACKENDS
from workflow_ir.allow import Allow
from workflow_ir.capability import Feature
from workflow_ir.workflow import WorkflowIR

PLAYERS = {
    Feature.HTTP: 'http: {url: "https://a.example/x"}',
    Feature.AGENT: "agent: {role: r, goal: g, backstory: b}, model: offline",
    Feature.MCP: "mcp: {command: [server]}, tool: look",
    Feature.CALL_PLAYER: "call: inner.melody.yaml",
    Feature.PLUGIN: "plugin: band",
    Feature.FRAMEWORK: 'framework: "band:crew"',
    Feature.MODEL_PROVIDER: "model: some",
}
"""A player that asks for each; a script stands for it (``PLAYED``)."""

INNER = "melody: v1\nname: inner\nsteps: {x: {set: 1}}\n"
ALLOWED = Allow(
    python=("band",), plugin=("band",), http=("a.example",), mcp=(("server",),), command=("server",)
)


def melody_with(player: str) -> WorkflowIR:
    text = f"""melody: v1
name: refused
models: {{some: openai/some}}
players: {{hand: {{python: "band:hand"}}, other: {{{player}}}}}
steps:
  a: {{play: hand}}
  x: {{play: other, prompt: Go.}}
"""
    made = compile_text(
        text, file="refused.melody.yaml", allow=ALLOWED, given={"inner.melody.yaml": INNER}
    )
    assert made.ir is not None, [one.message for one in made.diagnostics]
    return made.ir


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("feature", sorted(NOT_CONDUCTED))
def test_a_step_that_asks_for_what_nobody_carries_out_is_refused_at_its_line(
    feature: Feature, backend: str
) -> None:
    ir, adapter = melody_with(PLAYERS[feature]), registry.load(backend)
    found = list(refusals(ir, adapter))
    assert [one.code for one in found] == ["MEL302"]
    assert found[0].message == f"{backend} cannot run `{feature.value}`"
    assert str(found[0].span) == "refused.melody.yaml:7:3"
    assert list(refusals(ir, adapter, scripted=True)) == []


def test_only_players_are_not_carried_out_and_a_script_stands_for_each_of_them() -> None:
    assert set(NOT_CONDUCTED) <= PLAYED <= set(PLAYERS)
