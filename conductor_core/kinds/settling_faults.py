"""The end of a step that failed by its own expressions or data, or by what failed inside it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from conductor_core.border import admit
from conductor_core.failed import StepFault
from conductor_core.failure.ladder import decide
from conductor_core.failure.situation import Decision, Situation, WrittenAs
from conductor_core.gate import gate_error, written_ladder
from conductor_core.kinds.asking import put
from conductor_core.kinds.unasked import unasked
from conductor_core.people.escalation import escalation, escalation_path, told
from conductor_core.perform import tell
from conductor_core.performance import Going
from conductor_core.ports import Answer, Silence
from conductor_core.recovery.reconstruct import reconstructed
from workflow_ir.expressions import EvaluationError
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Importance, Jitter, Retry, Rung
from workflow_ir.result import StepStatus
from workflow_ir.steps import Guard, holds_scopes
from workflow_ir.taxonomy import Retryable

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


@asynccontextmanager
async def settling_faults(run: Run, frame: Frame) -> AsyncIterator[None]:
    """Settle a performance whose own expressions or data turn out to be at fault."""
    try:
        yield
    except EvaluationError as problem:
        error = StandardError.of(problem.code, str(problem), origin="conductor")
        await _settle(run, frame, error)
    except StepFault as fault:
        frame.place.failed_at = fault.inside
        await _settle(run, frame, fault.error, inherited=fault.inside is not None)


async def _settle(run: Run, frame: Frame, error: StandardError, *, inherited: bool = False) -> None:
    """Settle it by the ladder. No player was asked, so none can be asked again.

    A failure inherited from a step inside becomes a gap here, or a question, only where that was
    written.
    """
    going = unasked(run, frame)
    record, struck = frame.record, going.progress.struck
    record.status, record.output = StepStatus.RUNNING, None
    human = _human(run, frame, error, inherited=inherited)
    while True:
        decision = _decision(frame, error, going, inherited=inherited, human=human)
        tell(going, error, decision)
        choice: str | None = decision.rung.value
        if decision.rung is Rung.RECONSTRUCT:
            choice = await _reconstructed(run, frame, going)
        elif decision.rung is Rung.ESCALATE:
            try:
                choice = await _asked(run, frame, error, struck)
            except StepFault as wrong:  # the answer, and nobody can be asked again
                choice, error = "fail", wrong.error
        if choice is not None:
            break
    if choice in ("answer", "reconstruct"):
        return
    record.status = StepStatus.GAP if choice == "skip" else StepStatus.FAILED
    record.error, record.output = error, None


def _decision(
    frame: Frame,
    error: StandardError,
    going: Going,
    *,
    inherited: bool,
    human: bool,
) -> Decision:
    guard, reconstruction = frame.guard, going.task.reconstruction
    accepted = guard is not None and guard.gap_accepted and not frame.in_map
    written_as, rungs = _written(guard, error, inherited=inherited)
    return decide(
        Situation(
            error=error.replace(retryable=Retryable.NO),
            failures=1,
            alternatives=(),
            rules=(Retry(),) if guard is None else guard.policy.rules,
            importance=Importance.NORMAL if guard is None else guard.importance,
            on_failure=rungs,
            written_as=written_as,
            gap_accepted=accepted and not inherited,
            effects_once=False,
            time_left_s=None,
            jitter=Jitter.NONE,
            rng=random.Random(0),  # noqa: S311  nothing is drawn from it
            on_exceeded=None if guard is None else guard.policy.on_exceeded,
            human=human,
            reconstructable=reconstruction is not None and reconstruction.possible(),
            struck={Rung.RETRY: "not_retryable", **going.progress.struck},
        )
    )


def _written(
    guard: Guard | None, error: StandardError, *, inherited: bool
) -> tuple[WrittenAs, tuple[Rung, ...] | None]:
    """The ladder of the step itself; its gate has judged nothing that failed further inside."""
    if inherited:
        return "on_failure", None if guard is None else guard.on_failure
    return written_ladder(guard, error)


def _human(run: Run, frame: Frame, error: StandardError, *, inherited: bool) -> bool:
    """Somebody is there, and is to be asked here.

    Who has said no at an approval, or let a step inside fail, is not asked the same again unless
    that was written.
    """
    _, written = _written(frame.guard, error, inherited=inherited)
    here = holds_scopes(run.layers(frame.step.step).verb) and not inherited
    if not here and Rung.ESCALATE not in (written or ()):
        return False
    return run.stage.context.people.present(escalation_path(frame.path))


async def _reconstructed(run: Run, frame: Frame, going: Going) -> str | None:
    """``reconstruct`` if the output was made of a later artifact; None: the rung is struck."""
    with run.stage.paused.working():
        reason = await reconstructed(going)
    if reason is not None:
        going.progress.struck[Rung.RECONSTRUCT] = reason
        return None
    frame.place.cut = True
    return "reconstruct"


async def _asked(
    run: Run, frame: Frame, error: StandardError, struck: dict[Rung, str]
) -> str | None:
    """What a person says; None: the rung is struck. An answer is written into the record."""
    guard, record = frame.guard, frame.record

    def fits(fields: dict[str, Any]) -> tuple[str, ...]:
        found = None
        if guard is not None:
            found = gate_error(guard, fields["output"], frame.env, frame.path, run.stage)
        return () if found is None else (found.message,)

    question = escalation(frame.path, frame.step.step.address, error, guard, fits=fits)
    answer = await put(run, frame, question)
    if answer is Silence.NOBODY:
        struck[Rung.ESCALATE] = "no_human"
        return None
    choice = told(run.stage, question, answer, guard, in_map=frame.in_map)
    if choice == "answer":
        assert isinstance(answer, Answer)
        schema = None if guard is None else guard.output
        record.output = admit(answer.fields["output"], schema, run.stage.evaluator)
        record.status, record.error, frame.place.cut = StepStatus.RECOVERED, None, True
    elif choice is None:
        struck[Rung.ESCALATE] = "escalation_expired"
    return choice
