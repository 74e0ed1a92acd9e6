"""Whether a backend entered the nodes it should have: each taken node once, no other at all."""

from __future__ import annotations

from conductor_core.run import Run
from conductor_core.scope import RegionRun
from workflow_ir.plan import NodeKind


def missing_entries(run: Run) -> list[str]:
    """Differences between the nodes entered and the plan, as sentences; empty if there are none.

    A region that failed or was cancelled may have been left early, and so may those below it;
    their nodes were entered at most once.
    """
    problems = []
    for region in run.regions.values():
        early = region.left_early()
        for address in region.region.nodes:
            times = run.entries[region.path, address]
            wanted = _wanted(region, address)
            if times > wanted or (times < wanted and not early):
                place = f" of {region.path}" if region.path else ""
                problems.append(f"node {address!r}{place} was entered {times} times, not {wanted}")
    return problems


def _wanted(region: RegionRun, address: str) -> int:
    node = region.region.nodes[address]
    step = region.steps.get(node.step.address)
    if step is None:
        return 0
    if node.kind is NodeKind.ARM:
        return int(node.arm is not None and step.record.branch == node.arm.name)
    return 1
