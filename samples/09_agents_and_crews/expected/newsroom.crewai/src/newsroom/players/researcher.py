"""Player researcher: yours. It was written once, and is never written again."""

from __future__ import annotations

from typing import Any

from ..agents import Tool, work
from ..policy import Call


async def researcher(call: Call) -> Any:
    """Let the agent work on it, with other players as its tools."""
    from ..cast import CAST  # which imports this file

    return await work(
        "offline/basic",
        call,
        role="Researcher",
        goal="Find out what the paper knows of a topic",
        backstory="You have kept its archive for twenty years.",
        parameters={},
        max_turns=6,
        tools=[
            Tool(
                "archive",
                (
                    "Search the archive of the paper; gives the notes that share a word "
                    "with the topic."
                ),
                {
                    "type": "object",
                    "properties": {"topic": {"type": "string"}},
                    "required": ["topic"],
                    "additionalProperties": False,
                },
                CAST["archive"].perform,
            ),
            Tool(
                "photo_desk",
                "Order a photo from the agency. Every order costs money.",
                {
                    "type": "object",
                    "properties": {"motif": {"type": "string"}},
                    "required": ["motif"],
                    "additionalProperties": False,
                },
                CAST["photo_desk"].perform,
            ),
        ],
    )
