"""The agent machinery of our own: ask the model, use the tools it asks for, and again."""

from __future__ import annotations

from conductor_core.agents.port import Brief, Dialogue
from conductor_core.models.port import Message


class ToolLoop:
    """A small tool loop; implements ``Agents``. The dialogue ends it."""

    async def converse(self, brief: Brief, dialogue: Dialogue) -> str:
        """Tools of one turn are used one after the other, in the order of the model."""
        messages = [Message("system", brief.system), Message("user", brief.task)]
        while True:
            reply = await dialogue.ask(messages)
            if not reply.tool_calls:
                return reply.text
            messages.append(Message("assistant", reply.text, tool_calls=reply.tool_calls))
            for call in reply.tool_calls:
                answer = await dialogue.use(call)
                messages.append(Message("tool", answer, tool_call_id=call.id))
