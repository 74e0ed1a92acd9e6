"""Mark the steps that the ladder may skip unasked: every reader copes with a gap (spec 8)."""

from __future__ import annotations

from compiler.lower.context import Context
from compiler.lower.rewrite import map_guards
from workflow_ir.steps import Guard, Step
from workflow_ir.workflow import WorkflowIR


def accept_gaps(ir: WorkflowIR, context: Context) -> WorkflowIR:
    """``needs`` copes with a gap: what comes after one runs."""
    refused = {
        step.address
        for step, reads in context.dependencies.readers().items()
        if not all(read.guarded for read in reads)
    }

    def mark(guard: Guard, step: Step) -> Guard:
        if step.address in refused:
            return guard
        return guard.model_copy(update={"gap_accepted": True})

    return map_guards(ir, mark)
