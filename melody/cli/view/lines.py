"""One line a change, for logs and pipes."""

from __future__ import annotations

from typing import TextIO

from melody.cli.output import print_text
from melody.cli.view.progress import Progress, asking_step
from melody.cli.view.words import (
    answer_words,
    decision_words,
    error_words,
    happening_words,
    marks_words,
    seconds,
)
from workflow_ir.events import Event, EventKind

_STEP = 24
"""Columns of the path; a longer one pushes its line to the right."""


class Lines:
    """Writes what happens; a ``ports.Journal`` that stands behind its ``Progress``."""

    def __init__(self, progress: Progress, stream: TextIO) -> None:
        self._progress = progress
        self._stream = stream

    def append(self, event: Event) -> None:
        """Say one event, if it is a change that a reader cares for."""
        text = self._said(event)
        if text is not None:
            passed = seconds(event.time - self._progress.began)
            print_text(f"{passed:>6}  {event.path:<{_STEP}}  {text}", self._stream)

    def _said(self, event: Event) -> str | None:
        row = self._progress.rows.get(asking_step(event.path))
        if row is None:
            return None
        match event.kind:
            case EventKind.ATTEMPT_STARTED if event.facts["n"] == 1:
                return f"{row.player} performs"
            case EventKind.ATTEMPT_STARTED:
                return f"{row.player} performs, attempt {row.attempt}"
            case EventKind.DECISION:
                failure, decision = row.trail[-1]
                if not failure:  # of a scope: what failed inside it is told there
                    return None if decision["decision"] == "fail" else decision_words(decision)
                fault = error_words(failure.get("error", {}))
                return f"failed: {fault} → {decision_words(decision)}"
            case EventKind.WAITING:
                return f"waits for {row.waits_for}"
            case EventKind.ANSWERED:
                return answer_words(event.facts)
            case EventKind.BRANCH_TAKEN:
                return f"takes {row.note}" if event.facts["arm"] else row.note
            case EventKind.STEP_FINISHED:
                return f"{row.status}{marks_words(row)}"
            case _:
                return happening_words(event)
