"""``perform``: the guard round every step, the same on every backend (spec 4).

It asks the player, judges the answer, and follows the decisions of ``failure.ladder``, each
carried out by its rung in ``recovery``, until there is an outcome. It never raises for what a
player does; the only exception that passes is the cancellation of the run.
"""

from __future__ import annotations

from dataclasses import replace

from conductor_core.failure.deadline import Limits
from conductor_core.failure.grant import attempts_left
from conductor_core.failure.grant import made as attempts_made
from conductor_core.failure.ladder import decide
from conductor_core.failure.rules import matching
from conductor_core.failure.situation import Decision
from conductor_core.performance import Going, Performance, Progress, Unlisted, Way
from conductor_core.pipeline.assign import assign
from conductor_core.pipeline.once import once
from conductor_core.recovery.rungs import RUNGS
from conductor_core.recovery.settle import succeed
from conductor_core.recovery.situation import situation
from conductor_core.stage import Stage
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError, Success
from workflow_ir.policy import Rung
from workflow_ir.result import Attempt, StepRecord
from workflow_ir.taxonomy import ErrorClass


async def perform(task: Performance, record: StepRecord, stage: Stage) -> None:
    """Carry out one performance and write its outcome into ``record``.

    Afterwards ``record.status`` is ``succeeded``, ``recovered``, ``gap``, ``failed``, or
    ``cancelled`` where the player reported class ``cancelled``.

    Raises:
        asyncio.CancelledError: The run cancels this step; the attempt going on is recorded.
    """
    with stage.paused.working():
        going = Going(task, record, stage, begin(task, record, stage))
        if task.managed is not None:
            await assign(going, task.managed)
            going.progress = begin(going.task, record, stage)
        while True:
            tried = await once(going)
            if _succeeded(going, tried.answer):
                return
            assert isinstance(tried.answer, StandardError)
            _count(going, tried.answer, made=tried.made)
            if not await recover(going, tried.answer):
                return


async def recover(going: Going, error: StandardError) -> bool:
    """Follow the ladder after a failure. True: there is to be another attempt."""
    going.progress.struck.clear()
    while True:
        decision = decide(situation(going, error))
        tell(going, error, decision)
        match await RUNGS[decision.rung](going, error, decision):
            case Way.AGAIN:
                return True
            case Way.SETTLED:
                return False
            case Way.STRUCK:
                assert decision.rung in going.progress.struck


def begin(task: Performance, record: StepRecord, stage: Stage) -> Progress:
    """Nobody was asked yet; attempts that are listed already are counted on."""
    part, *others = task.parts
    limits = Limits.of(task.guard.policy, part.claim_s, stage.clock.now(), task.purse.cutoff())
    return Progress(part, others, limits, n=len(record.attempts), asked={part.player})


def _succeeded(going: Going, answer: Success | StandardError) -> bool:
    if not isinstance(answer, Success):
        return False
    progress = going.progress
    progress.n += 1
    going.record.attempts.append(Attempt(progress.n, progress.part.player, "success"))
    first = progress.n == 1 and progress.part is going.task.parts[0]
    succeed(going, answer, first=first)
    return True


def _count(going: Going, error: StandardError, *, made: bool) -> None:
    """Count a failure: against the allowance of the player, and by retry rule."""
    progress = going.progress
    if made:
        progress.n += 1
        progress.tries += 1
        going.unlisted = Unlisted(progress.n, progress.part.player, error, going.task.path)
    granted = attempts_left(progress.part.granted, going.task.guard, progress.failures)
    counted = attempts_made(error, granted) if made else 1
    progress.failures += counted
    rule = matching(going.task.guard.policy.rules, error)
    if rule is not None:
        progress.by_rule[rule] += counted


def tell(going: Going, error: StandardError, decision: Decision) -> None:
    """List the attempt with what was decided about it, and write both into the journal."""
    stage, path = going.stage, going.task.path
    listed, going.unlisted = going.unlisted, None
    if listed is None:
        facts = {"error": error}
        n = going.progress.n
        _correct(going, decision)
    else:
        n, failed, facts = listed.n, listed.error, {}
        cancelled = failed.error_class is ErrorClass.CANCELLED
        going.record.attempts.append(
            Attempt(
                n,
                listed.player,
                "cancelled" if cancelled else "error",
                failed,
                decision.rung.value,
                decision.delay_s,
            )
        )
        stage.emit(EventKind.ATTEMPT_FAILED, listed.path, n=n, player=listed.player, error=failed)
    stage.emit(EventKind.DECISION, path, n=n, **facts, **decision.to_json())


def _correct(going: Going, decision: Decision) -> None:
    """An attempt is listed with what came of it, not with a rung that led nowhere.

    That a person was asked stays, although nobody has answered in time.
    """
    attempts, struck = going.record.attempts, going.progress.struck
    last = attempts[-1] if attempts else None
    if last is None or last.n != going.progress.n or last.decision not in struck:
        return
    if struck[Rung(last.decision)] != "escalation_expired":
        attempts[-1] = replace(last, decision=decision.rung.value, delay_s=decision.delay_s)
