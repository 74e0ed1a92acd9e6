"""What checking and lowering both need to know: who is meant, what waits for what, which types."""

from __future__ import annotations

from compiler.analysis.symbols import ScopeSymbol, StepSymbol, Symbols
from compiler.analysis.typing import Typing
from compiler.analysis.uses import Use, uses_of

__all__ = ["ScopeSymbol", "StepSymbol", "Symbols", "Typing", "Use", "uses_of"]
