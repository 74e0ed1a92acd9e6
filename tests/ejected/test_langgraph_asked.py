"""A generated graph by itself asks again for an answer that does not fit, and says why."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from tests.ejected.ejected import imported, in_time, part
from tests.ejected.own_melodies import project

APPROVAL = """
steps:
  ok: {approval: "Go on?", form: {n: integer}, on_reject: continue}
outputs: {ok: "${{ steps.ok.output }}"}
"""
ESCALATION = """
players: {hand: {python: "band:hand"}}
steps:
  it: {play: hand, output: {n: integer}, on_failure: escalate}
outputs: {it: "${{ steps.it.output }}"}
"""
_BAND = "async def hand(**inputs: object) -> object:\n    return 'no object'\n"


def asked(name: str, melody: str, *answers: dict[str, Any]) -> tuple[list[list[str]], Any]:
    """The problems that each question tells, and the outputs in the end."""
    made = project(name, melody, sources={"band.py": _BAND}, target="langgraph")
    graph = part(imported(made, f"ejected_asked_{name}"), "graph").builder
    thread: Any = {"configurable": {"thread_id": "1"}}

    async def main() -> tuple[list[list[str]], Any]:
        compiled = graph.compile(checkpointer=InMemorySaver())
        state = await compiled.ainvoke({"inputs": {}}, thread)
        problems = []
        for answer in answers:
            (question,) = state["__interrupt__"]
            problems.append(question.value["problems"])
            state = await compiled.ainvoke(Command(resume=answer), thread)
        return problems, state["outputs"]

    return in_time(main, virtual=True)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"choice": "approve"}, '$: the field "n" is missing'),
        ({"choice": "approve", "fields": {"n": "x"}}, '$.n: "x" is a string, not an integer'),
        ({"choice": "reject", "fields": {"n": "x"}}, '$.n: "x" is a string, not an integer'),
        ({"choice": "reject", "fields": {"m": 1}}, '$: "m" is no field here'),
    ],
)
def test_fields_that_are_not_of_the_form_are_asked_for_again(
    wrong: dict[str, Any], problem: str
) -> None:
    right = {"choice": "reject", "fields": {}}
    told, outputs = asked("approval", APPROVAL, wrong, right)
    assert told == [[], [problem]]
    assert outputs == {"ok": {"choice": "reject", "n": None}}


@pytest.mark.parametrize("fields", [{"m": 1}, {"output": {"n": 1}, "m": 1}, "text"])
def test_an_escalation_takes_an_output_and_nothing_else(fields: Any) -> None:
    wrong = {"choice": "answer", "fields": fields}
    right = {"choice": "answer", "fields": {"output": {"n": 2}}}
    told, outputs = asked("escalation", ESCALATION, wrong, right)
    assert told == [[], ["an answer has no other field than `output`"]]
    assert outputs == {"it": {"n": 2}}
