# ruff: noqa: T201 - it is run to be read
"""A Melody in the hands of LangGraph: drawn, streamed, paused by `interrupt` and resumed."""

from __future__ import annotations

import asyncio
from typing import Any

from graph import graph
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

ANGRY = "My kettle is broken! When do I get my money back?"


async def main() -> None:
    """Draw, stream, pause, resume."""
    drawn = graph.get_graph().draw_mermaid()
    print("drawn:", *(line.strip() for line in drawn.splitlines() if "-." in line), sep="\n  ")

    modes = ["updates", "custom"]
    async for mode, part in graph.astream({"inputs": {}}, stream_mode=modes):
        if mode == "updates":
            print("node", *part)
        elif part["event"] == "attempt_started":
            print("  ", part["player"], "performs", part["path"])

    saved = graph.builder.compile(checkpointer=InMemorySaver())
    thread: Any = {"configurable": {"thread_id": "letter-1"}}
    paused = await saved.ainvoke({"inputs": {"letter": ANGRY}}, thread)
    print("asked:", paused["__interrupt__"][0].value["text"])
    answer = {"choice": "approve", "apology": "We are sorry."}
    state = await saved.ainvoke(Command(resume=answer), thread)
    print("sent:", state["outputs"]["answer"])


if __name__ == "__main__":
    asyncio.run(main())
