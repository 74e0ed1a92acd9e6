"""The scenes of ``scenes/``: a Melody, its script, and what the contract promises, by hand.

A scene is a conformance case (``melody.testing.conformance.case``) with more: outputs that are
handed in (``have``), steps marked ``degraded``, and how often an event is told of a path
(``told``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from conductor_core.run import Start
from melody.testing.conformance.case import Case
from melody.testing.conformance.differences import differences, in_order
from tests.equivalence.stage import Played, Scene
from workflow_ir.events import EventKind

FOLDER = Path(__file__).parent / "scenes"


@dataclass(frozen=True, slots=True)
class Promised:
    """A scene with what must come of it."""

    scene: Scene
    case: Case
    degraded: frozenset[str]
    """Run paths of steps that are marked."""
    told: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By kind of event: how often for each path; no other path has any."""


def all_scenes() -> dict[str, Promised]:
    """Every scene, by number."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.yaml"))}


def broken(promised: Promised, played: Played, start: Start) -> Iterator[str]:
    """What is not as the contract says."""
    case, result = promised.case, played.result
    yield from differences(case, result.to_json(), start=start)
    marked = {path for path, record in result.steps.items() if record.degraded}
    if marked != promised.degraded:
        yield f"degraded are {sorted(marked)}, not {sorted(promised.degraded)}"
    for kind, wanted in promised.told.items():
        told = {path: len(facts) for path, facts in played.told(EventKind(kind)).items()}
        if told != wanted:
            yield f"{kind} is told of {told}, not of {wanted}"
    if start == "eager":
        finished = [event.path for event in played.events
                    if event.kind is EventKind.STEP_FINISHED]  # fmt: skip
        yield from in_order(case.expected, finished)


def _read(path: Path) -> Promised:
    tree: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    have, degraded, told = tree.pop("have", {}), tree.pop("degraded", ()), tree.pop("told", {})
    case = Case.of(path.stem, tree)
    scene = Scene(case.name, case.melody, case.script, case.inputs, have)
    return Promised(scene, case, frozenset(degraded), told)
