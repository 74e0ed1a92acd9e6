"""What the native backend can do: everything, since the conductor is made for it."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_ir.capability import Capability, Feature, Support

CAPABILITIES: Mapping[Feature, Capability] = {
    feature: Capability(Support.FULL, "asyncio tasks of the conductor") for feature in Feature
}
"""One row for every feature."""
