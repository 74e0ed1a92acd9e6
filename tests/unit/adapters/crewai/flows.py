"""CrewAI without crews: what a Melody becomes as a flow, even if a crew can express it."""

from __future__ import annotations

from unittest.mock import patch

from adapters.base import Compiled, ContextFactory
from adapters.crewai import CrewAIAdapter
from adapters.crewai.crew.shape import NoCrew
from adapters.crewai.silence import load
from workflow_ir.workflow import WorkflowIR


class FlowsOnly(CrewAIAdapter):
    """Every graph is a flow."""

    def compile(self, ir: WorkflowIR, *, context: ContextFactory | None = None) -> Compiled:
        choose = load("adapters.crewai.choose")
        with patch.object(choose, "shape", lambda region: NoCrew("it is told to be a flow")):
            return super().compile(ir, context=context)


FLOWS = FlowsOnly()
