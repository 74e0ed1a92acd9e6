"""What the LangGraph backend can do, and by which construct."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.emitter.carried import EJECTED
from workflow_ir.capability import Capability, Feature, Support

_BARRIER = "https://github.com/langchain-ai/langgraph/issues/6320"
"""Supersteps wait for their slowest node, by design."""


def _full(how: str) -> Capability:
    return Capability(Support.FULL, how)


def _conductor(how: str, link: str = "") -> Capability:
    return Capability(Support.EMULATED, how, link)


_ROWS: Mapping[Feature, Capability] = {
    Feature.STEP: _full("a node with a channel of its own"),
    Feature.SET: _full("a node with a channel of its own"),
    Feature.WHEN: _conductor(
        "the node is entered and records that it was skipped: an edge past it would starve joins"
    ),
    Feature.NEEDS: _full("`add_edge`, a barrier edge where there are several"),
    Feature.BRANCH: _full("`add_conditional_edges` with a path map; a barrier edge for each arm"),
    Feature.GROUP: _full("one node, and a child graph invoked in it"),
    Feature.PARALLEL: _full("one node, and a child graph for each side, invoked side by side"),
    Feature.REPEAT: _conductor(
        "one node, whose child graph is invoked anew for each iteration; with an edge back all "
        "would share its channels and one `recursion_limit`"
    ),
    Feature.CALL: _full("one node, and the sub-melody's child graph invoked in it"),
    Feature.APPROVAL: _conductor(
        "the node waits for the answer; a graph that is run on its own asks by `interrupt`"
    ),
    Feature.WAIT: _conductor("the node lasts as long; LangGraph keeps no time"),
    Feature.WAIT_EVENT: _conductor("the node waits for the conductor's event"),
    Feature.FAIL: _conductor("recorded in the step's channel; the scope's graph is left"),
    Feature.REQUIRE: _conductor("read before the node performs anything"),
    Feature.WINDOW: _conductor("the node waits until one is open"),
    Feature.CAPABILITY: _conductor("a player is chosen inside the node"),
    Feature.AGENT: _full("LangChain's agent graph, asked inside the node through the model port"),
    Feature.MODEL_PROVIDER: _conductor(
        "asked inside the node through the model port; agents see it as a `BaseChatModel`"
    ),
    Feature.MANAGER: _conductor("the manager is asked inside the node, before the first attempt"),
    Feature.HTTP: _conductor("a request inside the node; LangGraph has no such step"),
    Feature.MCP: _conductor("the official client, asked inside the node"),
    Feature.CALL_PLAYER: _conductor("the sub-melody is conducted inside the node, without a graph"),
    Feature.PLUGIN: _conductor("the installed player is asked inside the node"),
    Feature.FRAMEWORK: _conductor(
        "the object is asked inside the node, with no context of LangGraph's"
    ),
    Feature.FOR_EACH: _full("one node, a `@task` for each item"),
    Feature.FOR_EACH_NESTED: _full("a child graph, invoked in the item's `@task`"),
    Feature.THRESHOLD: _conductor(
        "counted inside the node; a barrier edge waits for all, a plain one for each"
    ),
    Feature.BARRIER: _conductor("kept inside the node; what comes later is cancelled and awaited"),
    Feature.RETRY: _conductor(
        "`RetryPolicy` stays off: it knows no `Retry-After` and no error of ours, and tells nobody"
    ),
    Feature.TIMEOUT: _conductor(
        "`timeout=` stays off: a node that ignores its cancellation goes on unseen"
    ),
    Feature.FALLBACK: _conductor(
        "`error_handler` stays off: it can swallow a later exception, and no edge fires after it"
    ),
    Feature.GATE: _conductor("checked before the node ends"),
    Feature.SKIP: _conductor("the gap is recorded in the step's channel; the edges still fire"),
    Feature.VARY: _conductor("handed to the player with the attempt"),
    Feature.RECONSTRUCT: _conductor(
        "another player inside the node, which waits for the source; with `start: graph` the "
        "conductor starts that, since the node holds its superstep back",
        _BARRIER,
    ),
    Feature.REROUTE: _conductor("another player inside the node"),
    Feature.BREAKER: _conductor("asked before each attempt; LangGraph has none"),
    Feature.HEDGE: _conductor("attempts side by side inside the node"),
    Feature.PLAYER_LIMITS: _conductor(
        "waited for inside the node; `max_concurrency` is one number for the whole run"
    ),
    Feature.GRANT: _conductor("what a player does by itself counts against the policy"),
    Feature.PLAYER_REQUIRES: _conductor("checked when the Melody is compiled"),
    Feature.ESCALATE: _conductor("the node waits for a person; on its own there is none"),
    Feature.COMPENSATE: _conductor("when the graph has been left; nothing is undone on its own"),
    Feature.PROCESS_LIMITS: _conductor("kept by the player's process; LangGraph bounds none"),
    Feature.ISOLATION: _conductor("in a thread or process that the node waits for"),
    Feature.PRELOAD: _conductor("before the graph is entered"),
    Feature.GUARDED_SCOPE: _conductor("kept round the child graph, which is left when it fails"),
    Feature.IDEMPOTENCY_KEY: _conductor("handed to the player"),
    Feature.SECRETS: _conductor("filled in for the player; no channel holds one"),
    Feature.BUDGET: _conductor("checked before each attempt"),
    Feature.CANCEL: _conductor(
        "all steps are cancelled and awaited, then the graph is left; it awaits none"
    ),
    Feature.START_EAGER: _conductor("nodes await steps that already run", _BARRIER),
    Feature.START_GRAPH: _full("entering a node performs its step"),
}

CAPABILITIES: Mapping[Feature, Capability] = {feature: _ROWS[feature] for feature in Feature}
"""One row for every feature."""

EJECTS: Mapping[Feature, Capability] = {
    **EJECTED,
    Feature.STEP: _full("a node that calls the step's function"),
    Feature.NEEDS: _full("`add_edge`, a barrier edge where there are several"),
    Feature.BRANCH: _full("`add_conditional_edges` with a path map; an edge for each arm"),
    Feature.GROUP: _full("one node, and a child graph invoked in it"),
    Feature.PARALLEL: _full("one node, and a child graph for each side, invoked side by side"),
    Feature.REPEAT: _full("one node, whose child graph is invoked for each iteration"),
    Feature.CALL: _full("one node, and the child graph of the sub-melody invoked in it"),
    Feature.FOR_EACH: _full("one node; its items stand side by side in it"),
    Feature.FOR_EACH_NESTED: _full("one node, whose child graph is invoked for each item"),
    Feature.APPROVAL: _full("`interrupt`; `run(people=…)` is asked instead"),
    Feature.WAIT_EVENT: _full("`interrupt`; `run(people=…)` is asked for the event instead"),
    Feature.ESCALATE: _full("`interrupt`; `run(people=…)` is asked instead"),
    Feature.FAIL: _full("told in the state; the last node raises"),
    Feature.COMPENSATE: _conductor(
        "in reverse order when the run has failed; the graph by itself leaves what stands inside "
        "of other steps"
    ),
    Feature.RECONSTRUCT: _conductor(
        "`policy/attempts.py` asks another player; the node has the source performed, which it "
        "would hold back; a graph by itself may perform it twice",
        _BARRIER,
    ),
    Feature.SECRETS: _conductor("read from the environment; the state holds `***` in their place"),
    Feature.CANCEL: _full("`asyncio.Task.cancel`, and awaited; by `run`, not by the graph itself"),
    Feature.START_EAGER: Capability(
        Support.NEVER, "the nodes of a superstep wait for its slowest", _BARRIER
    ),
}
"""What generated projects carry out: the shared rows, and what LangGraph has for it."""
