"""Graphs, tools and runnables that exist already, asked as players."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from conductor_core.attempt import attempt
from conductor_core.clock.real import RealClock
from conductor_core.failure.deadline import Limits
from conductor_core.ports import Grant
from tests.unit.conductor_core.players.asking import error_of, output_of, request
from tests.unit.conductor_core.players.framework.objects import Project
from workflow_ir.outcome import StandardError, Success
from workflow_ir.taxonomy import Retryable


def objects() -> Any:
    """The module as the performer has imported it."""
    return sys.modules["lg_objects"]


@pytest.mark.parametrize("name", ["graph", "builder"])
def test_a_graph_takes_the_with_map_as_its_state_compiled_or_not(
    project: Project, name: str
) -> None:
    answer = project.ask(f"lg_objects:{name}", {"topic": "rain"})
    assert output_of(answer) == {"topic": "rain", "text": "ABOUT RAIN"}


def test_of_a_state_the_fields_are_taken_that_the_step_wants(project: Project) -> None:
    wanted = {"type": "object", "properties": {"text": {"type": "string"}}}
    answer = project.ask("lg_objects:graph", {"topic": "rain"}, output=wanted)
    assert output_of(answer) == {"text": "ABOUT RAIN"}


def test_a_graph_that_does_not_compile_is_a_fault_of_configuration(project: Project) -> None:
    error = error_of(project.ask("lg_objects:broken", {}))
    assert error.code == "config.invalid"
    assert "lg_objects:broken does not compile: ValueError" in error.message


def test_a_prompt_becomes_a_message_and_messages_are_told_as_roles(project: Project) -> None:
    answer = project.ask("lg_objects:chat", None, prompt="Hi.")
    call = {"name": "look", "args": {"at": 1}, "id": "c1", "type": "tool_call"}
    assert output_of(answer) == {
        "messages": [
            {"role": "user", "content": "Hi."},
            {"role": "assistant", "content": "hello", "tool_calls": [call]},
        ]
    }


def test_what_was_said_can_be_said_again(project: Project) -> None:
    said = [{"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Yes?"}]
    answer = output_of(project.ask("lg_objects:chat", {"messages": said}, prompt="More."))
    assert [one["content"] for one in answer["messages"]] == ["Hi.", "Yes?", "More.", "hello"]


def test_a_prompt_that_a_graph_has_no_place_for_is_not_dropped(project: Project) -> None:
    error = error_of(project.ask("lg_objects:graph", None, prompt="Hi."))
    assert error.code == "config.invalid"
    assert "neither `messages` nor `prompt`" in error.message


def test_a_name_that_a_graph_does_not_take_is_not_dropped(project: Project) -> None:
    error = error_of(project.ask("lg_objects:graph", {"topic": "rain", "txet": "x"}))
    assert error.code == "input.invalid"
    assert error.message == "lg_objects:graph takes no 'txet'; did you mean 'text'?"


@pytest.mark.parametrize("name", ["own_type", "plain_state"])
def test_a_state_without_a_json_schema_performs_and_its_names_are_known(
    project: Project, name: str
) -> None:
    output = output_of(project.ask(f"lg_objects:{name}", {"topic": "rain"}))
    assert output == {"topic": "rain", "text": "ABOUT RAIN"}
    assert error_of(project.ask(f"lg_objects:{name}", {"txet": "x"})).code == "input.invalid"


def test_the_input_of_a_pydantic_state_is_checked_first(project: Project) -> None:
    assert output_of(project.ask("lg_objects:checked", {"count": 1})) == {"count": 1, "note": "2"}
    assert error_of(project.ask("lg_objects:checked", {"count": "many"})).code == "input.invalid"


def test_a_functional_graph_takes_text_or_a_map(project: Project) -> None:
    assert output_of(project.ask("lg_objects:double", None, prompt="ab")) == "abab"


@pytest.mark.parametrize("name", ["asking", "keeping", "halting", "pausing"])
def test_what_asks_a_person_cannot_complete_and_is_not_tried_again(
    project: Project, name: str
) -> None:
    error = error_of(project.ask(f"lg_objects:{name}", {"topic": "x"}))
    assert error.code == "unable_to_complete"
    assert error.retryable is Retryable.NO
    assert "nobody can answer inside a player" in error.message


def test_every_attempt_has_a_thread_of_its_own(project: Project) -> None:
    for count in (1, 2):
        answer = project.ask("lg_objects:remembering", {"topic": "x"}, attempt=count)
        assert output_of(answer) == {"topic": "x", "text": "about x"}
    saver = objects().remembering.checkpointer
    threads = {row.config["configurable"]["thread_id"] for row in saver.list(None)}
    assert threads == {"key:1", "key:2"}


def test_retries_of_the_framework_are_one_attempt(project: Project) -> None:
    assert output_of(project.ask("lg_objects:patient", {"topic": "x"}))["text"] == "there"
    assert len(objects().tries) == 3


def test_errors_are_classified_as_any_players(project: Project) -> None:
    error = error_of(project.ask("lg_objects:refusing", {"topic": "x"}))
    assert error.code == "transport.connect"
    assert error.cause_type == "builtins.ConnectionRefusedError"


def test_what_is_no_json_is_told_with_its_place(project: Project) -> None:
    error = error_of(project.ask("lg_objects:dated", {"topic": "x"}))
    assert error.code == "output.format"
    assert "at is of type builtins.object" in error.message


def test_a_tool_takes_the_with_map_as_its_arguments(project: Project) -> None:
    assert output_of(project.ask("lg_objects:add", {"a": 1, "b": 2})) == 3
    assert output_of(project.ask("lg_objects:lookup", None, prompt="sky")) == {"word": "sky"}


@pytest.mark.parametrize("given", [{"a": 1, "b": "x"}, {"a": 1}, {"a": 1, "b": 2, "c": 3}])
def test_wrong_arguments_of_a_tool_are_told_before_it_is_called(
    project: Project, given: dict[str, Any]
) -> None:
    assert error_of(project.ask("lg_objects:add", given)).code == "input.invalid"


def test_a_runnable_takes_text_or_a_map_and_a_message_is_its_text(project: Project) -> None:
    assert output_of(project.ask("lg_objects:greet", None, prompt="Hi.")) == "got Hi."
    assert output_of(project.ask("lg_objects:greet", {"a": 1})) == "got {'a': 1}"


@pytest.mark.parametrize(("name", "kind"), [("group", "builtins.dict"), ("chain", "function")])
def test_what_no_framework_knows_is_told_with_what_would_be(
    project: Project, name: str, kind: str
) -> None:
    error = error_of(project.ask(f"lg_objects:{name}", {}))
    assert error.code == "config.invalid"
    assert kind in error.message
    assert "CrewAI Flow" in error.message


def test_what_is_not_there_is_told_with_the_nearest_name(project: Project) -> None:
    error = error_of(project.ask("lg_objects:grapf", {}))
    assert error.code == "config.missing"
    assert "did you mean 'graph'?" in error.message


def test_nothing_of_a_graph_round_the_step_is_seen_inside(project: Project) -> None:
    from langgraph.checkpoint.memory import InMemorySaver
    from langgraph.graph import END, START, StateGraph

    async def perform(state: Any) -> dict[str, Any]:
        performer = project.performer("lg_objects:seeing")
        asked = request({"topic": "x"})
        return {"got": (await performer.play(asked, Grant(deadline=None)))}

    builder: Any = StateGraph(dict)
    builder.add_node("perform", perform)
    builder.add_edge(START, "perform")
    builder.add_edge("perform", END)
    outer = builder.compile(checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "outer"}}
    result = asyncio.run(outer.ainvoke({}, config))
    assert output_of(result["got"])["text"] == "None"


async def limited(
    project: Project, target: str, seconds: float, clock: Any = None
) -> Success | StandardError:
    limits = Limits(attempt_s=seconds, ends=None, wall_s=60.0)
    return await attempt(
        project.performer(target), request({"topic": "x"}), limits, clock or RealClock()
    )


def test_a_call_that_is_stopped_has_ended_when_that_is_told(project: Project) -> None:
    project.ask("lg_objects:graph", {"topic": "x"})
    objects().began.clear()
    objects().ended.clear()
    error = error_of(asyncio.run(limited(project, "lg_objects:slowly", 1)))
    assert error.code == "timeout.attempt"
    assert (objects().began, objects().ended) == (["slow"], ["slow"])


def test_a_thread_that_a_stopped_call_has_begun_is_awaited(project: Project) -> None:
    project.ask("lg_objects:graph", {"topic": "x"})
    objects().ended.clear()
    error = error_of(asyncio.run(limited(project, "lg_objects:working", 1)))
    assert error.code == "timeout.attempt"
    assert objects().ended == ["works"]
    assert not project.performer("lg_objects:working").left_behind


def test_a_thread_that_goes_on_makes_the_player_be_asked_no_more(project: Project) -> None:
    project.ask("lg_objects:graph", {"topic": "x"})
    error_of(asyncio.run(limited(project, "lg_objects:sticking", 0.1)))
    assert project.performer("lg_objects:sticking").left_behind
    try:
        error = error_of(project.ask("lg_objects:sticking", {"topic": "x"}))
        assert "goes on all the same" in error.message
    finally:
        objects().gate.set()


def test_a_task_that_a_failed_call_has_left_is_cancelled_and_awaited(project: Project) -> None:
    project.ask("lg_objects:graph", {"topic": "x"})
    objects().ended.clear()
    error = error_of(project.ask("lg_objects:leaving", {"topic": "x"}))
    assert error.code == "player.bug"
    assert objects().ended == ["slow"]


def test_all_calls_of_a_module_share_a_loop_that_is_not_the_conductors(project: Project) -> None:
    async def seen(isolation: Any) -> list[str]:
        performer = project.performer("lg_objects:looping", isolation)
        asked = request({"topic": "x"})
        answers = [await performer.play(asked, Grant(deadline=None)) for _ in range(2)]
        here = str(id(asyncio.get_running_loop()))
        return ["here" if output_of(a)["text"] == here else output_of(a)["text"] for a in answers]

    first = asyncio.run(seen(None))
    assert len(set(first)) == 1
    assert "here" not in first
    assert asyncio.run(seen("thread")) == first
    assert asyncio.run(seen("inline")) == ["here", "here"]


@pytest.mark.parametrize("isolation", ["worker", "process"])
def test_a_process_of_its_own_is_refused_with_the_way_to_it(
    project: Project, isolation: Any
) -> None:
    performer = project.performer("lg_objects:graph", isolation)
    error = error_of(asyncio.run(performer.play(request({}), Grant(deadline=None))))
    assert error.code == "config.invalid"
    assert "call it in a `python` player" in error.message


@pytest.mark.parametrize("bound", [{"memory_bytes": 2**30}, {"cpu": 0.5}])
def test_bounds_that_only_a_process_can_keep_are_refused(
    project: Project, bound: dict[str, Any]
) -> None:
    performer = project.performer("lg_objects:graph")
    error = error_of(asyncio.run(performer.play(request({}), Grant(deadline=None, **bound))))
    assert error.code == "config.invalid"


def test_a_loaded_module_is_recognised_without_importing_a_framework(project: Project) -> None:
    import subprocess
    from pathlib import Path

    (project.folder / "plain.py").write_text("thing = 3\n")
    root = Path(__file__).resolve().parents[5]
    program = (
        "import sys, asyncio; from pathlib import Path;"
        "from conductor_core.players.framework.performer import FrameworkPerformer;"
        "from tests.unit.conductor_core.players.asking import ask;"
        f"print(ask(FrameworkPerformer('plain:thing', Path({str(project.folder)!r})), {{}}).code);"
        "print([m for m in sys.modules if m.split('.')[0] in ('langgraph', 'langchain_core',"
        " 'crewai')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root
    )
    assert done.stdout.split() == ["config.invalid", "[]"]
