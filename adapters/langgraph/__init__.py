"""The LangGraph backend. Importing this does not import LangGraph."""

from __future__ import annotations

from adapters.langgraph.adapter import LangGraphAdapter

ADAPTER = LangGraphAdapter()

__all__ = ["ADAPTER", "LangGraphAdapter"]
