"""What the native backend can do: whatever the conductor can."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_ir.capability import Capability, Feature, Support

CAPABILITIES: Mapping[Feature, Capability] = {
    feature: Capability(Support.FULL, "the conductor itself, as asyncio tasks")
    for feature in Feature
}
"""One row for every feature."""
