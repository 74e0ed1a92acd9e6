"""The question about a step that cannot go on by itself, and what its answer means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from conductor_core.ports import Answer, Question, Silence
from conductor_core.stage import Stage
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Escalation, Rung
from workflow_ir.result import Attempt
from workflow_ir.steps import Guard

CHOICES = ("retry", "skip", "answer", "fail")
"""What a person may say (spec 8, Further rulings)."""


def escalation_path(path: str) -> str:
    """Where the question about a step is asked: ``PATH~escalate`` (spec 8)."""
    return f"{path}~escalate"


def escalation(
    path: str,
    address: str,
    error: StandardError,
    guard: Guard | None,
    *,
    attempts: Sequence[Attempt] = (),
    inputs: dict[str, Any] | None = None,
    again: bool = False,
    fits: Callable[[Any], Sequence[str]],
) -> Question:
    """Tell what has happened, and ask what is to be done.

    Args:
        path: Run path of the step.
        address: Static address of the step.
        error: Why it cannot go on.
        guard: The step's; its schema is that of an ``answer``, whose field is ``output``.
        attempts: What was tried.
        inputs: What the player got. None: it is no player's step.
        again: A player could try again.
        fits: What is wrong with an output beside its schema.
    """
    show: dict[str, Any] = {"error": {**error.brief(), "message": error.message}}
    if attempts:
        show["attempts"] = [_attempt(one) for one in attempts]
    if inputs:
        show["inputs"] = inputs
    schema = None if guard is None else guard.output
    form = {
        "type": "object",
        "properties": {"output": {} if schema is None else schema},
        "required": ["output"],
        "additionalProperties": False,
    }
    policy = Escalation() if guard is None else guard.policy.escalation
    return Question(
        path=escalation_path(path),
        address=address,
        text=_text(path, error, attempts),
        show=show,
        form=form,
        assignees=policy.assignees,
        expires_s=policy.expires_s,
        choices=CHOICES if again else CHOICES[1:],
        fills="answer",
        fits=fits,
    )


def told(
    stage: Stage,
    question: Question,
    answer: Answer | Silence,
    guard: Guard | None,
    *,
    in_map: bool,
) -> str | None:
    """What is to be done; None: nobody has said it in time, and nothing is to be done then.

    A ``skip`` that nobody has said needs a gap that is accepted: by all who read the step, or by
    the step's own ``on_failure``.
    """
    if isinstance(answer, Answer):
        stage.emit(EventKind.ANSWERED, question.path, choice=answer.choice, expired=False)
        return answer.choice
    written = guard is not None and Rung.SKIP in (guard.on_failure or ())
    accepted = guard is not None and (written or (guard.gap_accepted and not in_map))
    skips = guard is not None and guard.policy.escalation.on_timeout == "skip" and accepted
    choice = "skip" if skips else None
    stage.emit(EventKind.ANSWERED, question.path, choice=choice, expired=True)
    return choice


def _attempt(attempt: Attempt) -> str:
    """``hand: http.503: service unavailable``."""
    error = attempt.error
    came = attempt.outcome if error is None else f"{error.code}: {error.message}"
    return f"{attempt.player}: {came}"


def _text(path: str, error: StandardError, attempts: Sequence[Attempt]) -> str:
    tried = ""
    if attempts:
        names = dict.fromkeys(one.player for one in attempts)
        times = "once" if len(attempts) == 1 else f"{len(attempts)} times"
        tried = f" {' and '.join(map(repr, names))} tried {times}."
    return f"Step {path!r} failed: {error.code}: {error.message.rstrip('.')}.{tried} What now?"
