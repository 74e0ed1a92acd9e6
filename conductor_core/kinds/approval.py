"""``approval``: waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conductor_core.border import admit
from conductor_core.failed import StepFault
from conductor_core.kinds.asking import ask
from conductor_core.ports import Answer, Question
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError
from workflow_ir.result import StepStatus
from workflow_ir.steps import Approval
from workflow_ir.types.complete import complete

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


async def approval(run: Run, verb: Approval, frame: Frame) -> None:
    """Ask, and wait at most until the question expires (spec 8, Verbs)."""
    evaluate = run.stage.evaluator.value
    question = Question(
        path=frame.path,
        address=frame.step.step.address,
        text=run.text(evaluate(verb.text)(frame.env)),
        show={} if verb.show is None else evaluate(verb.show)(frame.env),
        form=verb.form,
        assignees=verb.assignees,
        expires_s=verb.expires_s,
    )
    answer = await ask(run, frame, question)
    expired = answer is None
    if answer is None:
        answer = _by_timeout(verb)
    run.stage.emit(EventKind.ANSWERED, frame.path, choice=answer.choice, expired=expired)
    frame.record.output = _output(run, verb, answer, expired=expired)
    frame.record.status = StepStatus.SUCCEEDED


def _by_timeout(verb: Approval) -> Answer:
    if verb.on_timeout == "fail":
        raise _expired("nobody answered in time")
    return Answer(verb.on_timeout, complete({}, verb.form or {}))


def _output(run: Run, verb: Approval, answer: Answer, *, expired: bool) -> dict[str, Any]:
    """The form's fields and ``choice``.

    What is rejected need not be filled in: absent fields are their default, else null (spec 8).
    What time approves must do without the fields that only a person can give.
    """
    if answer.choice == "reject":
        if verb.on_reject == "fail":
            text = "it was rejected since nobody answered in time" if expired else "it was rejected"
            raise StepFault(StandardError.of("approval.rejected", text, origin="user"))
        form = verb.form or {}
        given: Any = complete(answer.fields, form)
        return {**dict.fromkeys(form.get("properties", {})), **given, "choice": "reject"}
    try:
        fields = admit(answer.fields, verb.form, run.stage.evaluator)
    except StepFault as fault:
        if not expired:
            raise
        raise _expired(f"nobody filled in the form in time: {fault.error.message}") from None
    return {**fields, "choice": answer.choice}


def _expired(text: str) -> StepFault:
    return StepFault(StandardError.of("approval.expired", text, origin="conductor"))
