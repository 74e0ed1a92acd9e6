"""Generated graphs by themselves, without `run`: nodes share the state, questions are interrupts.

Each subject goes through LangGraph's own saver; where it comes to something else than `melody run`
is said here, and in the page of a project that may meet it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from types import ModuleType
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from conductor_core.readings.scripted import ScriptedReadings
from tests.ejected.ejected import (
    environment,
    in_time,
    known_as,
    machine,
    package_of,
    part,
    played_by,
    project_of,
    refused_features,
    wall_clock,
)
from tests.ejected.scripted_cast import ScriptedCast
from tests.ejected.subjects import SUBJECTS, Subject
from tests.ejected.test_conformance import wrong

OTHERWISE = {
    "51_written_jitter": "what is drawn at random follows no seed",
    "76_approval_expires": "an interrupt does not expire",
    "83_balance": "who has how much to do is counted for each node",
    "89_secrets": "no secret stands in the state",
    "91_escalation": "an answer that does not fit is asked for again",
    "92_escalation_fails": "an answer that does not fit is asked for again",
    "93_compensation": "steps inside of others are undone by `run` only",
    "94_undone_at_the_end": "steps inside of others are undone by `run` only",
    "sample_03_quality_route-nobody": "an interrupt does not expire",
    "sample_03_quality_route-unanswered": "an interrupt does not expire",
    "sample_04_batch_review-nobody_there": "an interrupt does not expire",
    "sample_06_hybrid_failure-everything_at_once": "what is reconstructed from a step beside it",
    "sample_06_hybrid_failure-nobody_answers": "an interrupt does not expire",
    "sample_06_hybrid_failure-person_retries": "what is reconstructed from a step beside it",
}
"""Subjects of which something else becomes, and why."""


def asked_only(subject: Subject) -> bool:
    """Somebody plays the script, and nobody is missing who would have to answer."""
    return subject.script is not None and subject.as_run().status != "paused"


NAMES = sorted(
    name
    for name, one in SUBJECTS.items()
    if not refused_features(one.ir, "langgraph") and asked_only(one)
)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OTHERWISE])
def test_the_graph_by_itself_comes_to_what_melody_run_comes_to(name: str) -> None:
    assert list(differences(SUBJECTS[name])) == []


@pytest.mark.parametrize("name", OTHERWISE)
def test_what_is_said_to_differ_does(name: str) -> None:
    assert list(differences(SUBJECTS[name])) != []


def differences(subject: Subject) -> Iterator[str]:
    report = report_of_graph(subject)
    if report is None:
        yield "nobody answers"
    else:
        yield from wrong(subject, report, "langgraph")


def report_of_graph(subject: Subject) -> dict[str, Any] | None:
    """Invoke the graph until nobody is asked any more; None: somebody has no answer."""
    package = package_of(subject, "langgraph")
    script = subject.script
    assert script is not None
    with ExitStack() as stack:
        stack.enter_context(known_as(package, project_of(subject.melody, "langgraph").name))
        policy, place = part(package, "policy"), part(package, "running.place")
        scripted = ScriptedCast(policy, subject.troupe(), subject.ir)
        stack.enter_context(machine(package, ScriptedReadings(script)))
        stack.enter_context(without_jitter(place))
        if subject.ir.players or subject.ir.modules:
            stack.enter_context(played_by(package, subject.ir, scripted))
        stack.enter_context(environment(subject.secrets))
        stack.enter_context(wall_clock(package))
        return in_time(
            lambda: invoked(package, dict(subject.inputs), scripted), virtual=subject.virtual
        )


async def invoked(
    package: ModuleType, inputs: dict[str, Any], scripted: ScriptedCast
) -> dict[str, Any] | None:
    nodes, policy = part(package, "nodes"), scripted.policy
    graph = part(package, "graph").builder.compile(checkpointer=InMemorySaver())
    people, given = scripted.people(), {"inputs": inputs}
    thread = {"configurable": {"thread_id": "1"}}
    while True:
        try:
            state: dict[str, Any] = await graph.ainvoke(given, thread)
        except nodes.RunFailed as failed:
            return dict(failed.report)
        if not state.get("__interrupt__"):
            return state
        answers = {}
        for one in state["__interrupt__"]:
            shown = {name: said for name, said in one.value.items() if name != "problems"}
            reply = await people(policy.Question(**shown))
            if reply is None or one.value["problems"]:
                return None
            answers[one.id] = {"choice": reply.choice, "fields": reply.fields}
        given = Command(resume=answers)  # type: ignore[assignment]


def without_jitter(place: ModuleType) -> ExitStack:
    """Delays are as written, as in scripted runs."""
    stack = ExitStack()
    patch = pytest.MonkeyPatch()
    stack.callback(patch.undo)
    if hasattr(place.Place, "jitter"):
        patch.setattr(place.Place, "jitter", False)
    return stack
