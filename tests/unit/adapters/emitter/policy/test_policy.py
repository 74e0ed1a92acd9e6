"""A generated ``policy`` takes the decisions of ``conductor_core``: the same attempts, errors,
delays and outcomes, for every script of the fault grid and for drawn policies.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from adapters.emitter.policy.strategies import Strategies
from tests.equivalence.grid import Sheet, sheets
from tests.equivalence.stage import Played, Scene, played
from tests.equivalence.unwritten import unwritten
from tests.unit.adapters.emitter.policy.drawn_policies import Drawing
from tests.unit.adapters.emitter.policy.policy_stage import Band
from workflow_ir.steps import Play, layers

SHEETS = {**sheets(), **unwritten()}
DRAWN = 200
"""Seeds; a few of them give Melodies that the compiler refuses."""

ELSEWHERE = {
    # What scripts cannot say: test_policy_players.
    "credentials", "degrade", "manager", "schema", "steep", "wall",
    # What steps hand to players, and what ``running`` does.
    "arguments", "busy", "changes", "compensate", "keys", "prompts", "scope_timeout",
    "timed",
    # What only functions of the user's own ask for: tests/ejected/players/test_words.
    "bounds_told", "degraded", "requests",
}  # fmt: skip
"""Switches that no drawn Melody turns on."""

COMPARED = ("status", "output", "player", "error", "attempts", "degraded", "provenance")


@pytest.mark.parametrize("name", SHEETS)
def test_every_script_of_the_grid_comes_to_the_same(name: str) -> None:
    sheet: Sheet = SHEETS[name]
    assert unlike(sheet.scene) == []


@pytest.mark.parametrize("first", range(0, DRAWN, 20))
def test_drawn_policies_come_to_the_same(first: int) -> None:
    scenes = [Drawing(seed).scene() for seed in range(first, first + 20)]
    fine = [scene for scene in scenes if compiles(scene)]
    assert len(fine) >= 10
    assert {scene.name: found for scene in fine if (found := unlike(scene))} == {}


def test_the_drawn_policies_use_every_strategy() -> None:
    scenes = [Drawing(seed).scene() for seed in range(DRAWN)]
    used = [Strategies.of(scene.ir) for scene in scenes if compiles(scene)]
    never = {
        field.name
        for field in fields(Strategies)
        if not any(getattr(one, field.name) for one in used)
    }
    assert never == ELSEWHERE


def compiles(scene: Scene) -> bool:
    try:
        return scene.ir is not None
    except AssertionError:
        return False


def unlike(scene: Scene) -> list[str]:
    """What differs from the conductor's own run, as sentences."""
    native: Played = played(scene, "native", "eager")
    tree = native.result.to_json()
    band = Band(scene.ir, scene.script or {})
    mine = band.play()
    found = []
    for step in scene.ir.root.steps:
        if not isinstance(layers(step).verb, Play):
            continue
        for path in [step.id] if layers(step).each is None else [f"{step.id}[0]", f"{step.id}[1]"]:
            wanted = facts(tree["steps"][path])
            if wanted != (here := facts(mine.get(path, {}))):
                found.append(f"{path}: {here}, not {wanted}")
    spent = {"usd": round(band.purse.usd, 6), "tokens": band.purse.tokens}
    wanted = {name: tree["usage"][name] for name in spent}
    return found if spent == wanted else [*found, f"{spent}, not {wanted}"]


def facts(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record.get(name) for name in COMPARED}
