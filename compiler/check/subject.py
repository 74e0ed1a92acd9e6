"""What a rule looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from compiler.analysis.dependencies import Dependencies
from compiler.analysis.doubt import CERTAIN, Doubt
from compiler.analysis.symbols import StepSymbol, Symbols
from compiler.analysis.typing import Typing
from compiler.analysis.uses import Use
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Subject:
    """A Melody as far as it could be read, with everything known of it."""

    symbols: Symbols
    uses: tuple[Use, ...]
    typing: Typing
    dependencies: Dependencies
    allow: Allow
    """Allowed for this look: the project's and ``--allow``."""
    must_be_allowed: bool
    """A player that is not allowed is an error, not a warning (spec 8, Diagnostics)."""
    doubt: Doubt = CERTAIN
    """What reading left open."""
    _by_step: dict[StepSymbol, list[Use]] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        for use in self.uses:
            if use.step is not None:
                self._by_step.setdefault(use.step, []).append(use)

    def uses_of_step(self, step: StepSymbol) -> Sequence[Use]:
        """The expressions that belong to a step."""
        return self._by_step.get(step, ())


Rule = Callable[[Subject], Iterator[Diagnostic]]
"""A rule yields the problems it knows of; it never stops another rule."""
