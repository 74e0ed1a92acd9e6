"""Why a model cannot be asked from here."""

from __future__ import annotations

from dataclasses import dataclass

from workflow_ir.outcome import StandardError

INSTEAD = "run with --offline, which answers without any model"


@dataclass(frozen=True, slots=True)
class Unready:
    """A fact, and what to do."""

    fact: str
    cure: str

    @property
    def help(self) -> str:
        """What to do, the way without any model included."""
        return f"{self.cure}, or {INSTEAD}"

    def as_error(self) -> StandardError:
        """``config.model``."""
        return StandardError.of("config.model", f"{self.fact}; {self.help}", origin="model")
