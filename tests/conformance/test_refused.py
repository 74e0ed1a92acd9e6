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

STEPS = {
    Feature.RECONSTRUCT: (
        "x: {play: hand, reconstruct: {from: '${{ steps.a.output }}', play: hand}}"
    ),
    Feature.REROUTE: "x: {play: hand, on_failure: [reroute, fail]}",
    Feature.ESCALATE: "x: {play: hand, on_failure: escalate}",
    Feature.COMPENSATE: "x: {play: hand, compensate: {play: hand}}",
    Feature.VARY: "x: {play: hand, policy: {retry: {vary: [{temperature: 1}]}}}",
    Feature.PROCESS_LIMITS: "x: {play: hand, policy: {memory: 1GB}}",
    Feature.BREAKER: "x: {play: hand, policy: {breaker: {failures: 50%}}}",
    Feature.HEDGE: "x: {play: hand, policy: {hedge: {delay: 2s}}}",
}
"""A step that asks for each; what a script stands for (``PLAYED``) is a player's, not a step's."""


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("feature", STEPS)
def test_a_step_that_asks_for_what_nobody_carries_out_is_refused_at_its_line(
    feature: Feature, backend: str
) -> None:
    text = f"""melody: v1
name: refused
players: {{hand: {{python: "band:hand"}}}}
steps:
  a: {{play: hand}}
  {STEPS[feature]}
"""
    made = compile_text(text, file="refused.melody.yaml", allow=Allow(python=("band",)))
    assert made.ir is not None, [one.message for one in made.diagnostics]
    found = list(refusals(made.ir, registry.load(backend), scripted=True))
    assert [one.code for one in found] == ["MEL302"]
    assert found[0].message == f"{backend} cannot run `{feature.value}`"
    assert str(found[0].span) == "refused.melody.yaml:6:3"


def test_every_feature_that_nobody_carries_out_has_a_step_here_or_is_played_by_a_script() -> None:
    assert set(STEPS) | PLAYED == set(NOT_CONDUCTED)
    assert not set(STEPS) & PLAYED
