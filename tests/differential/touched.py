"""Which steps a named place may change: what takes part in it, and what comes of that."""

from __future__ import annotations

import re
from collections.abc import Iterable

from workflow_ir.schedule_dependence import Place, Reason
from workflow_ir.schedule_dependence.spots import Bits, Score, Spot
from workflow_ir.workflow import WorkflowIR

_OF_A_PERFORMANCE = re.compile(r"\[\d+\]|#\d+|~[\w.]+")


def untouched(ir: WorkflowIR, places: Iterable[Place], paths: Iterable[str]) -> list[str]:
    """Of the run paths of steps: those that no place may change.

    What undoes a step is left out: it is performed whenever the run fails.
    """
    score = Score(ir)
    touched = 0
    for place in places:
        touched |= _touched(score, place)
    known = {spot.address for spot in score.of(touched)}
    return [
        path
        for path in paths
        if "~compensate" not in path and _OF_A_PERFORMANCE.sub("", path) not in known
    ]


def _touched(score: Score, place: Place) -> Bits:
    named = {place.address, *place.among}
    touched = 0
    for spot in score.spots:
        if spot.address in named:
            touched |= _and_after(spot)
            if place.reason is Reason.PAUSE:  # whatever goes on there is stopped
                for other in score.of(spot.beside):
                    touched |= _and_after(other)
    return touched


def _and_after(spot: Spot) -> Bits:
    """It, what is inside, the steps round it, and what comes after any of these."""
    touched = spot.whole | spot.after
    for owner in spot.around():
        touched |= owner.bit | owner.after
    return touched
