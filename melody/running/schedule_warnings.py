"""Where ``start: graph`` may end otherwise than ``start: eager`` (MEL303), told before the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adapters.base import OrchestrationAdapter
from melody.running.step_index import StepIndex
from workflow_ir.capability import Feature, Support
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.schedule_dependence import Place, Reason, schedule_dependence
from workflow_ir.workflow import WorkflowIR

MOST_NOTES = 4
"""Steps that are told beside the first; the rest is counted."""

_OF_LATE_STARTS = frozenset({Reason.NOW})
"""Reasons that do not hold where steps start as soon as they can."""
_FACTS: Mapping[Reason, str] = {
    Reason.FIRST_FAILURE: "what is done when one of several fails",
    Reason.FIRST_ERROR: "whose failure is the first",
    Reason.WINNERS: "who succeeds first",
    Reason.DEADLINE: "whether the time is over",
    Reason.BUDGET: "who finds the budget used up",
    Reason.SAFEGUARD: "whom the breaker or the retry tokens stop",
    Reason.LIMIT: "how many hedged attempts are begun",
    Reason.BALANCE: "which player is chosen",
    Reason.PAUSE: "what is done if the run pauses here",
    Reason.READING: "what `require` reads",
    Reason.NOW: "the value of `now()`",
    Reason.RECONSTRUCT: "who is made from whom",
    Reason.UNDOING: "in which order they are undone",
}
"""What may be another with ``start: graph``."""
_CURES: Mapping[Reason, str] = {
    Reason.FIRST_FAILURE: "order the steps with `needs`, or let what fails leave a gap with "
    "`on_failure: skip`",
    Reason.FIRST_ERROR: "order the steps with `needs`",
    Reason.WINNERS: "wait for all of them: `succeed_if: all` or a percentage",
    Reason.DEADLINE: "order the steps under the limit with `needs`, or take the limit away",
    Reason.BUDGET: "order the steps that spend with `needs`, or give each its own budget",
    Reason.SAFEGUARD: "order these steps with `needs`",
    Reason.LIMIT: "raise the limit, or do not hedge",
    Reason.BALANCE: "write `balance: priority` or `balance: random`",
    Reason.PAUSE: "write `expires`, or order the steps with `needs`",
    Reason.READING: "order the steps before it with `needs`",
    Reason.NOW: "take the time from an input",
    Reason.RECONSTRUCT: "order the steps with `needs`",
    Reason.UNDOING: "order the steps with `needs`",
}
_DEFAULT = "`--start eager`, the default, is not affected"


def schedule_warnings(ir: WorkflowIR, adapter: OrchestrationAdapter) -> Iterator[Diagnostic]:
    """Every place where the backend's own schedule may change the outcome; each once.

    A sub-melody that is called several times is told of once.
    """
    name, steps = adapter.get_framework_name(), StepIndex(ir)
    eager = adapter.capabilities().get(Feature.START_EAGER)
    # By its own means it starts steps when the conductor would: only the order of one moment is
    # its own.
    prompt = eager is not None and eager.support is Support.FULL
    told: set[Diagnostic] = set()
    for place in schedule_dependence(ir):
        if prompt and place.reason in _OF_LATE_STARTS:
            continue
        warning = _warning(place, name, steps)
        if warning not in told:
            told.add(warning)
            yield warning


def _warning(place: Place, backend: str, steps: StepIndex) -> Diagnostic:
    fact = _FACTS[place.reason]
    notes = [Note(f"`{_id(each)}` is concerned too", steps.span(each)) for each in place.among[1:]]
    if len(notes) > MOST_NOTES:
        more = len(notes) - MOST_NOTES
        notes = [*notes[:MOST_NOTES], Note(f"and {more} more step{'s' if more > 1 else ''}")]
    return diagnose(
        "MEL303",
        f"{fact} may differ with `--start graph` on {backend}",
        steps.span(place.among[0]),
        notes=tuple(notes),
        help=f"{_CURES[place.reason]}; {_DEFAULT}",
    )


def _id(address: str) -> str:
    return address.replace("/", ".").rpartition(".")[2]
