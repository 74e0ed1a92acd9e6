"""Run a compiled Melody on CrewAI: the conductor and a fresh flow side by side."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from adapters.base import Compiled
from adapters.crewai.silence import load
from conductor_core.host import host
from conductor_core.run import Run, Start
from conductor_core.stage import RunContext
from workflow_ir.result import RunResult


async def execute(
    compiled: Compiled, inputs: Mapping[str, Any], context: RunContext, *, start: Start
) -> RunResult:
    """One run on a flow of its own; see ``OrchestrationAdapter.execute``."""
    run = Run(
        compiled.ir,
        compiled.graph,
        dict(inputs),
        context,
        start=start,
        evaluator=compiled.evaluator,
    )
    flow = load().MelodyFlow.of(compiled.native.score())
    return await host(run, partial(flow.walk, run), backend="crewai")
