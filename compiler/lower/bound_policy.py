"""Give every step the bounds and habits of the levels above it (spec 2, Files; spec 8, policy)."""

from __future__ import annotations

from compiler.lower.context import Context
from compiler.lower.policy import lower_policy
from compiler.lower.rewrite import map_guards
from compiler.parse import syntax
from workflow_ir.policy import DEFAULT_ATTEMPTS, Importance, Policy
from workflow_ir.steps import Guard, Step
from workflow_ir.workflow import WorkflowIR


def bound_policy(ir: WorkflowIR, context: Context) -> WorkflowIR:
    """Project, then Melody, then step: time limits take the least, ``retry`` the innermost.

    The project's ``max_attempts`` is a bound, never a wish: where nobody below it writes a number,
    the one that the step's importance gives still counts, unless it is more.
    """
    symbols = context.symbols
    project = None if symbols.project is None else symbols.project.policy
    above = [project, symbols.melody.policy]
    if all(layer is None for layer in above):
        return ir
    written = {symbol.address: symbol.step.policy for symbol in symbols.steps}
    most = _max_attempts(project)
    inherited: dict[tuple[int, Importance], Policy] = {}

    def bound(guard: Guard, step: Step) -> Guard:
        own = written[step.address]
        key = (id(own), guard.importance)
        policy = inherited.get(key)
        if policy is None:
            policy = lower_policy([*above, own])
            wanted = _max_attempts(own) or _max_attempts(symbols.melody.policy)
            if most is not None and wanted is None:
                attempts = most if most < DEFAULT_ATTEMPTS[guard.importance] else None
                retry = policy.retry.model_copy(update={"max_attempts": attempts})
                policy = policy.model_copy(update={"retry": retry})
            inherited[key] = policy
        return guard.model_copy(update={"policy": policy})

    return map_guards(ir, bound)


def _max_attempts(policy: syntax.Policy | None) -> int | None:
    if policy is None or policy.retry is None or policy.retry.max_attempts is None:
        return None
    return policy.retry.max_attempts.value
