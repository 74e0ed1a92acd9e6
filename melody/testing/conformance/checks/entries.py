"""``entries``: each node on the way of the run was entered once, and no other one."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.base import Compiled
from melody.testing.conformance.entered import entered
from melody.testing.conformance.finding import Check, Finding
from melody.testing.conformance.performing import Performed
from workflow_ir.plan import plan
from workflow_ir.result import RunResult, RunStatus


def entry_findings(compiled: Compiled, performed: Performed) -> Iterator[Finding]:
    """Nodes that were entered more or less often than the plan and the run's steps say."""
    wanted, optional = entries(compiled, performed.result)
    counted = {node: times for node, times in performed.result.entries.items() if times}
    # What failed may have been left before every node of it was entered (spec 1).
    whole = performed.result.error is None and performed.result.status is not RunStatus.PAUSED
    for node in sorted({*wanted, *counted}):
        times, most = counted.get(node, 0), wanted.get(node, 0)
        left_early = times < most and (not whole or node in optional)
        if times != most and not left_early:
            yield Finding(Check.ENTRIES, f"{node!r} was entered {times} times, not {most}")


def entries(compiled: Compiled, result: RunResult) -> tuple[dict[str, int], set[str]]:
    """How often each node should have been entered, and which of them may have been left out.

    Left out may be what stands in a graph in which something failed or was cut short.
    """
    steps = result.to_json()["steps"]
    wanted: dict[str, int] = {}
    optional: set[str] = set()
    for here in entered(plan(compiled.ir), steps):
        nodes = [name for name, _ in here.nodes(steps)]
        wanted |= dict.fromkeys(nodes, 1)
        if here.left_early(steps):
            optional.update(nodes)
    return wanted, optional
