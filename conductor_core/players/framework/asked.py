"""What a framework's object is given, and what every kind of them can do with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from workflow_ir.nearest import nearest
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import Schema
from workflow_ir.taxonomy import Retryable


@dataclass(frozen=True, slots=True)
class Asked:
    """One attempt's question."""

    with_: dict[str, Any] | None
    """The step's ``with`` map; None where none was written."""
    prompt: str | None
    output: Schema | None
    """Schema that the answer must meet."""
    name: str
    """Unlike for every attempt; for what keeps threads of its own."""

    def map(self) -> dict[str, Any]:
        """The ``with`` map; a prompt stands in it as ``prompt``."""
        given = dict(self.with_ or {})
        if self.prompt is not None:
            given.setdefault("prompt", self.prompt)
        return given

    def text_or_map(self) -> Any:
        """A prompt alone as text, else the map."""
        return self.prompt if self.with_ is None and self.prompt is not None else self.map()


class Brought(Protocol):
    """An object of a framework, ready to be asked."""

    async def ask(self, asked: Asked) -> Success | StandardError:
        """Its answer; ``Success.output`` may still hold types of the framework."""


def unknown(what: str, given: Iterable[str], taken: Iterable[str]) -> StandardError | None:
    """``input.invalid`` for the first name that is not taken: frameworks drop such in silence."""
    known = sorted(taken)
    for name in given:
        if name not in known:
            meant = nearest(name, known)
            hint = f"; did you mean {meant!r}?" if meant else f"; it takes {', '.join(known)}"
            return StandardError.of("input.invalid", f"{what} takes no {name!r}{hint}")
    return None


def nobody_answers(what: str) -> StandardError:
    """The error of an object that asks a person: inside a player nobody can be asked."""
    return StandardError.of(
        "unable_to_complete",
        f"{what} asks a person, and nobody can answer inside a player; ask in the Melody itself,"
        " by a step with `approval:`",
        retryable=Retryable.NO,
        detail={"unable_to_complete": True},
    )
