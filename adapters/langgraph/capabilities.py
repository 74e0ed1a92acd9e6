"""What the LangGraph backend can do, and by which construct."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_ir.capability import Capability, Feature, Support

_BARRIER = "https://github.com/langchain-ai/langgraph/issues/6320"
"""Supersteps wait for their slowest node, by design."""


def _full(how: str) -> Capability:
    return Capability(Support.FULL, how)


def _conductor(how: str, link: str = "") -> Capability:
    return Capability(Support.EMULATED, how, link)


CAPABILITIES: Mapping[Feature, Capability] = {
    Feature.STEP: _full("a node with a channel of its own"),
    Feature.SET: _full("a node with a channel of its own"),
    Feature.WHEN: _full("the node is entered and records that it was skipped"),
    Feature.NEEDS: _full("`add_edge`, a barrier edge where there are several"),
    Feature.BRANCH: _full("`add_conditional_edges` with a path map; a barrier edge for each arm"),
    Feature.FOR_EACH: _full("one node, a `@task` for each item"),
    Feature.FOR_EACH_NESTED: _full("a child graph, invoked in the item's `@task`"),
    Feature.THRESHOLD: _conductor("counted inside the map's node; LangGraph counts no items"),
    Feature.RETRY: _conductor("`RetryPolicy` stays off: it knows no Retry-After, tells nobody"),
    Feature.TIMEOUT: _conductor("`timeout=` stays off: a node that ignores it is left running"),
    Feature.FALLBACK: _conductor("`error_handler` stays off: it can swallow a later exception"),
    Feature.GATE: _conductor("checked before the node ends"),
    Feature.SKIP: _conductor("the gap is recorded in the step's channel; the edges still fire"),
    Feature.CANCEL: _conductor("all steps are cancelled and awaited, then the graph is left"),
    Feature.START_EAGER: _conductor("nodes await steps that already run", _BARRIER),
    Feature.START_GRAPH: _full("entering a node performs its step"),
}
"""One row for every feature."""
