"""``--fault STEP:KIND[*n]``: faults that name a step of the Melody, or MEL505."""

from __future__ import annotations

from collections.abc import Iterable

from conductor_core.players.faults import Fault, FaultError
from conductor_core.players.script import wrongly_beside
from melody.running.step_index import StepIndex
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.workflow import WorkflowIR


def read_faults(
    texts: Iterable[str], ir: WorkflowIR | None
) -> tuple[tuple[Fault, ...], tuple[Diagnostic, ...]]:
    """The faults and all problems. Without an IR the steps are not looked up."""
    steps = None if ir is None else StepIndex(ir)
    faults: list[Fault] = []
    problems: list[Diagnostic] = []
    for text in texts:
        try:
            fault = Fault.parse(text)
        except FaultError as error:
            problems.append(diagnose("MEL505", error.message, None, help=error.help))
            continue
        if steps is not None and steps.find(fault.step) is None:
            meant = steps.nearest(fault.step)
            hint = f"did you mean `{meant}`? " if meant else ""
            problems.append(
                diagnose(
                    "MEL505",
                    f"`{text}`: there is no step `{fault.step}`",
                    None,
                    help=f"{hint}its steps are {', '.join(steps.addresses)}",
                )
            )
        elif (problem := wrongly_beside(fault.step)) is not None:
            problems.append(diagnose("MEL505", f"`{text}`: {problem}", None))
        faults.append(fault)
    return tuple(faults), tuple(problems)
