"""What a paused run waits for, and the lines of a script that answer it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.format import to_yaml
from conductor_core.models.fill_schema import FillSchema
from melody.cli.terminal import styled
from melody.cli.view.progress import Progress
from melody.cli.view.words import waiting_words
from workflow_ir.result import RunResult, StepStatus
from workflow_ir.visible import visible

_BY_HAND = "run it again at a terminal, where you are asked (without the variable `CI`)"


def paused(result: RunResult, progress: Progress) -> Iterator[str]:
    """The steps that wait, and how each of them can be answered in the next run."""
    answers: dict[str, Any] = {}
    persons = False
    for path, record in result.steps.items():
        row = progress.rows.get(path)
        question = None if row is None else row.question
        if record.status is not StepStatus.WAITING or question is None:
            continue
        answers[path] = {"answer": _answer(question)}
        persons = persons or not question.get("event")
        told = waiting_words({"question": question})
        yield f"{styled('warning', 'waiting', err=True)}: `{path}` waits for {told}"
    if answers:
        if persons:
            yield f"  next: {_BY_HAND}"
        yield "  next: or run it with `--script FILE`, and in FILE beside what the players do:"
        for line in to_yaml({"steps": answers}, None).splitlines():
            yield f"    {visible(line)}"


def _answer(question: Mapping[str, Any]) -> Any:
    """An answer that fits the question; the values are to be replaced."""
    if question.get("event"):
        return {}
    form = question.get("form")
    filled = {} if form is None else FillSchema("write it here").fill(form)
    return {**(filled if isinstance(filled, dict) else {}), "choice": "approve"}
