"""What lowering may look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from compiler.analysis.dependencies import Dependencies
from compiler.analysis.symbols import Symbols
from compiler.analysis.typing import Typing
from compiler.lower.inherited import NOTHING_INHERITED, Inherited


@dataclass(frozen=True, slots=True)
class Context:
    """A checked Melody with everything known of it."""

    symbols: Symbols
    typing: Typing
    dependencies: Dependencies
    modules: Mapping[str, str] = field(default_factory=dict)
    """By the address of the step that calls, and by ``player:NAME``: the hash of the module."""
    inherited: Inherited = NOTHING_INHERITED
    """Bounds of the Melodies that call this one."""
