"""``name``: the adapter has one name, and its objects and results bear it."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.base import Compiled, OrchestrationAdapter
from melody.testing.conformance.finding import Check, Finding
from workflow_ir.result import RunResult


def name_findings(adapter: OrchestrationAdapter) -> Iterator[Finding]:
    """What is wrong with the name itself."""
    name: object = adapter.get_framework_name()
    if not isinstance(name, str) or not name.strip():
        yield Finding(Check.NAME, f"the name is {name!r}, no word")
    elif adapter.get_framework_name() != name:
        yield Finding(Check.NAME, f"the name is {name!r} once and another one later")


def wrong_names(
    adapter: OrchestrationAdapter, compiled: Compiled, result: RunResult
) -> Iterator[Finding]:
    """Where the name is not borne."""
    name = adapter.get_framework_name()
    for what, borne in (("the compiled object", compiled.backend), ("the result", result.backend)):
        if borne != name:
            yield Finding(Check.NAME, f"{what} is of {borne!r}, not of {name!r}")
