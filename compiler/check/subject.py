"""What a rule looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from compiler.analysis.dependencies import Dependencies
from compiler.analysis.symbols import Symbols
from compiler.analysis.typing import Typing
from compiler.analysis.uses import Use
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Subject:
    """A Melody that was read without errors, with everything known of it."""

    symbols: Symbols
    uses: tuple[Use, ...]
    typing: Typing
    dependencies: Dependencies
    allow: Allow
    """Allowed for this look: the project's and ``--allow``."""
    must_be_allowed: bool
    """A player that is not allowed is an error, not a warning (spec 8, Diagnostics)."""


Rule = Callable[[Subject], Iterator[Diagnostic]]
"""A rule yields the problems it knows of; it never stops another rule."""
