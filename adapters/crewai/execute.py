"""Run a compiled Melody on CrewAI: the conductor and a fresh flow or crew side by side."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from adapters.base import Compiled
from conductor_core.host import host
from conductor_core.run import Run, Start
from conductor_core.stage import RunContext
from workflow_ir.result import RunResult


async def execute(
    compiled: Compiled, inputs: Mapping[str, Any], context: RunContext, *, start: Start
) -> RunResult:
    """One run on a flow or crew of its own; see ``OrchestrationAdapter.execute``."""
    run = Run(
        compiled.ir,
        compiled.graph,
        dict(inputs),
        context,
        start=start,
        evaluator=compiled.evaluator,
    )
    native = compiled.native.score().fresh()
    return await host(run, partial(native.walk, run), backend="crewai")
