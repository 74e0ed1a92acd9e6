"""A player that is a real CrewAI crew with a real ``Agent``; only its language model is made up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from crewai import Agent, Crew, Task
from crewai.llms.base_llm import BaseLLM

from conductor_core.ports import Grant, PlayRequest
from workflow_ir.outcome import StandardError, Success


class Flaky(BaseLLM):
    """A model whose provider cannot be reached at first, and then answers."""

    failures: int
    calls: int = 0

    def call(self, *args: Any, **options: Any) -> str:
        """One completion; CrewAI calls it from a thread of its own."""
        self.calls += 1
        if self.calls <= self.failures:
            raise ConnectionRefusedError("the provider refuses connections")
        return "Thought: I know it.\nFinal Answer: 42"


@dataclass(slots=True)
class AgentPlayer:
    """Each attempt is one kickoff of a crew of its own, in which the agent asks the model."""

    failures: int
    llm: Flaky = field(init=False)

    def __post_init__(self) -> None:
        self.llm = Flaky(model="made-up", failures=self.failures)

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """The agent's answer; what the model raises comes out of the crew as it is."""
        agent = Agent(
            role="thinker", goal="answer", backstory="none", llm=self.llm, max_retry_limit=0
        )
        task = Task(description="What is it?", expected_output="a number", agent=agent)
        said = await Crew(agents=[agent], tasks=[task], tracing=False).akickoff()
        return Success({"text": str(said)})


@dataclass(slots=True)
class AgentBand:
    """One agent for each step; implements ``ports.Players``."""

    failures: dict[str, int]
    """By step: how often its provider cannot be reached."""
    players: dict[str, AgentPlayer] = field(default_factory=dict)

    def find(self, name: str, path: str, address: str, module: str = "") -> AgentPlayer:
        """The agent of the step."""
        return self.players.setdefault(address, AgentPlayer(self.failures.get(address, 0)))
