"""Asking somebody, and what is done when nobody is there or nobody answers in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.clock.lease import Lease
from conductor_core.clock.within import TimeIsOver, within
from conductor_core.failed import StepFault
from conductor_core.kinds.rest import waiting
from conductor_core.ports import Answer, Silence
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.ports import Question
    from conductor_core.run import Run


async def ask(run: Run, frame: Frame, question: Question) -> Answer | None:
    """Wait for the answer.

    With nobody to ask the step stays ``waiting``, and the run pauses once nothing else can happen.

    Returns:
        The answer; None: the question has expired.

    Raises:
        StepFault: The answer is wrong and nobody can be asked again. ``approval.expired``: nobody
            is there, and the run cannot pause: it is being undone, or the step is inside a player's
            attempt.
    """
    answer = await put(run, frame, question)
    if answer is Silence.NOBODY:
        if run.undoing.begun:
            text = "nobody is there to answer while the run is undone"
            raise StepFault(StandardError.of("approval.expired", text, origin="conductor"))
        if frame.region.in_an_attempt():
            text = "nobody is there to answer, and the sub-melody of a player cannot pause; use a"
            text += " step with `call` where people may take their time"
            raise StepFault(StandardError.of("approval.expired", text, origin="conductor"))
        with run.stage.paused.asking(frame.purse), waiting(frame):
            await run.pause.wait()
    return answer if isinstance(answer, Answer) else None


async def put(run: Run, frame: Frame, question: Question) -> Answer | Silence:
    """Ask, and wait at most until the question expires; the step is ``waiting`` meanwhile.

    Raises:
        StepFault: The answer is wrong and nobody can be asked again.
    """
    stage, shown = run.stage, run.stage.masks.question(question)
    stage.emit(EventKind.WAITING, question.path, reason="answer", question=shown.to_json())
    lease, seconds = Lease(stage.clock), question.expires_s
    call = stage.context.people.ask(shown, lease)
    with stage.paused.asking(frame.purse), waiting(frame):
        try:
            answer = await (call if seconds is None else within(seconds, lease.alarm, call))
        except TimeIsOver:
            return Silence.EXPIRED
    return Silence.NOBODY if answer is None else answer
