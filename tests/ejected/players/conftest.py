"""Runs of these tests know nothing of one another's failures."""

from __future__ import annotations

import time

import pytest

from conductor_core.limits.guards import Guards


@pytest.fixture(autouse=True)
def guards(monkeypatch: pytest.MonkeyPatch) -> None:
    """A breaker that one test has opened is closed in the next."""
    fresh = Guards(time.monotonic, alone=False)
    monkeypatch.setattr(Guards, "of_process", staticmethod(lambda: fresh))
