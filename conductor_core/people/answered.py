"""What counts as an answer: the same for a script, a person at a terminal, and a web page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conductor_core.ports import Answer, Question
from workflow_ir.nearest import nearest
from workflow_ir.types import compile_schema
from workflow_ir.types.complete import complete

CHOICES = ("approve", "reject")


class WrongAnswer(ValueError):
    """An answer that does not fit its question, with all problems."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def answered(question: Question, given: Any) -> Answer:
    """Read an answer: the fields of the form and ``choice``, which is ``approve`` unless written.

    For an event, ``given`` is its payload, whatever it is.

    Returns:
        The answer with absent optional fields filled in.

    Raises:
        WrongAnswer: An unknown choice, or fields that do not meet the form. Whoever asks a person
            tells the problems and asks again. What is rejected need not be filled in, but a field
            that is there must be of the form.
    """
    if question.event is not None:
        return Answer("event", given)
    if not isinstance(given, Mapping):
        raise WrongAnswer(("an answer is a map with `choice` and the fields of the form",))
    fields = {name: value for name, value in given.items() if name != "choice"}
    choice = given.get("choice", "approve")
    problems = [] if choice in CHOICES else [_no_choice(choice)]
    form = question.form or {"type": "object", "properties": {}, "additionalProperties": False}
    if choice == "reject":
        form = {name: rule for name, rule in form.items() if name != "required"}
    problems += [f"{one.path}: {one.message}" for one in compile_schema(form)(fields)]
    if problems:
        raise WrongAnswer(tuple(problems))
    filled: Any = complete(fields, form)
    return Answer(str(choice), filled)


def _no_choice(choice: object) -> str:
    meant = nearest(choice, CHOICES) if isinstance(choice, str) else None
    hint = f"; did you mean {meant!r}?" if meant else ""
    return f"{choice!r} is no choice; it is `approve` or `reject`{hint}"
