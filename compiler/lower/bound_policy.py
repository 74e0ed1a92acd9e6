"""Give every step the bounds and habits of the levels above it (spec 2, Files; spec 8, policy)."""

from __future__ import annotations

from compiler.lower.context import Context
from compiler.lower.policy import lower_policy
from compiler.lower.rewrite import map_guards
from workflow_ir.policy import Policy
from workflow_ir.steps import Guard, Step
from workflow_ir.workflow import WorkflowIR


def bound_policy(ir: WorkflowIR, context: Context) -> WorkflowIR:
    """Project, then Melody, then step: time limits take the least, ``retry`` the innermost."""
    symbols = context.symbols
    project = None if symbols.project is None else symbols.project.policy
    above = [project, symbols.melody.policy]
    if all(layer is None for layer in above):
        return ir
    written = {symbol.address: symbol.step.policy for symbol in symbols.steps}
    inherited: dict[int, Policy] = {}

    def bound(guard: Guard, step: Step) -> Guard:
        own = written[step.address]
        policy = inherited.get(id(own))
        if policy is None:
            policy = inherited[id(own)] = lower_policy([*above, own])
        return guard.model_copy(update={"policy": policy})

    return map_guards(ir, bound)
