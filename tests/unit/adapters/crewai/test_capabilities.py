from __future__ import annotations

from adapters.crewai import ADAPTER
from adapters.crewai.capabilities import CAPABILITIES
from conductor_core.conducted import NOT_CONDUCTED
from workflow_ir.capability import Feature


def test_every_feature_has_one_row_that_says_how() -> None:
    assert list(CAPABILITIES) == list(Feature)
    assert all(row.how for row in CAPABILITIES.values())
    missing = {feature for feature, row in CAPABILITIES.items() if not row.support.runs}
    assert missing == set(NOT_CONDUCTED)
    assert ADAPTER.capabilities() is CAPABILITIES
    assert ADAPTER.get_framework_name() == "crewai"
