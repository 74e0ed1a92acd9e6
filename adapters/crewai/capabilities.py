"""What the CrewAI backend can do, and by which construct of a ``Flow``."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_ir.capability import Capability, Feature, Support

_CONDUCTOR = "the conductor; CrewAI has no such limit or ladder for a flow's methods"

CAPABILITIES: Mapping[Feature, Capability] = {
    Feature.STEP: Capability(Support.FULL, "one `code` method a step, `listen` to what it reads"),
    Feature.SET: Capability(Support.FULL, "a method like any other"),
    Feature.WHEN: Capability(
        Support.EMULATED, "the method is entered; the conductor skips what it stands for"
    ),
    Feature.NEEDS: Capability(Support.FULL, "`listen`"),
    Feature.BRANCH: Capability(
        Support.FULL,
        "`router: true` with `emit`; arms listen to labels, the join to an `or` of `and`, for bare "
        "events in an `or` race",
        "https://github.com/crewAIInc/crewAI/issues/7183",
    ),
    Feature.FOR_EACH: Capability(
        Support.EMULATED,
        "one method whose items run side by side; CrewAI's own `each` is sequential",
    ),
    Feature.FOR_EACH_NESTED: Capability(Support.FULL, "a flow of its own for each item"),
    Feature.THRESHOLD: Capability(Support.EMULATED, "the conductor"),
    Feature.RETRY: Capability(Support.EMULATED, _CONDUCTOR),
    Feature.TIMEOUT: Capability(Support.EMULATED, _CONDUCTOR),
    Feature.FALLBACK: Capability(Support.EMULATED, _CONDUCTOR),
    Feature.GATE: Capability(Support.EMULATED, _CONDUCTOR),
    Feature.SKIP: Capability(Support.EMULATED, _CONDUCTOR),
    Feature.CANCEL: Capability(
        Support.EMULATED,
        "the conductor; a failing method leaves its siblings running in CrewAI",
    ),
    Feature.START_EAGER: Capability(
        Support.EMULATED, "the conductor starts steps; a method awaits the outcome"
    ),
    Feature.START_GRAPH: Capability(Support.FULL, "a method starts its step"),
}
"""One row for every feature."""
