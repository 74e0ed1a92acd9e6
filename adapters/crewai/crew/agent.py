"""Who executes the tasks of a Melody's crew: the conductor, in the role of a player.

CrewAI asks an agent for nothing but ``execute_task`` and ``aexecute_task``. So this agent has no
model and no executor: it enters the node that the task stands for, and the step is performed
under the Melody's policy like on every backend.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from crewai.agents.agent_builder.base_agent import BaseAgent
from crewai.task import Task
from crewai.tools.base_tool import BaseTool


@runtime_checkable
class Performs(Protocol):
    """A crew that knows what its tasks stand for."""

    async def perform(self, task: Task) -> str:
        """Enter the node of a task; the step's output as JSON."""


class StepAgent(BaseAgent):
    """One player, or the manager, or who does what no player is asked for."""

    # CrewAI reads and sets both on every agent of a crew, though its base class has neither.
    function_calling_llm: Any = None
    step_callback: Any = None

    async def aexecute_task(
        self,
        task: Task,
        context: str | None = None,  # noqa: ARG002 - steps are handed data, not text
        tools: list[BaseTool] | None = None,  # noqa: ARG002 - players have their own
    ) -> str:
        """Enter the node that the task stands for.

        ``context`` is not read: what a step reads is handed to it by the conductor, as data.

        Raises:
            RegionEnded: The run failed; this ends the crew.
            HostFault: MEL951 to MEL953: the crew is not the plan.
        """
        crew: object = self.crew
        if isinstance(crew, Performs):
            return await crew.perform(task)
        raise RuntimeError(_OUTSIDE)

    def execute_task(
        self,
        task: Task,  # noqa: ARG002 - CrewAI gives it
        context: str | None = None,  # noqa: ARG002 - the same
        tools: list[BaseTool] | None = None,  # noqa: ARG002 - the same
    ) -> str:
        """Refused: a Melody's crew is walked on an event loop, by every kind of kickoff."""
        raise RuntimeError(_OUTSIDE)

    def create_agent_executor(self, tools: list[BaseTool] | None = None) -> None:
        """It needs none."""

    def get_delegation_tools(self, agents: Sequence[BaseAgent]) -> list[BaseTool]:  # noqa: ARG002
        """None: who performs a step is the Melody's to say, and its manager's."""
        return []

    def get_platform_tools(self, apps: Any) -> list[BaseTool]:  # noqa: ARG002
        """None."""
        return []

    def get_mcp_tools(self, mcps: Any) -> list[BaseTool]:  # noqa: ARG002
        """None."""
        return []

    @property
    def last_messages(self) -> list[Any]:
        """None: whatever a player says to a model is its own."""
        return []


_OUTSIDE = "a task of a Melody's crew was executed outside of a run: kick off the crew"
