"""What the conductor itself does not carry out yet: alike on every backend.

Backends add these rows to their own tables; so a Melody that uses one is refused at its line, with
the reason, and nothing is ignored in silence.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflow_ir.capability import Capability, Feature, Support


def _not_yet(instead: str = "") -> Capability:
    reason = "the conductor does not carry it out yet"
    return Capability(Support.NOTIMPL, f"{reason}; {instead}" if instead else reason)


NOT_CONDUCTED: Mapping[Feature, Capability] = {
    Feature.HTTP: _not_yet("use a python player, or a script"),
    Feature.AGENT: _not_yet("use a model player, or a script"),
    Feature.MCP: _not_yet("use a script"),
    Feature.CALL_PLAYER: _not_yet("write a step with `call`"),
    Feature.PLUGIN: _not_yet("use a python player"),
    Feature.FRAMEWORK: _not_yet("use a python player"),
    Feature.MODEL_PROVIDER: _not_yet("run with `--offline`, or with a script"),
}
"""One row for each feature that no backend has."""

PLAYED = frozenset(
    {
        Feature.HTTP,
        Feature.AGENT,
        Feature.MCP,
        Feature.CALL_PLAYER,
        Feature.PLUGIN,
        Feature.FRAMEWORK,
        Feature.MODEL_PROVIDER,
    }
)
"""Features of players: a script stands for them, so a scripted run does without."""
