"""What a callable's type hints make of it as a tool, read where it performs: in another process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from conductor_core.agents.tools import called_tool
from conductor_core.players.called import load
from workflow_ir.outcome import StandardError


def described(target: str, folder: str) -> dict[str, Any] | StandardError:
    """``{description, parameters}`` of ``module:name``; or why it cannot be imported."""
    called = load(target, Path(folder))
    if isinstance(called, StandardError):
        return called
    spec = called_tool("", None, called.function, called.signature).spec
    return {"description": spec.description, "parameters": spec.parameters}
