"""Give every step the bounds and habits of the levels above it (spec 2, Files; spec 8, policy)."""

from __future__ import annotations

from compiler.lower.context import Context
from compiler.lower.inherited import NOTHING_INHERITED
from compiler.lower.policy import lower_policy
from compiler.lower.rewrite import map_compensations, map_guards
from compiler.parse import syntax
from compiler.projects.bounds import ATTEMPTS
from workflow_ir.policy import DEFAULT_ATTEMPTS, Importance, Policy, Retry, Rung
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
    written = {symbol.address: symbol.step for symbol in symbols.steps}
    own_ladders = any(step.policy is not None and step.policy.recovery for step in written.values())
    if all(layer is None for layer in (defaults, project, symbols.melody.policy)) and (
        context.inherited == NOTHING_INHERITED and not own_ladders
    ):
        return ir
    bounds = None if symbols.project is None else symbols.project.bounds
    numbers = [ATTEMPTS.of(bounds), ATTEMPTS.of(project)]
    most = min((int(one.value) for one in numbers if one is not None), default=None)
    inherited: dict[tuple[int, Importance], Policy] = {}

    def bound(guard: Guard, own: syntax.Policy | None) -> Guard:
        if not isinstance(guard.body, Play):
            return guard
        key = (id(own), guard.importance)
        if key not in inherited:
            policy = lower_policy([*above, own], defaults=defaults, bounds=bounds)
            wanted = _max_attempts(own) or _max_attempts(symbols.melody.policy)
            if most is not None:
                usual = DEFAULT_ATTEMPTS[guard.importance]
                wish = wanted if wanted is not None else _max_attempts(defaults)
                policy = _within(policy, most, wish, usual)
            inherited[key] = _not_skipped(policy, guard.importance)
        return guard.model_copy(update={"policy": inherited[key]})

    def of_step(guard: Guard, step: Step) -> Guard:
        return bound(guard, written[step.address].policy)

    def of_compensation(guard: Guard, step: Step) -> Guard:
        undoing = written[step.address].compensate
        return bound(guard, None if undoing is None else undoing.policy)

    return map_compensations(map_guards(ir, of_step), of_compensation)


def _within(policy: Policy, most: int, wish: int | None, usual: int) -> Policy:
    """The attempts of each retry rule within the project's bound.

    Args:
        policy: Its own number, of one that is no list of rules, may be the project's.
        most: The bound.
        wish: The number that somebody else wrote for all errors.
        usual: What the importance gives.
    """

    def held(rule: Retry, wish: int | None) -> Retry:
        attempts = most if most < (wish or usual) else wish
        return rule.model_copy(update={"max_attempts": attempts})

    if isinstance(policy.retry, Retry):
        retry: Retry | tuple[Retry, ...] = held(policy.retry, wish)
    else:
        retry = tuple(held(rule, rule.max_attempts) for rule in policy.retry)
    return policy.model_copy(update={"retry": retry})


def _not_skipped(policy: Policy, importance: Importance) -> Policy:
    """A ladder that is not written at the step never skips one that matters too much (spec 8)."""
    if importance not in (Importance.HIGH, Importance.CRITICAL):
        return policy
    kept = {
        error: tuple(rung for rung in rungs if rung is not Rung.SKIP)
        for error, rungs in policy.recovery.items()
    }
    ladders = {error: rungs for error, rungs in kept.items() if rungs}
    return policy.model_copy(update={"recovery": ladders})


def _max_attempts(policy: syntax.Policy | None) -> int | None:
    """The number of attempts for all errors; None of a list of rules."""
    retry = None if policy is None else policy.retry
    if not isinstance(retry, syntax.Retry) or retry.max_attempts is None:
        return None
    return retry.max_attempts.value
