"""What lowering may look at."""

from __future__ import annotations

from dataclasses import dataclass

from compiler.analysis.dependencies import Dependencies
from compiler.analysis.symbols import Symbols
from compiler.analysis.typing import Typing


@dataclass(frozen=True, slots=True)
class Context:
    """A checked Melody with everything known of it."""

    symbols: Symbols
    typing: Typing
    dependencies: Dependencies
