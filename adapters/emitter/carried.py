"""What generated code carries out, whichever framework it is for: the shared rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workflow_ir.capability import Capability, Feature, Support


def _full(how: str) -> Capability:
    return Capability(Support.FULL, how)


def _written(how: str) -> Capability:
    return Capability(Support.EMULATED, how)


EJECTED: Final[Mapping[Feature, Capability]] = {
    Feature.STEP: _full("a function"),
    Feature.SET: _full("a function that gives the values"),
    Feature.WHEN: _full("an `if` at the head of the function"),
    Feature.NEEDS: _full("an edge"),
    Feature.BRANCH: _full("an `if` with an arm for each way"),
    Feature.GROUP: _full("the functions of its steps"),
    Feature.PARALLEL: _full("functions side by side"),
    Feature.REPEAT: _full("a loop with a bound"),
    Feature.CALL: _full("the functions of the sub-melody, in a module of their own"),
    Feature.APPROVAL: _written("`run(people=…)` is asked; without it the run ends paused"),
    Feature.WAIT: _full("`asyncio.sleep`"),
    Feature.WAIT_EVENT: _written("`run(people=…)` is asked for the event"),
    Feature.FAIL: _full("an error is raised"),
    Feature.REQUIRE: _written("read before the function does anything"),
    Feature.WINDOW: _written("the function waits until one is open"),
    Feature.CAPABILITY: _written("a player is chosen inside the function"),
    Feature.AGENT: _full("a player of yours, written once"),
    Feature.MODEL_PROVIDER: _full("a player of yours, written once"),
    Feature.MANAGER: _written("a player is asked who performs"),
    Feature.HTTP: _full("a player of yours, written once"),
    Feature.MCP: _full("a player of yours, written once"),
    Feature.CALL_PLAYER: _full("a player that calls the functions of the sub-melody"),
    Feature.PLUGIN: Capability(Support.NEVER, "a plugin speaks Melody's own protocol"),
    Feature.FRAMEWORK: _full("a player of yours, written once"),
    Feature.FOR_EACH: _full("functions side by side, one call an item"),
    Feature.FOR_EACH_NESTED: _full("the functions of the scope, once an item"),
    Feature.THRESHOLD: _written("counted when the items have ended"),
    Feature.BARRIER: _written("what comes later is cancelled and awaited"),
    Feature.RETRY: _written("a loop in `policy/attempts.py`"),
    Feature.TIMEOUT: _full("`asyncio.timeout`"),
    Feature.FALLBACK: _written("`policy/attempts.py` asks the next player"),
    Feature.GATE: _full("an `if` behind the player's answer"),
    Feature.SKIP: _written("recorded as a gap"),
    Feature.VARY: _written("handed to the player with the attempt"),
    Feature.RECONSTRUCT: _written("`policy/attempts.py` asks another player"),
    Feature.REROUTE: _written("`policy/attempts.py` asks another player"),
    Feature.BREAKER: _written("`policy/attempts.py`, where it is written; unasked, none acts"),
    Feature.HEDGE: _written("attempts side by side"),
    Feature.PLAYER_LIMITS: _written("waited for before each attempt, by all runs of a loop"),
    Feature.GRANT: _written("what a player does by itself counts against the policy"),
    Feature.PLAYER_REQUIRES: _full("checked when the Melody is compiled"),
    Feature.ESCALATE: _written("`run(people=…)` is asked, where that is written"),
    Feature.COMPENSATE: _written("in reverse order when the run has failed"),
    Feature.PROCESS_LIMITS: _written("kept by the player's process"),
    Feature.ISOLATION: _written("in a thread or a process that the function waits for"),
    Feature.PRELOAD: _full("imported before the run"),
    Feature.GUARDED_SCOPE: _written("kept round the functions of the scope"),
    Feature.IDEMPOTENCY_KEY: _written("handed to the player"),
    Feature.SECRETS: _written("read from the environment for the player"),
    Feature.BUDGET: _written("checked before each attempt"),
    Feature.CANCEL: _full("`asyncio.Task.cancel`, and awaited"),
    Feature.START_EAGER: _full("a function starts as soon as what it reads is there"),
    Feature.START_GRAPH: _full("the framework starts the functions"),
}
"""One row for every feature; a target overrides the rows in which it differs."""
