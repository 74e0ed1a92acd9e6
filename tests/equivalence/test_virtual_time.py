"""Real parts of the frameworks under virtual time: an agent at work, checkpoints in SQLite.

Both wait in threads that the run knows nothing of. Time must stand still meanwhile, and backoffs
of minutes must cost none: what is asserted are virtual seconds, never real ones.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from adapters.base import Compiled
from conductor_core.run import Start
from conductor_core.stage import RunContext
from tests.equivalence.agent_band import AgentBand
from tests.equivalence.scenes import all_scenes, broken
from tests.equivalence.stage import (
    BACKENDS,
    STARTS,
    Scene,
    adapter_of,
    compiled_on,
    play,
    played,
    unlike,
)
from workflow_ir.result import RunResult

SCENES = all_scenes()

AGENTS = Scene(
    "agents",
    """
melody: v1
name: agents
players:
  thinker: {python: "band:thinker"}
steps:
  early:
    play: thinker
    output: {text: string}
    policy: {retry: {backoff: [5m], max_delay: 2h, jitter: none}}
  beside: {wait: 7m}
  late:
    play: thinker
    needs: [early]
    output: {text: string}
    policy: {retry: {backoff: [20m, 1h], max_delay: 2h, jitter: none}}
outputs: {said: "${{ steps.late.output.text }}"}
""",
    None,
)


@pytest.mark.filterwarnings("ignore:function_calling_llm is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")  # CrewAI's, of itself
@pytest.mark.parametrize("backend", BACKENDS)
def test_backoffs_of_an_hour_round_a_real_agent_cost_no_time_and_its_work_moves_none(
    backend: str,
) -> None:
    band = AgentBand({"early": 1, "late": 2})
    here = play(
        AGENTS.ir, None, adapter_of(backend), compiled_on(backend, AGENTS), "eager",
        players=lambda: band,
    )  # fmt: skip
    connect = "transient_network transport.connect"
    assert [tuple(line)[1:] for line in here.lines] == [
        (1, "thinker", connect, "retry", 300),
        (2, "thinker", None, None, 0),
        (1, "thinker", connect, "retry", 1200),
        (2, "thinker", connect, "retry", 3600),
        (3, "thinker", None, None, 0),
    ]
    assert {name: player.llm.calls for name, player in band.players.items()} == {
        "early": 2,
        "late": 3,
    }
    assert here.result.outputs == {"said": "42"}
    # The wait beside them ends after 420 s: an agent that lost its hold on time would jump there.
    assert [(at, path) for at, path, *_ in here.in_order] == [
        (0, "early"),
        (300, "late"),
        (1500, "late"),
    ]
    assert here.result.usage.wall_s == 300 + 1200 + 3600


class Checkpointing:
    """The LangGraph backend with its graph compiled with a checkpointer in SQLite."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checkpoints = 0
        """What the database holds when a run has ended."""
        self._below = adapter_of("langgraph")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._below, name)

    async def execute(
        self, compiled: Compiled, inputs: Any, context: RunContext, *, start: Start = "eager"
    ) -> RunResult:
        """Run it; every superstep is written."""
        async with AsyncSqliteSaver.from_conn_string(str(self.path)) as saver:
            native = compiled.native.copy({"checkpointer": saver}).with_config(
                configurable={"thread_id": "one"}
            )
            kept = replace(compiled, native=native)
            result = await self._below.execute(kept, inputs, context, start=start)
            self.checkpoints = len([row async for row in saver.alist(None)])
            return result


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("name", ["03_three_clocks", "10_throttle", "12_hedging"])
def test_checkpoints_in_sqlite_move_no_virtual_time(
    name: str, start: Start, tmp_path: Path
) -> None:
    promised = SCENES[name]
    scene, adapter = promised.scene, Checkpointing(tmp_path / "checkpoints.db")
    compiled = compiled_on("langgraph", scene)
    here = play(scene.ir, scene.script, adapter, compiled, start)
    assert list(broken(promised, here, start)) == []
    assert unlike(played(scene, "native", start), here, start) == []
    assert adapter.checkpoints > 0
