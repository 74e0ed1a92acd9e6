"""``escalate``: a person decides how it goes on (spec 4, spec 8)."""

from __future__ import annotations

from functools import partial
from typing import Any

from conductor_core.failed import StepFault
from conductor_core.failure.deadline import Limits
from conductor_core.failure.situation import Decision
from conductor_core.people.escalation import escalation, told
from conductor_core.performance import Going, Way
from conductor_core.pipeline.accept import judged
from conductor_core.ports import Answer, Silence
from conductor_core.recovery.settle import give_up, leave_gap, succeed
from workflow_ir.outcome import StandardError, Success
from workflow_ir.policy import Rung

MOST_QUESTIONS = 100
"""How often a person is asked about one performance: a script that says `retry` for ever ends."""


async def escalate(going: Going, error: StandardError, decision: Decision) -> Way:
    """Ask; what the person says holds, also where policy would not have left a gap.

    Nobody is there: struck ``no_human``. Nobody answers in time: ``policy.escalation.on_timeout``;
    a gap only where one is accepted, else struck ``escalation_expired``.
    """
    del decision
    task, stage, progress = going.task, going.stage, going.progress
    progress.questions += 1
    if task.ask is None or progress.questions > MOST_QUESTIONS:
        progress.struck[Rung.ESCALATE] = "no_human" if task.ask is None else "attempts_exhausted"
        return Way.STRUCK
    question = escalation(
        task.path,
        task.address,
        error,
        task.guard,
        attempts=going.record.attempts,
        inputs={**task.with_} if task.prompt is None else {**task.with_, "prompt": task.prompt},
        again=True,
        fits=partial(_problems, going),
    )
    try:
        with stage.paused.resting():
            answer = await task.ask(question)
    except StepFault as wrong:  # the answer, and nobody can be asked again
        give_up(going, wrong.error)
        return Way.SETTLED
    if answer is Silence.NOBODY:
        progress.struck[Rung.ESCALATE] = "no_human"
        return Way.STRUCK
    choice = told(stage, question, answer, task.guard, in_map=task.in_map)
    match choice:
        case "retry":
            now = stage.clock.now()
            limits = Limits.of(task.guard.policy, progress.part.claim_s, now, task.purse.cutoff())
            progress.limits = limits  # a person's word is a new beginning, the run's time is not
            return Way.AGAIN
        case "skip":
            leave_gap(going, error)
        case "answer":
            assert isinstance(answer, Answer)
            succeed(going, Success(answer.fields["output"]), first=False)
        case "fail":
            give_up(going, error)
        case _:
            progress.struck[Rung.ESCALATE] = "escalation_expired"
            return Way.STRUCK
    return Way.SETTLED


def _problems(going: Going, fields: dict[str, Any]) -> tuple[str, ...]:
    """Why a person's output does not count: the gate of the step judges it too."""
    found = judged(going.task, Success(fields["output"]), going.stage)
    return (found.message,) if isinstance(found, StandardError) else ()
