"""The arguments of ``@step`` and of ``Branch``: the guard round a performance, and its rank."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.emitter.code import Code, literal
from adapters.emitter.steps.judge import judged_by
from adapters.emitter.steps.reconstruct import reconstruct
from adapters.emitter.steps.writing import Writing
from workflow_ir.plan import is_flat_branch
from workflow_ir.policy import Importance
from workflow_ir.reads import waits_for
from workflow_ir.steps import PRIORITY_SCORE, Guard, Step, holds_scopes, layers

_USUAL = float(PRIORITY_SCORE[Importance.NORMAL])


def guarding(writing: Writing, step: Step) -> Iterator[Code]:
    """What holds for one performance: of the step, or of each item of a map."""
    *_, guard, verb = layers(step)
    policy = writing.policies.name(step)
    if policy is not None:
        yield policy
    known = writing.uses.escalate or (writing.has.scoped and guard is not None)
    if known and holds_scopes(verb) and not is_flat_branch(step):  # a branch tells by itself
        yield Code("scoped=True")
    if guard is not None:
        yield from _guard(writing, step, guard)


def _guard(writing: Writing, step: Step, guard: Guard) -> Iterator[Code]:
    judge = judged_by(writing, step, guard)
    if judge is not None:
        yield Code(f"judge={judge}")
    if guard.reconstruct is not None and writing.uses.reconstruct:
        yield Code(f"reconstruct={reconstruct(writing, step, guard.reconstruct)}")
    if guard.compensate is not None:
        yield Code(f"undo={writing.names(step).undo}")


def ranking(writing: Writing, step: Step) -> Iterator[Code]:
    """What says when the step starts, and whether it does."""
    score = PRIORITY_SCORE[step.priority] * step.weight
    if score != _USUAL:
        yield Code(f"priority={literal(round(score, 6))}")
    if writing.uses.reconstruct:
        waits = [
            on for on in dict.fromkeys(waits_for(step)) if not on.startswith(f"{step.address}.")
        ]
        if waits:
            yield Code(f"waits={literal(tuple(map(_id, waits)))}")
    if writing.has.finish_independent:
        needs = [_id(one.on) for one in step.depends if not one.tolerant]
        if needs:
            yield Code(f"needs={literal(tuple(needs))}")


def _id(address: str) -> str:
    return address.rpartition(".")[2]
