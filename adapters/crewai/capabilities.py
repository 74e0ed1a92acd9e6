"""What the CrewAI backend can do, and by which construct of a ``Crew`` or ``Flow``."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.emitter.carried import EJECTED
from workflow_ir.capability import Capability, Feature, Support

_RACE = "https://github.com/crewAIInc/crewAI/issues/7183"
"""The first of several events of one ``or_`` cancels the others that come in the same wave."""


def _full(how: str, link: str = "") -> Capability:
    return Capability(Support.FULL, how, link)


def _conductor(how: str, link: str = "") -> Capability:
    return Capability(Support.EMULATED, how, link)


_ROWS: Mapping[Feature, Capability] = {
    Feature.STEP: _full("one task or `code` method a step; `context` or `listen`: what it reads"),
    Feature.SET: _full("a task or method like any other"),
    Feature.WHEN: _conductor(
        "the task or method is entered and records that it was skipped; `ConditionalTask` sees "
        "the last output only"
    ),
    Feature.NEEDS: _full("`context` of a task, `listen` of a method"),
    Feature.BRANCH: _full(
        "`router: true` with `emit`; arms listen to labels, the join to an `or` of `and`, for bare "
        "events in an `or` race",
        _RACE,
    ),
    Feature.GROUP: _full("one method, and a flow of its own walked in it"),
    Feature.PARALLEL: _full("one method, and a flow for each side, walked side by side"),
    Feature.REPEAT: _conductor(
        "one method, in which a fresh flow is walked for each iteration; with a router back all "
        "would share its state and `max_method_calls`"
    ),
    Feature.CALL: _full("one task or method, and the sub-melody's crew or flow walked in it"),
    Feature.APPROVAL: _conductor(
        "the method waits; `@human_feedback` ends the flow, or asks a model what is meant"
    ),
    Feature.WAIT: _conductor("the method lasts as long; CrewAI keeps no time"),
    Feature.WAIT_EVENT: _conductor(
        "the method waits for the conductor's event; a flow knows none from outside"
    ),
    Feature.FAIL: _conductor("the flow of its scope is left"),
    Feature.REQUIRE: _conductor("read before the method performs anything"),
    Feature.WINDOW: _conductor("the method waits until one is open"),
    Feature.CAPABILITY: _conductor("a player is chosen inside the method"),
    Feature.AGENT: _full("a CrewAI `Agent`, asked inside the method through the model port"),
    Feature.MODEL_PROVIDER: _conductor(
        "asked inside the method through the model port; agents see it as a `BaseLLM`"
    ),
    Feature.MANAGER: _full(
        "a crew with `Process.hierarchical`: its `manager_agent` executes every task and is asked "
        "in it who performs; in a flow it is asked inside the method"
    ),
    Feature.HTTP: _conductor("a request inside the method; CrewAI has no such step"),
    Feature.MCP: _conductor("the official client, asked inside the method"),
    Feature.CALL_PLAYER: _conductor(
        "the sub-melody is conducted inside the method, without a graph"
    ),
    Feature.PLUGIN: _conductor("the installed player is asked inside the method"),
    Feature.FRAMEWORK: _conductor(
        "the object is asked inside the method, with no context of CrewAI's"
    ),
    Feature.FOR_EACH: _conductor(
        "one method, its items side by side; the action `each` is sequential"
    ),
    Feature.FOR_EACH_NESTED: _full("a flow of its own for each item"),
    Feature.THRESHOLD: _conductor(
        "counted inside the method; `and_` waits for all, `or_` for the first", _RACE
    ),
    Feature.BARRIER: _conductor(
        "kept inside the method; what comes later is cancelled and awaited"
    ),
    Feature.RETRY: _conductor(
        "`max_retry_limit` stays off: it counts for all tasks of an agent, and knows no wait"
    ),
    Feature.TIMEOUT: _conductor("`max_execution_time` stays off: it waits for what it should end"),
    Feature.FALLBACK: _conductor(
        "another player inside the task or method; CrewAI has no such way"
    ),
    Feature.GATE: _conductor(
        "checked inside the task or method; `guardrail` asks again by itself, which nobody counts"
    ),
    Feature.SKIP: _conductor("recorded as a gap; the task or method ends like any other"),
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
    Feature.ESCALATE: _conductor("the method waits for a person, as for an approval"),
    Feature.COMPENSATE: _conductor("when the flow has been left; a flow undoes nothing"),
    Feature.PROCESS_LIMITS: _conductor("kept by the player's process; CrewAI bounds none"),
    Feature.ISOLATION: _conductor("in a thread or process that the method waits for"),
    Feature.PRELOAD: _conductor("before the flow is started"),
    Feature.GUARDED_SCOPE: _conductor("kept round the inner flow, which is left when it fails"),
    Feature.IDEMPOTENCY_KEY: _conductor("handed to the player"),
    Feature.SECRETS: _conductor("filled in for the player; no state holds one"),
    Feature.BUDGET: _conductor("checked before each attempt; CrewAI counts tokens and bounds none"),
    Feature.CANCEL: _conductor("a failing task or method leaves its siblings running in CrewAI"),
    Feature.START_EAGER: _conductor("steps are started by it; a task or method awaits the outcome"),
    Feature.START_GRAPH: _full("a task or method starts its step"),
}

CAPABILITIES: Mapping[Feature, Capability] = {feature: _ROWS[feature] for feature in Feature}
"""One row for every feature."""

EJECTS: Mapping[Feature, Capability] = {
    **EJECTED,
    Feature.STEP: _full("a task, or a method, that calls the step's function"),
    Feature.NEEDS: _full("`context` of a task in `config/tasks.yaml`, `@listen` of a method"),
    Feature.BRANCH: _full(
        "`@router` with `emit`; arms listen to labels, the join to an `or_` of `and_`, for bare "
        "events in an `or_` race",
        _RACE,
    ),
    Feature.GROUP: _full("one task or method, and a flow of its own walked in it"),
    Feature.PARALLEL: _full("one task or method, and a flow for each side, walked side by side"),
    Feature.REPEAT: _full("one task or method, in which a fresh flow is walked for each iteration"),
    Feature.CALL: _full("one task or method, and the flow of the sub-melody walked in it"),
    Feature.FOR_EACH: _full("one task or method; its items stand side by side in it"),
    Feature.FOR_EACH_NESTED: _full("a flow of its own for each item"),
    Feature.APPROVAL: _conductor(
        "`run(people=…)` is asked, or who sits at the terminal; without either the run ends paused"
    ),
    Feature.WAIT_EVENT: _conductor(
        "`run(people=…)` is asked for the event, or who sits at the terminal"
    ),
    Feature.ESCALATE: _conductor("`run(people=…)` is asked, or who sits at the terminal"),
    Feature.AGENT: _full("a player of yours, written once, with an `Agent` of CrewAI's"),
    Feature.MODEL_PROVIDER: _full("a player of yours, written once, with an `LLM` of CrewAI's"),
    Feature.MANAGER: _full("`Process.hierarchical` of a crew, whose manager executes every task"),
    Feature.CANCEL: _full("`asyncio.Task.cancel` of what the tasks or methods wait for, awaited"),
    Feature.START_EAGER: _conductor(
        "CrewAI starts a task or method when all it waits for has ended"
    ),
    Feature.START_GRAPH: _full("CrewAI starts the task or method"),
}
"""What generated projects carry out: the shared rows, and what CrewAI has for it."""
