"""Which features a workflow asks of its backend, and where (capability tables answer them)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow_ir.capability import Feature
from workflow_ir.player_features import features_of_player
from workflow_ir.policy import Gate, Policy, Rung
from workflow_ir.secrets import secrets_in
from workflow_ir.steps import (
    Approval,
    Branch,
    Call,
    Compensate,
    Fail,
    Group,
    Guard,
    Layers,
    Parallel,
    Play,
    Repeat,
    Scope,
    Set,
    Step,
    Wait,
    holds_scopes,
    layers,
    scopes_of,
)
from workflow_ir.workflow import WorkflowIR

_VERBS = {
    Play: Feature.STEP,
    Set: Feature.SET,
    Group: Feature.GROUP,
    Branch: Feature.BRANCH,
    Parallel: Feature.PARALLEL,
    Repeat: Feature.REPEAT,
    Call: Feature.CALL,
    Approval: Feature.APPROVAL,
    Fail: Feature.FAIL,
}

_RUNGS = {
    Rung.SKIP: Feature.SKIP,
    Rung.RECONSTRUCT: Feature.RECONSTRUCT,
    Rung.REROUTE: Feature.REROUTE,
    Rung.ESCALATE: Feature.ESCALATE,
}


def features_of(ir: WorkflowIR) -> Iterator[tuple[Feature, Step | None]]:
    """Every feature with the step that asks for it, in file order; None: the Melody itself.

    What a sub-melody asks for is told of the step that calls it.
    """
    for feature in _of_whole(ir):
        yield feature, None
    yield from _of_scope(ir, ir.root, _OfModules(ir.modules))


def _of_whole(ir: WorkflowIR) -> Iterator[Feature]:
    if ir.policy.budget is not None:
        yield Feature.BUDGET
    if ir.process is not None:
        yield Feature.MANAGER


class _OfModules:
    """The features of each module, looked for once however often it is called."""

    def __init__(self, modules: Mapping[str, WorkflowIR]) -> None:
        self._modules = modules
        self._found: dict[str, tuple[Feature, ...]] = {}

    def of(self, key: str) -> tuple[Feature, ...]:
        if key not in self._found:
            module = self._modules[key]
            found = dict.fromkeys(one for one, _ in _of_scope(module, module.root, self))
            self._found[key] = (*_of_whole(module), *found)
        return self._found[key]


def _of_scope(ir: WorkflowIR, scope: Scope, modules: _OfModules) -> Iterator[tuple[Feature, Step]]:
    for step in scope.steps:
        for feature in _of_step(ir, step):
            yield feature, step
        verb, guard = layers(step).verb, layers(step).guard
        if guard is not None and guard.compensate is not None:
            for feature in _of_undoing(ir, step, guard.compensate, modules):
                yield feature, step
        for _, inner in scopes_of(verb):
            yield from _of_scope(ir, inner, modules)
        if isinstance(verb, Call):
            for feature in modules.of(verb.module):
                yield feature, step


def _of_undoing(
    ir: WorkflowIR, step: Step, undo: Compensate, modules: _OfModules
) -> Iterator[Feature]:
    undoing = step.model_copy(update={"body": undo.body, "depends": ()})
    yield from _of_step(ir, undoing)
    verb = layers(undoing).verb
    if isinstance(verb, Call):
        yield from modules.of(verb.module)


def _of_step(ir: WorkflowIR, step: Step) -> Iterator[Feature]:
    parts = layers(step)
    yield from _of_verb(ir, parts)
    if parts.when is not None:
        yield Feature.WHEN
    if parts.window is not None:
        yield Feature.WINDOW
    if parts.require is not None:
        yield Feature.REQUIRE
    if any(dependency.because == "order" for dependency in step.depends):
        yield Feature.NEEDS
    if parts.each is not None:
        nested = holds_scopes(parts.verb)
        yield Feature.FOR_EACH_NESTED if nested else Feature.FOR_EACH
        if parts.each.succeed_if.kind != "all":
            yield Feature.THRESHOLD
        if parts.each.barrier_timeout_s is not None:
            yield Feature.BARRIER
    if parts.guard is not None:
        yield from _of_guard(parts.guard, nested=holds_scopes(parts.verb))


def _of_verb(ir: WorkflowIR, parts: Layers) -> Iterator[Feature]:
    verb = parts.verb
    match verb:
        case Wait(event=event):
            yield Feature.WAIT if event is None else Feature.WAIT_EVENT
        case Play():
            yield Feature.STEP
            if verb.route is not None:
                yield Feature.CAPABILITY
            if verb.with_ is not None and any(secrets_in(verb.with_)):
                yield Feature.SECRETS
            for name in verb.players():
                yield from features_of_player(ir, name)
        case _:
            yield _VERBS[type(verb)]
    if isinstance(verb, Parallel):
        if verb.succeed_if.kind != "all":
            yield Feature.THRESHOLD
        if verb.barrier_timeout_s is not None:
            yield Feature.BARRIER


def _of_guard(guard: Guard, *, nested: bool) -> Iterator[Feature]:
    if nested and guard.contains():
        yield Feature.GUARDED_SCOPE
    if guard.gate is not None:
        yield Feature.GATE
        yield from _of_rungs(guard.gate)
    yield from _of_policy(guard.policy)
    yield from (_RUNGS[rung] for rung in guard.on_failure or () if rung in _RUNGS)
    if guard.reconstruct is not None:
        yield Feature.RECONSTRUCT
    if guard.compensate is not None:
        yield Feature.COMPENSATE
    if guard.idempotency_key is not None:
        yield Feature.IDEMPOTENCY_KEY


def _of_rungs(gate: Gate) -> Iterator[Feature]:
    yield from (_RUNGS[rung] for rung in gate.on_fail or () if rung in _RUNGS)


def _of_policy(policy: Policy) -> Iterator[Feature]:
    asked = {
        Feature.TIMEOUT: policy.timeout_s,
        Feature.RETRY: any(rule.max_attempts for rule in policy.rules) or None,
        Feature.VARY: any(rule.vary for rule in policy.rules) or None,
        Feature.BUDGET: policy.budget or policy.on_exceeded,
        Feature.PROCESS_LIMITS: policy.memory_bytes or policy.cpu,
        Feature.BREAKER: policy.breaker,
        Feature.HEDGE: policy.hedge,
    }
    yield from (feature for feature, value in asked.items() if value is not None)
    words = {rung for rungs in policy.recovery.values() for rung in rungs}
    yield from (feature for rung, feature in _RUNGS.items() if rung in words)
