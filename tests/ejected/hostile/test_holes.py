"""No text of an IR is forgotten: each field is a hole, or is said why it is none."""

from __future__ import annotations

from tests.ejected.hostile import holes
from tests.ejected.hostile.filling import MELODIES, harmless

TABLES = (
    holes.TEXTS, holes.SCHEMAS, holes.NAMES, holes.URLS, holes.TARGETS, holes.SOURCES,
    frozenset(holes.FIXED),
)  # fmt: skip


def test_every_text_field_of_the_models_is_a_hole_or_stays_for_a_reason() -> None:
    assert sorted(holes.text_fields()) == sorted(field for table in TABLES for field in table)


def test_every_hole_is_filled_in_some_melody() -> None:
    filled = {hole for name in MELODIES for hole in harmless(name).holes}
    filled |= {"Step.address" for hole in filled if hole == "Step.id"}
    known = {field for table in TABLES[:-1] for field in table}
    assert known - filled - IN_OTHERS == set()


IN_OTHERS = {
    "Dependency.on", "Play.player", "Route.candidates", "Route.provides", "Process.manager",
    "Process.players", "Reconstruct.player", "PlayerFields.fallback", "PlayerFields.refresh",
    "PlayerFields.requires", "AgentPlayer.tools", "AgentPlayer.model", "ModelPlayer.model",
    "WorkflowIR.inputs", "WorkflowIR.models", "WorkflowIR.players", "PlayerFields.provides",
}  # fmt: skip
"""Names that stand in several places: whichever is met first is where the text is counted."""
