"""A LangGraph graph as one finds it in any project: two nodes, a reducer, compiled at the end."""

from __future__ import annotations

import operator
import re
from typing import Annotated

from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict


class State(TypedDict, total=False):
    """What the nodes share."""

    text: str
    sentences: Annotated[list[str], operator.add]
    summary: str


async def split(state: State) -> State:
    """Into sentences."""
    parts = re.split(r"(?<=[.!?])\s+", state["text"].strip())
    return {"sentences": [part for part in parts if part]}


async def summarise(state: State) -> State:
    """The longest sentence says the most."""
    longest = max(state["sentences"], key=len)
    return {"summary": longest}


builder = StateGraph(State)
builder.add_node("split", split)
builder.add_node("summarise", summarise)
builder.add_edge(START, "split")
builder.add_edge("split", "summarise")
builder.add_edge("summarise", END)

graph = builder.compile()
