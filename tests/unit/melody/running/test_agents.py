"""Whose machinery turns the agents of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from conductor_core.agents.tool_loop import ToolLoop
from tests.unit.melody.stage import melody, written

MELODY = """\
melody: v1
name: agent
models: {m: openai/big}
players: {cook: {agent: {role: a cook, goal: cook}, model: m}}
steps: {dish: {play: cook}}
outputs: {dish: "${{ steps.dish.output }}"}
"""


@pytest.mark.parametrize(("backend", "ours"), [("native", 1), ("langgraph", 0), ("crewai", 0)])
def test_agents_are_turned_by_the_backend_of_the_run(
    backend: str, ours: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turned: list[str] = []
    loop = ToolLoop.converse

    async def watched(self: ToolLoop, brief: object, dialogue: object) -> str:
        turned.append("ours")
        return await loop(self, brief, dialogue)  # type: ignore[arg-type]

    monkeypatch.setattr(ToolLoop, "converse", watched)
    path = written(tmp_path, MELODY)
    script = written(tmp_path, "models: {m: {return: soup}}\n", "some.script.yaml")
    ended = melody("run", path, "--script", script, "--on", backend, "--json", "--no-journal")
    assert ended.json["outputs"] == {"dish": "soup"}
    assert len(turned) == ours
