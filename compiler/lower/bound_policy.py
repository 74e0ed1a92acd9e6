"""Give every step the bounds and habits of the levels above it (spec 2, Files; spec 8, policy)."""

from __future__ import annotations

from compiler.lower.context import Context
from compiler.lower.inherited import NOTHING_INHERITED
from compiler.lower.policy import lower_policy
from compiler.lower.rewrite import map_compensations, map_guards
from compiler.parse import syntax
from workflow_ir.policy import DEFAULT_ATTEMPTS, Importance, Policy
from workflow_ir.steps import Guard, Play, Step
from workflow_ir.workflow import WorkflowIR


def bound_policy(ir: WorkflowIR, context: Context) -> WorkflowIR:
    """Project, then Melody, then step: bounds take the least, ``retry`` the innermost.

    What the levels above say is about the attempts of players, those that undo a step included. A
    limit written at a step that holds others, or that waits for a person, is its own alone.
    The project's ``max_attempts`` is a bound, never a wish: where nobody below it writes a number,
    the one that the step's importance gives still counts, unless it is more. What the user's file
    says holds where none of these says anything.
    """
    symbols = context.symbols
    project = None if symbols.project is None else symbols.project.policy
    defaults = None if symbols.project is None else symbols.project.defaults
    callers = context.inherited.layer(symbols.melody.span)
    above = [project, callers, symbols.melody.policy]
    if all(layer is None for layer in (defaults, project, symbols.melody.policy)) and (
        context.inherited == NOTHING_INHERITED
    ):
        return ir
    written = {symbol.address: symbol.step for symbol in symbols.steps}
    most = _max_attempts(project)
    inherited: dict[tuple[int, Importance], Policy] = {}

    def bound(guard: Guard, own: syntax.Policy | None) -> Guard:
        if not isinstance(guard.body, Play):
            return guard
        key = (id(own), guard.importance)
        policy = inherited.get(key)
        if policy is None:
            policy = lower_policy([*above, own], defaults=defaults)
            wanted = _max_attempts(own) or _max_attempts(symbols.melody.policy)
            if most is not None and wanted is None:
                usual = _max_attempts(defaults)
                wished = usual or DEFAULT_ATTEMPTS[guard.importance]
                attempts = most if most < wished else usual
                retry = policy.retry.model_copy(update={"max_attempts": attempts})
                policy = policy.model_copy(update={"retry": retry})
            inherited[key] = policy
        return guard.model_copy(update={"policy": policy})

    def of_step(guard: Guard, step: Step) -> Guard:
        return bound(guard, written[step.address].policy)

    def of_compensation(guard: Guard, step: Step) -> Guard:
        undoing = written[step.address].compensate
        return bound(guard, None if undoing is None else undoing.policy)

    return map_compensations(map_guards(ir, of_step), of_compensation)


def _max_attempts(policy: syntax.Policy | None) -> int | None:
    if policy is None or policy.retry is None or policy.retry.max_attempts is None:
        return None
    return policy.retry.max_attempts.value
