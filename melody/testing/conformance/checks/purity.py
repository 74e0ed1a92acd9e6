"""``purity``: compiling changes nothing, neither the IR nor what compiling again gives."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.base import OrchestrationAdapter
from melody.testing.conformance.finding import Check, Finding
from workflow_ir.workflow import WorkflowIR


def purity_findings(adapter: OrchestrationAdapter, ir: WorkflowIR) -> Iterator[Finding]:
    """Compile a fresh IR twice and compare what came of it.

    Args:
        adapter: The backend.
        ir: Nobody else's: a faulty adapter changes it.
    """
    before = ir.model_dump_json()
    first = adapter.compile(ir)
    edges = dict(adapter.edges(first))
    second = adapter.compile(ir)
    if ir.model_dump_json() != before:
        yield Finding(Check.PURITY, "the IR is another one after `compile`")
    if dict(adapter.edges(second)) != edges:
        yield Finding(Check.PURITY, "compiled a second time, the edges are others")
    if dict(adapter.edges(first)) != edges:
        yield Finding(Check.PURITY, "the second `compile` has changed the first one's object")
