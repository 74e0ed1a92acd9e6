from __future__ import annotations

from adapters.crewai import ADAPTER
from adapters.crewai.capabilities import CAPABILITIES
from workflow_ir.capability import Feature


def test_every_feature_has_one_row_that_says_how() -> None:
    assert list(CAPABILITIES) == list(Feature)
    assert all(row.how for row in CAPABILITIES.values())
    assert all(row.support.runs for row in CAPABILITIES.values())
    assert ADAPTER.capabilities() is CAPABILITIES
    assert ADAPTER.get_framework_name() == "crewai"
