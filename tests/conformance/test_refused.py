"""What a backend lacks is refused at its line, and our own backends lack nothing."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from compiler.pipeline import compile_text
from melody.running.refusals import PLAYED, refusals
from tests.conformance.stage import BACKENDS, adapter_of
from tests.unit.melody.testing.toy import ToyAdapter
from workflow_ir.allow import Allow
from workflow_ir.capability import Capability, Feature, Support
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
LINK = "https://a.example/issues/1"


class Poor(ToyAdapter):
    """A backend that lacks one thing, for somebody else's reason."""

    def __init__(self, lacking: Feature) -> None:
        self.lacking = lacking

    def capabilities(self) -> Mapping[Feature, Capability]:
        gap = Capability(Support.NOTYET, "the toy must learn it first", LINK)
        return {**super().capabilities(), self.lacking: gap}


def melody_with(player: str, process: str = "") -> WorkflowIR:
    text = f"""melody: v1
name: refused
models: {{some: openai/some}}
players: {{hand: {{python: "band:hand"}}, other: {{{player}}}}}
{process}
steps:
  a: {{play: hand}}
  x: {{play: other, prompt: Go.}}
"""
    made = compile_text(
        text, file="refused.melody.yaml", allow=ALLOWED, given={"inner.melody.yaml": INNER}
    )
    assert made.ir is not None, [one.message for one in made.diagnostics]
    return made.ir


@pytest.mark.parametrize("feature", sorted(PLAYERS))
def test_a_player_that_a_backend_lacks_is_refused_at_the_step_that_plays_it(
    feature: Feature,
) -> None:
    ir, adapter = melody_with(PLAYERS[feature]), Poor(feature)
    found = list(refusals(ir, adapter))
    assert [one.code for one in found] == ["MEL302"]
    assert found[0].message == f"toy cannot run `{feature.value}`"
    assert str(found[0].span) == "refused.melody.yaml:8:3"
    assert [note.message for note in found[0].notes] == [
        "the toy must learn it first",
        f"see {LINK}",
    ]
    assert list(refusals(ir, adapter, scripted=True)) == []


def test_a_script_stands_for_players_and_for_nothing_else() -> None:
    assert set(PLAYERS) == PLAYED
    ir = melody_with(PLAYERS[Feature.HTTP], "process: {manager: hand}")
    for feature in (Feature.STEP, Feature.MANAGER):
        assert list(refusals(ir, Poor(feature), scripted=True))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("feature", sorted(PLAYERS))
def test_our_own_backends_refuse_no_player(feature: Feature, backend: str) -> None:
    assert list(refusals(melody_with(PLAYERS[feature]), adapter_of(backend))) == []
