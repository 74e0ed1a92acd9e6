"""What exists in LangGraph and LangChain already, as players of a generated project."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ejected.players.stage import Stage
from tests.ejected.players.test_model import both

BAND = """
from typing import Annotated, Any, TypedDict

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.types import interrupt


class State(TypedDict, total=False):
    n: int
    twice: int
    other: str


def double(state):
    return {"twice": state["n"] * 2, "other": "x"}


def drawn():
    graph = StateGraph(State)
    graph.add_node("double", double)
    graph.add_edge(START, "double")
    graph.add_edge("double", END)
    return graph


def talking():
    graph = StateGraph(MessagesState)
    def talk(state):
        return {"messages": [AIMessage("Heard " + state["messages"][-1].content)]}

    graph.add_node("talk", talk)
    graph.add_edge(START, "talk")
    return graph.compile()


def asking():
    graph = StateGraph(State)
    graph.add_node("ask", lambda state: {"other": interrupt("well?")})
    graph.add_edge(START, "ask")
    return graph.compile(checkpointer=InMemorySaver())


graph = drawn().compile()
uncompiled = drawn()
kept = drawn().compile(checkpointer=InMemorySaver())
talk = talking()
ask = asking()
runnable = RunnableLambda(lambda given: {"got": given})
message = RunnableLambda(lambda given: AIMessage(f"Heard {given}"))
broken = RunnableLambda(lambda given: 1 // 0)
nothing = object()


@tool
def add(a: int, b: int) -> int:
    "Add."
    return a + b
"""


def stage(folder: Path, what: str, asked: str, target: str = "native", output: str = "") -> Stage:
    text = f"""
players: {{one: {{framework: "band:{what}"}}}}
steps:
  it: {{play: one, {asked}, ONCE{output}}}
outputs: {{}}
"""
    return Stage(folder, text, files={"band.py": BAND}, target=target)


@both
@pytest.mark.parametrize(
    ("what", "asked", "output"),
    [
        ("graph", "with: {n: 3}", {"n": 3, "twice": 6, "other": "x"}),
        ("uncompiled", "with: {n: 3}", {"n": 3, "twice": 6, "other": "x"}),
        ("kept", "with: {n: 3}", {"n": 3, "twice": 6, "other": "x"}),
        ("runnable", "with: {n: 3}", {"got": {"n": 3}}),
        ("runnable", "prompt: Go.", {"got": "Go."}),
        ("runnable", "prompt: Go., with: {n: 3}", {"got": {"n": 3, "prompt": "Go."}}),
        ("message", "prompt: Go.", "Heard Go."),
        ("add", "with: {a: 1, b: 2}", 3),
        (
            "talk",
            "prompt: Go.",
            {"messages": [
                {"role": "user", "content": "Go."},
                {"role": "assistant", "content": "Heard Go."},
            ]},
        ),
    ],
)  # fmt: skip
def test_it_is_asked_in_its_own_way(
    tmp_path: Path, target: str, what: str, asked: str, output: Any
) -> None:
    assert stage(tmp_path, what, asked, target).output() == output


def test_a_graph_gives_the_fields_that_the_step_wants(tmp_path: Path) -> None:
    made = stage(tmp_path, "graph", "with: {n: 3}", output=", output: {twice: integer}")
    assert made.output() == {"twice": 6}


@both
@pytest.mark.parametrize(
    ("what", "asked", "code"),
    [
        ("graph", "with: {m: 3}", "input.invalid"),
        ("ask", "with: {n: 3}", "unable_to_complete"),
        ("broken", "with: {n: 3}", "player.bug"),
        ("nothing", "with: {n: 3}", "config.invalid"),
    ],
)
def test_what_goes_wrong_has_the_code_of_melody_run(
    tmp_path: Path, target: str, what: str, asked: str, code: str
) -> None:
    assert stage(tmp_path, what, asked, target).code() == code
