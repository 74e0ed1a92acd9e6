"""What is wrong with one run of a case, and with the object that it was a run of."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.base import Compiled, OrchestrationAdapter
from conductor_core.failed import HostFault
from conductor_core.run import Start
from melody.testing.conformance.case import Case
from melody.testing.conformance.checks.edges import edge_findings
from melody.testing.conformance.checks.entries import entry_findings
from melody.testing.conformance.checks.events import event_findings
from melody.testing.conformance.checks.name import wrong_names
from melody.testing.conformance.checks.promise import broken_promises
from melody.testing.conformance.finding import Check, Finding
from melody.testing.conformance.own_loop import LONGEST_S
from melody.testing.conformance.performing import Performed, perform


def findings(
    case: Case,
    adapter: OrchestrationAdapter,
    compiled: Compiled,
    start: Start,
    *,
    longest_s: float = LONGEST_S,
) -> list[Finding]:
    """Everything that one run shows, edges included; empty if it keeps the contract.

    Args:
        case: What is run.
        adapter: The backend.
        compiled: What it has made of the case.
        start: Who starts steps.
        longest_s: Real seconds after which the run is taken for hanging.
    """
    found = list(edge_findings(adapter, compiled))
    performed = one_run(case, adapter, compiled, start, longest_s)
    if isinstance(performed, Finding):
        return [*found, performed]
    return [*found, *run_findings(case, adapter, compiled, performed, start)]


def one_run(
    case: Case,
    adapter: OrchestrationAdapter,
    compiled: Compiled,
    start: Start,
    longest_s: float = LONGEST_S,
) -> Performed | Finding:
    """A run that has come to a result, or why it has not."""
    try:
        return perform(case, adapter, compiled, start, longest_s=longest_s)
    except HostFault as fault:
        return Finding(Check.FAULT, str(fault))
    except TimeoutError as problem:
        return Finding(Check.HANGS, str(problem))
    except Exception as problem:  # noqa: BLE001  whatever a faulty adapter lets out
        return Finding(Check.CRASH, f"{type(problem).__name__}: {problem}")


def run_findings(
    case: Case,
    adapter: OrchestrationAdapter,
    compiled: Compiled,
    performed: Performed,
    start: Start,
) -> Iterator[Finding]:
    """What is wrong with a run that has come to a result."""
    yield from wrong_names(adapter, compiled, performed.result)
    yield from broken_promises(case, performed, start)
    yield from entry_findings(compiled, performed)
    yield from event_findings(performed.events, performed.result.status.value)
    if performed.left:
        text = f"after the run these go on: {', '.join(performed.left)}"
        yield Finding(Check.LEFTOVERS, text)
