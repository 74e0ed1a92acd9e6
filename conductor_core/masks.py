"""Secrets do not leave the conductor: wherever one stands in a text, ``***`` stands instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from conductor_core.ports import Journal, Question
from workflow_ir.events import Event
from workflow_ir.outcome import StandardError
from workflow_ir.result import Attempt, StepRecord

SHORTEST = 4
"""Characters of a secret that is looked for. A shorter one would tear every text to pieces and
would be found out by what is missing; whoever uses so short a secret is not helped by a mask."""

MASK = "***"

_OURS = frozenset({"melody", "ir", "status", "player", "decision", "rule", "arm", "choice"})
"""Facts of events that name what the Melody itself names; everything else may be data."""


class Masks:
    """Takes secrets out of what is told.

    Args:
        secrets: By name. The longest is looked for first: one inside another leaves nothing.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        known = sorted({text for text in secrets.values() if len(text) >= SHORTEST}, key=len)
        texts = "|".join(re.escape(text) for text in reversed(known))
        self._found = re.compile(texts) if texts else None

    def __bool__(self) -> bool:
        """There is anything to look for."""
        return self._found is not None

    def text(self, text: str) -> str:
        """A text without secrets."""
        return text if self._found is None else self._found.sub(MASK, text)

    def data(self, value: Any) -> Any:
        """JSON data without secrets, keys of maps included."""
        match value:
            case str():
                return self.text(value)
            case dict():
                return {self.text(str(key)): self.data(entry) for key, entry in value.items()}
            case list() | tuple():
                return [self.data(item) for item in value]
            case StandardError():
                return self.error(value)
            case _:
                return value

    def error(self, error: StandardError) -> StandardError:
        """An error whose message and details hold no secrets."""
        return error.replace(message=self.text(error.message), detail=self.data(error.detail))

    def record(self, record: StepRecord) -> StepRecord:
        """A copy of a record without secrets; what the Melody names stays."""
        return replace(
            record,
            output=self.data(record.output),
            error=None if record.error is None else self.error(record.error),
            attempts=[self._attempt(attempt) for attempt in record.attempts],
        )

    def question(self, question: Question) -> Question:
        """A question that may be shown."""
        return replace(question, text=self.text(question.text), show=self.data(question.show))

    def event(self, event: Event) -> Event:
        """An event as it may be written down."""
        facts = {
            name: value if name in _OURS else self._fact(name, value)
            for name, value in event.facts.items()
        }
        return replace(event, facts=facts)

    def _attempt(self, attempt: Attempt) -> Attempt:
        if attempt.error is None:
            return attempt
        return replace(attempt, error=self.error(attempt.error))

    def _fact(self, name: str, value: Any) -> Any:
        if name == "record":
            return self.record(StepRecord.from_record(value)).to_record()
        return self.data(value)


@dataclass(frozen=True, slots=True)
class MaskedJournal:
    """Writes into a journal what may be told; implements ``ports.Journal``."""

    journal: Journal
    masks: Masks

    def append(self, event: Event) -> None:
        """Keep one event."""
        self.journal.append(self.masks.event(event))
