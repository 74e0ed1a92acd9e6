"""``wait``: a duration, a moment or an event; nothing is performed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from conductor_core.failed import StepFault
from conductor_core.kinds.asking import ask
from conductor_core.kinds.rest import rest
from conductor_core.ports import Question
from workflow_ir.outcome import StandardError
from workflow_ir.result import StepStatus
from workflow_ir.steps import Wait

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


async def wait(run: Run, verb: Wait, frame: Frame) -> None:
    """Wait; the output is an empty map, of an event its payload."""
    output: object = {}
    if verb.event is not None:
        question = Question(
            path=frame.path,
            address=frame.step.step.address,
            text=f"waiting for the event {verb.event!r}",
            event=verb.event,
        )
        answer = await ask(run, frame, question)
        assert answer is not None  # an event has no time of its own to expire
        output = answer.fields
    else:
        seconds = verb.seconds or 0.0
        if verb.until is not None:
            moment = _moment(run.stage.evaluator.value(verb.until)(frame.env))
            seconds = moment - run.stage.clock.now()
        if seconds > 0:
            await rest(run, frame, seconds, "wait")
    frame.record.output = output
    frame.record.status = StepStatus.SUCCEEDED


def _moment(text: object) -> float:
    """Seconds since the epoch; a moment without a zone is UTC."""
    try:
        moment = datetime.fromisoformat(str(text))
        return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        message = f"`wait: {{until: …}}` needs a moment like 2030-01-31T08:00:00Z, not {text!r}"
        raise StepFault(StandardError.of("input.invalid", message, origin="conductor")) from None
