"""What the CrewAI backend can do, and by which construct of a ``Flow``."""

from __future__ import annotations

from collections.abc import Mapping

from conductor_core.conducted import NOT_CONDUCTED
from workflow_ir.capability import Capability, Feature, Support

_RACE = "https://github.com/crewAIInc/crewAI/issues/7183"


def _full(how: str, link: str = "") -> Capability:
    return Capability(Support.FULL, how, link)


def _conductor(how: str = "CrewAI has no such limit or ladder for a flow's methods") -> Capability:
    return Capability(Support.EMULATED, f"the conductor; {how}")


_ROWS: Mapping[Feature, Capability] = {
    **NOT_CONDUCTED,
    Feature.STEP: _full("one `code` method a step, `listen` to what it reads"),
    Feature.SET: _full("a method like any other"),
    Feature.WHEN: _conductor("the method is entered, what it stands for is skipped"),
    Feature.NEEDS: _full("`listen`"),
    Feature.BRANCH: _full(
        "`router: true` with `emit`; arms listen to labels, the join to an `or` of `and`, for bare "
        "events in an `or` race",
        _RACE,
    ),
    Feature.GROUP: _full("one method, and a flow of its own walked in it"),
    Feature.PARALLEL: _full("one method, and a flow for each side, walked side by side"),
    Feature.REPEAT: _conductor("one method, in which a fresh flow is walked for each iteration"),
    Feature.CALL: _full("one method, and the sub-melody's flow walked in it"),
    Feature.APPROVAL: _conductor("the method waits; `@human_feedback` would ask a model"),
    Feature.WAIT: _conductor("the method lasts as long"),
    Feature.WAIT_EVENT: _conductor("the method waits"),
    Feature.FAIL: _conductor("the flow of its scope is left"),
    Feature.REQUIRE: _conductor("read before the method performs anything"),
    Feature.WINDOW: _conductor("the method waits until one is open"),
    Feature.CAPABILITY: _conductor("a player is chosen inside the method"),
    Feature.FOR_EACH: _conductor("one method, its items side by side; `each` is sequential"),
    Feature.FOR_EACH_NESTED: _full("a flow of its own for each item"),
    Feature.THRESHOLD: _conductor(),
    Feature.BARRIER: _conductor(),
    Feature.RETRY: _conductor(),
    Feature.TIMEOUT: _conductor(),
    Feature.FALLBACK: _conductor(),
    Feature.GATE: _conductor(),
    Feature.SKIP: _conductor(),
    Feature.VARY: _conductor("handed to the player with the attempt"),
    Feature.RECONSTRUCT: _conductor(
        "another player inside the method, which waits for the source; started beside the flow, "
        "if need be"
    ),
    Feature.REROUTE: _conductor("another player inside the method"),
    Feature.BREAKER: _conductor("asked before each attempt; CrewAI has none"),
    Feature.HEDGE: _conductor("attempts side by side inside the method"),
    Feature.PLAYER_LIMITS: _conductor("waited for inside the method; `max_rpm` is for agents"),
    Feature.GRANT: _conductor("what a player does by itself counts against the policy"),
    Feature.PLAYER_REQUIRES: _conductor("checked when the Melody is compiled"),
    Feature.ESCALATE: _conductor("the method waits for a person; `@human_feedback` asks a model"),
    Feature.COMPENSATE: _conductor("when the flow has been left; a flow undoes nothing"),
    Feature.PROCESS_LIMITS: _conductor("kept by the player's process; CrewAI bounds none"),
    Feature.ISOLATION: _conductor("in a thread or process that the method waits for"),
    Feature.PRELOAD: _conductor("before the flow is started"),
    Feature.GUARDED_SCOPE: _conductor("kept round the inner flow, which is left when it fails"),
    Feature.IDEMPOTENCY_KEY: _conductor("handed to the player"),
    Feature.SECRETS: _conductor("filled in for the player; no state holds one"),
    Feature.BUDGET: _conductor(),
    Feature.CANCEL: _conductor("a failing method leaves its siblings running in CrewAI"),
    Feature.START_EAGER: _conductor("steps are started by it; a method awaits the outcome"),
    Feature.START_GRAPH: _full("a method starts its step"),
}

CAPABILITIES: Mapping[Feature, Capability] = {feature: _ROWS[feature] for feature in Feature}
"""One row for every feature."""
