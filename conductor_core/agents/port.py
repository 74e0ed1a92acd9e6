"""The agent port: what a backend's own agent machinery is given, and what it must give (spec 6).

Whoever turns the crank, CrewAI's ``Agent``, LangChain's graph or the loop of our own, asks the
model and uses the tools by one ``Dialogue``. So requests are counted, paid, told and ended in one
place, and an agent behaves alike on every backend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from conductor_core.models.port import Message, Reply, ToolCall, ToolSpec


@dataclass(frozen=True, slots=True)
class Brief:
    """An agent and what it is to do."""

    name: str
    """Of the player."""
    role: str
    goal: str
    backstory: str
    system: str
    """The whole system message: role, backstory, goal, and what the player's ``system`` adds."""
    task: str
    """The user's message."""
    tools: tuple[ToolSpec, ...]
    max_turns: int
    """Model calls it may make; the dialogue keeps it."""


class DialogueOver(Exception):
    """The agent must end: a model failed, its turns are used up, or a tool may not be used.

    The dialogue knows why; whatever the machinery makes of this exception is not heard.
    """


class Dialogue(Protocol):
    """The only way of an agent to its model and its tools. Call it on the run's event loop."""

    async def ask(self, messages: Sequence[Message]) -> Reply:
        """One model call, with the agent's tools and its output's schema.

        Raises:
            DialogueOver: There is no reply, and no more is to be asked for.
        """

    async def use(self, call: ToolCall) -> str:
        """Use a tool; what it gives as text. A failure of the tool is told as text, too.

        Raises:
            DialogueOver: The agent must end.
        """


class Agents(Protocol):
    """The agent machinery of a backend."""

    async def converse(self, brief: Brief, dialogue: Dialogue) -> str:
        """Let an agent work until its model answers without asking for a tool; that answer."""
