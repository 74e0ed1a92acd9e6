"""A dialogue that is told what the model says, and notes all that an agent does."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from conductor_core.agents.port import Agents, Brief, DialogueOver
from conductor_core.models.port import Message, Reply, ToolCall, ToolSpec

Call = tuple[str, str, str]
"""Id, name and arguments of a tool call."""


def says(text: str, *calls: Call) -> Reply:
    return Reply(text, "fake/model", 5, 2, tool_calls=tuple(ToolCall(*call) for call in calls))


TEXT = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
NUMBER = {"type": "object", "properties": {"n": {"type": "integer"}}, "additionalProperties": False}
SEARCH = ToolSpec("search", "Finds things.", TEXT)
EMAIL = ToolSpec("email-ai", "", NUMBER)


def brief(
    *tools: ToolSpec, system: str = "Be brief.", task: str = "Say it.", turns: int = 9
) -> Brief:
    return Brief("reader", "Reader", "find {goal}", "old {tools}", system, task, tools, turns)


@dataclass
class Fake:
    """Says what it is told; ends the agent where there is nothing left to say."""

    replies: list[Reply]
    fails: dict[str, str] = field(default_factory=dict)
    """Tools whose answer is another text."""
    ends: str = ""
    """A tool that may not be used."""
    slow: str = ""
    """A tool that takes a while, so that the others could overtake it."""
    happened: list[list[Message] | ToolCall] = field(default_factory=list)
    after: int = 0
    """Requests after the end; there must be none."""
    over: bool = False

    async def ask(self, messages: Sequence[Message]) -> Reply:
        self._living()
        self.happened.append(list(messages))
        await asyncio.sleep(0)
        if not self.replies:
            self._end()
        return self.replies.pop(0)

    async def use(self, call: ToolCall) -> str:
        self._living()
        self.happened.append(call)
        await asyncio.sleep(0.02 if call.name == self.slow else 0)
        if call.name == self.ends:
            self._end()
        return self.fails.get(call.name, f"{call.name} gave {call.arguments}")

    def _end(self) -> None:
        self.over = True
        raise DialogueOver("429 Too Many Requests: rate limit, context length exceeded")

    def _living(self) -> None:
        if self.over:
            self.after += 1
            raise DialogueOver


async def transcript(agents: Agents, of: Brief, fake: Fake) -> tuple[object, str]:
    """All that happened, and the answer or how it ended."""
    try:
        answer = repr(await agents.converse(of, fake))
    except DialogueOver:
        answer = "over"
    assert fake.after == 0
    return fake.happened, answer
