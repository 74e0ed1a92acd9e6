"""Choosing one of several players that provide a capability (spec 6, The registry)."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from workflow_ir.steps import Route


def balance(route: Route, *, turns: int, running: Mapping[str, int], rng: Random) -> str:
    """The player of one play. Pure: the same facts, the same player.

    Args:
        route: Its candidates stand in order of preference.
        turns: How often this route was taken in the run before.
        running: How many plays each player has at the moment in this run.
        rng: Drawn from for ``random`` only.
    """
    candidates = route.candidates
    match route.balance:
        case "priority":
            return candidates[0]
        case "round_robin":
            return candidates[turns % len(candidates)]
        case "random":
            return rng.choice(candidates)
        case "least_loaded":
            return min(candidates, key=lambda name: running.get(name, 0))
