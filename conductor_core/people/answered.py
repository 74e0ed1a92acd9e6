"""What counts as an answer: the same for a script, a person at a terminal, and a web page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conductor_core.ports import Answer, Question
from workflow_ir.nearest import nearest
from workflow_ir.types import compile_schema
from workflow_ir.types.complete import complete


class WrongAnswer(ValueError):
    """An answer that does not fit its question, with all problems."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def answered(question: Question, given: Any) -> Answer:
    """Read an answer: the fields of the form and ``choice``.

    Of an approval the choice is ``approve`` unless written; an escalation has none that goes
    without saying. For an event, ``given`` is its payload, whatever it is.

    Returns:
        The answer with absent optional fields filled in.

    Raises:
        WrongAnswer: An unknown choice, or fields that do not meet the form. Whoever asks a person
            tells the problems and asks again. With a choice that does not fill the form in, its
            fields may be left out, but one that is there must be of the form.
    """
    if question.event is not None:
        return Answer("event", given)
    if not isinstance(given, Mapping):
        raise WrongAnswer(("an answer is a map with `choice` and the fields of the form",))
    fields = {name: value for name, value in given.items() if name != "choice"}
    usual = "approve" if "approve" in question.choices else None
    choice = given.get("choice", usual)
    problems = [] if choice in question.choices else [_no_choice(choice, question.choices)]
    form = question.form or {"type": "object", "properties": {}, "additionalProperties": False}
    if choice != question.fills and choice in question.choices:
        form = {name: rule for name, rule in form.items() if name != "required"}
    problems += [f"{one.path}: {one.message}" for one in compile_schema(form)(fields)]
    if problems:
        raise WrongAnswer(tuple(problems))
    filled: Any = complete(fields, form)
    if choice == question.fills and question.fits is not None:
        problems += question.fits(filled)
    if problems:
        raise WrongAnswer(tuple(problems))
    return Answer(str(choice), filled)


def _no_choice(choice: object, known: tuple[str, ...]) -> str:
    *first, last = (f"`{one}`" for one in known)
    words = f"{', '.join(first)} or {last}"
    if choice is None:
        return f"`choice` is missing; it is {words}"
    meant = nearest(choice, known) if isinstance(choice, str) else None
    hint = f"; did you mean {meant!r}?" if meant else ""
    return f"{choice!r} is no choice; it is {words}{hint}"
