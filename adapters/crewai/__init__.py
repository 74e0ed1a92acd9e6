"""The CrewAI backend: a declarative ``Flow``. Importing this imports no framework."""

from __future__ import annotations

from adapters.crewai.adapter import CrewAIAdapter

ADAPTER = CrewAIAdapter()

__all__ = ["ADAPTER", "CrewAIAdapter"]
