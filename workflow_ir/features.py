"""Which features a workflow asks of its backend, and where (capability tables answer them)."""

from __future__ import annotations

from collections.abc import Iterator

from workflow_ir.capability import Feature
from workflow_ir.policy import Rung
from workflow_ir.steps import Branch, Scope, Set, Step, layers
from workflow_ir.workflow import WorkflowIR


def features_of(ir: WorkflowIR) -> Iterator[tuple[Feature, Step]]:
    """Every feature with the step that asks for it, in file order."""
    yield from _of_scope(ir, ir.root)


def _of_scope(ir: WorkflowIR, scope: Scope) -> Iterator[tuple[Feature, Step]]:
    for step in scope.steps:
        for feature in _of_step(ir, step):
            yield feature, step
        verb = layers(step)[3]
        if isinstance(verb, Branch):
            for arm in verb.arms:
                yield from _of_scope(ir, arm.scope)


def _of_step(ir: WorkflowIR, step: Step) -> Iterator[Feature]:
    when, each, guard, verb = layers(step)
    match verb:
        case Set():
            yield Feature.SET
        case Branch():
            yield Feature.BRANCH
        case _:
            yield Feature.STEP
            spec = ir.players.get(verb.player)
            if spec is not None and spec.fallback:
                yield Feature.FALLBACK
    if when is not None:
        yield Feature.WHEN
    if any(dependency.because == "order" for dependency in step.depends):
        yield Feature.NEEDS
    if each is not None:
        yield Feature.FOR_EACH_NESTED if isinstance(verb, Branch) else Feature.FOR_EACH
        if each.succeed_if.kind != "all":
            yield Feature.THRESHOLD
    if guard is not None:
        if guard.gate is not None:
            yield Feature.GATE
        if guard.policy.timeout_s is not None:
            yield Feature.TIMEOUT
        if guard.policy.retry.max_attempts is not None:
            yield Feature.RETRY
        if guard.on_failure is not None and Rung.SKIP in guard.on_failure:
            yield Feature.SKIP
