"""The bounds that a sub-melody inherits from its callers (spec 1, The IR: tighten only)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

from compiler.parse import syntax
from workflow_ir.span import Span

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Inherited:
    """The least of what the Melodies above bound; None: nobody does.

    Only what bounds each player: the budget and the concurrency of a run are those of the Melody
    that is run, ``retry`` is a habit, and a step's own ``policy`` limits its call as a whole.
    """

    timeout: float | None = None
    """Seconds, like the next two."""
    total_timeout: float | None = None
    wall: float | None = None
    memory: int | None = None
    """Bytes."""
    cpu: float | None = None
    """Share of one processor."""
    may_degrade: bool | None = None
    """False: no player may lower its precision."""
    error_tolerance: syntax.ErrorTolerance | None = None
    """``minimal``, the lesser of the two words: no gap that is not written."""

    def within(self, policy: syntax.Policy | None) -> Inherited:
        """These, tightened by the ``policy`` of a Melody that calls."""
        if policy is None:
            return self
        least = {}
        for name in (field.name for field in fields(self)):
            written = getattr(policy, name)
            values = [getattr(self, name), None if written is None else written.value]
            least[name] = min((value for value in values if value is not None), default=None)
        return Inherited(**least)

    def layer(self, span: Span) -> syntax.Policy:
        """The same as a layer of policy, as if it were written at ``span``."""

        def at(value: T | None) -> syntax.Spanned[T] | None:
            return None if value is None else syntax.Spanned(value, span)

        return syntax.Policy(
            span,
            timeout=at(self.timeout),
            total_timeout=at(self.total_timeout),
            wall=at(self.wall),
            memory=at(self.memory),
            cpu=at(self.cpu),
            may_degrade=at(self.may_degrade),
            error_tolerance=at(self.error_tolerance),
        )


NOTHING_INHERITED = Inherited()
"""Of the Melody that is run."""
