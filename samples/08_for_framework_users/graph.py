"""The graph that `langgraph dev` serves: langgraph.json names it."""

from __future__ import annotations

from pathlib import Path

import melody

graph = melody.native(Path(__file__).parent / "answer_letter.melody.yaml", on="langgraph")
