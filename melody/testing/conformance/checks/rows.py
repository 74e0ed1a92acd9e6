"""``rows``: the capability table has a row for every feature, and says how or why not."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.base import OrchestrationAdapter
from melody.testing.conformance.finding import Check, Finding
from workflow_ir.capability import Capability, Feature, Support


def row_findings(adapter: OrchestrationAdapter) -> Iterator[Finding]:
    """What the table lacks; that it tells the truth is for the other checks to see."""
    table = adapter.capabilities()
    for feature in Feature:
        row = table.get(feature)
        if row is None:
            yield Finding(Check.ROWS, f"`{feature.value}` has no row")
        else:
            yield from (Finding(Check.ROWS, f"`{feature.value}` {lack}") for lack in _lacking(row))
    unknown = sorted(str(key) for key in table if key not in set(Feature))
    if unknown:
        yield Finding(Check.ROWS, f"rows of no feature: {', '.join(unknown)}")
    if not any(
        table[start].support.runs
        for start in (Feature.START_EAGER, Feature.START_GRAPH)
        if start in table
    ):
        yield Finding(Check.ROWS, "neither start mode runs")


def _lacking(row: Capability) -> Iterator[str]:
    if not row.how.strip():
        what = "how" if row.support.runs else "why not"
        yield f"is {row.support.value} and does not say {what}"
    if row.support is Support.NOTYET and not row.link:
        yield "is notyet and has no link to what must change first"
