"""What the native backend can do: whatever the conductor can."""

from __future__ import annotations

from collections.abc import Mapping

from conductor_core.conducted import NOT_CONDUCTED
from workflow_ir.capability import Capability, Feature, Support

CAPABILITIES: Mapping[Feature, Capability] = {
    **{feature: Capability(Support.FULL, "asyncio tasks of the conductor") for feature in Feature},
    **NOT_CONDUCTED,
}
"""One row for every feature."""
