"""What the crews of this adapter rely on in CrewAI: one test for each private name and trap.

When one of these fails after an upgrade, the crew is built on something that has changed.
"""

from __future__ import annotations

import asyncio
import inspect
import sqlite3
import threading
import warnings
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.crewai import ADAPTER
from adapters.crewai.silence import built, load, quiet
from tests.unit.adapters.crewai import melodies
from tests.unit.adapters.crewai.stage import stage

load()

import crewai  # noqa: E402 - imported in silence first
from crewai import Crew, Task  # noqa: E402
from crewai.agents.agent_builder.base_agent import BaseAgent  # noqa: E402
from crewai.crews import utils as crew_utils  # noqa: E402
from crewai.utilities.task_output_storage_handler import (  # noqa: E402
    TaskOutputStorageHandler,
)

from adapters.crewai.crew.agent import StepAgent  # noqa: E402
from adapters.crewai.crew.crew import MelodyCrew  # noqa: E402
from adapters.crewai.crew.keeps_nothing import KeepsNothing  # noqa: E402


class Hand(StepAgent):
    """An agent that does what it is told."""

    does: Any = None

    async def aexecute_task(self, task: Task, context: Any = None, tools: Any = None) -> str:
        text: str = await self.does(task, context)
        return text


def _crew(does: Any, *tasks: tuple[str, tuple[int, ...], bool]) -> Crew:
    hand = Hand(role="r", goal="g", backstory="b", does=does)
    made: list[Task] = []
    for name, context, together in tasks:
        made.append(
            Task(
                name=name, description=name, expected_output="x", agent=hand,
                context=[made[i] for i in context], async_execution=together,
            )
        )  # fmt: skip
    crew: Crew = built(lambda: MelodyCrew(agents=[hand], tasks=made, tracing=False))
    return crew


async def _bare(crew: Crew) -> Any:
    quiet()
    return await Crew.akickoff(crew)


async def _says(task: Task, _: Any) -> str:
    return str(task.name)


def test_the_store_of_task_outputs_is_a_private_attribute_made_for_each_crew() -> None:
    own = Crew.__private_attributes__["_task_output_handler"]
    assert own.default_factory is TaskOutputStorageHandler
    crew = ADAPTER.compile(melodies.CHAIN).native
    assert isinstance(crew._task_output_handler, KeepsNothing)


def test_what_crewai_asks_of_the_store_is_what_ours_answers() -> None:
    for name in ("reset", "update", "load"):
        theirs = inspect.signature(getattr(TaskOutputStorageHandler, name))
        ours = inspect.signature(getattr(KeepsNothing, name))
        assert list(ours.parameters) == list(theirs.parameters)
    # Not `inspect`: CrewAI writes another file's name into some of its modules.
    folder = Path(crewai.__path__[0])
    asked = "".join(
        (folder / name).read_text(encoding="utf-8") for name in ("crew.py", "crews/utils.py")
    )
    named = {part.split("(")[0] for part in asked.split("_task_output_handler.")[1:]}
    assert named == {"reset", "update", "load"}


def test_no_database_is_opened_for_a_crew(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **options: Any) -> None:
        raise AssertionError("a database was opened")

    monkeypatch.setattr(sqlite3, "connect", refuse)
    crew = ADAPTER.compile(melodies.DIAMOND, context=lambda: stage().context).native
    assert crew.kickoff().json_dict == {"last": "d"}


def test_crewais_own_crew_warns_of_a_field_that_it_reads_itself_and_ours_does_not() -> None:
    assert Crew.model_fields["function_calling_llm"].deprecated
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        crew = ADAPTER.compile(melodies.CHAIN, context=lambda: stage().context).native
        crew.kickoff()
        assert crew.function_calling_llm is None


def test_tools_are_prepared_by_a_private_method_that_looks_for_files_in_a_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert list(inspect.signature(Crew._prepare_tools).parameters) == [
        "self", "agent", "task", "tools",
    ]  # fmt: skip
    asked: list[Any] = []
    monkeypatch.setattr("crewai.crew.get_all_files", lambda *ids: asked.append(ids))
    crew = ADAPTER.compile(melodies.CHAIN, context=lambda: stage().context).native
    crew.kickoff()
    assert asked == []


def test_base_agents_have_neither_of_the_fields_that_a_crew_reads_of_every_agent() -> None:
    assert not {"function_calling_llm", "step_callback"} & set(BaseAgent.model_fields)
    source = inspect.getsource(crew_utils.setup_agents)
    assert "agent.function_calling_llm" in source
    assert "agent.step_callback" in source


def test_an_agent_is_asked_by_nothing_but_its_two_ways_to_execute_a_task() -> None:
    abstract: frozenset[str] = BaseAgent.__abstractmethods__
    assert abstract == {
        "execute_task", "aexecute_task", "create_agent_executor", "get_delegation_tools",
        "get_platform_tools", "get_mcp_tools",
    }  # fmt: skip


def test_a_kickoff_calls_agents_on_its_own_loop_and_hands_them_the_crew() -> None:
    seen: list[Any] = []

    async def look(task: Task, _: Any) -> str:
        seen.append((threading.current_thread(), task.agent.crew))  # type: ignore[union-attr]
        return "x"

    crew = _crew(look, ("a", (), False), ("b", (0,), True), ("c", (0,), True), ("d", (1, 2), False))
    asyncio.run(_bare(crew))
    assert seen == [(threading.current_thread(), crew)] * 4


def test_asynchronous_tasks_begin_together_and_a_synchronous_one_behind_them_all() -> None:
    order: list[str] = []

    async def look(task: Task, _: Any) -> str:
        order.append(f"+{task.name}")
        await asyncio.sleep(0)
        order.append(f"-{task.name}")
        return "x"

    asyncio.run(_bare(_crew(look, ("a", (), True), ("b", (), True), ("c", (), False))))
    assert order == ["+a", "+b", "-a", "-b", "+c", "-c"]


@pytest.mark.parametrize(
    ("tasks", "refused"),
    [
        ([("a", (), False), ("b", (0,), True), ("c", (0,), True)], "at most one asynchronous"),
        ([("a", (), True), ("b", (0,), True), ("c", (), False)], "cannot include other sequential"),
    ],
)
def test_crewai_refuses_what_the_shape_of_a_crew_leaves_out(tasks: Any, refused: str) -> None:
    with pytest.raises(ValidationError, match=refused):
        _crew(_says, *tasks)


def test_a_context_left_out_is_everything_before_and_an_empty_one_is_nothing() -> None:
    given: list[Any] = []

    async def look(task: Task, context: Any) -> str:
        given.append(context)
        return str(task.name)

    crew = _crew(look, ("a", (), False), ("b", (), False), ("c", (0, 1), False))
    asyncio.run(_bare(crew))
    assert given == ["", "", "a\n\n----------\n\nb"]
    left_out = Task(description="d", expected_output="x", agent=crew.tasks[0].agent)
    assert not isinstance(left_out.context, list | None)


def test_the_task_beside_a_failing_one_goes_on_when_crewai_has_given_up() -> None:
    # What `Walk.drive` is for.
    ended: list[str] = []

    async def look(task: Task, _: Any) -> str:
        if task.name == "bad":
            raise ValueError("bad")
        await asyncio.sleep(0.01)
        ended.append(str(task.name))
        return "x"

    async def run() -> list[str]:
        crew = _crew(look, ("bad", (), True), ("slow", (), True), ("end", (), False))
        with pytest.raises(ValueError, match="bad"):
            await _bare(crew)
        at_the_end = list(ended)
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()})
        return at_the_end

    assert asyncio.run(run()) == []
    assert ended == ["slow"]


def test_a_crew_whose_last_output_is_empty_text_takes_another_one() -> None:
    # Why outputs are written as JSON: nothing is `null` and no text is `""`, never empty.
    async def look(task: Task, _: Any) -> str:
        return "" if task.name == "b" else "from a"

    output = asyncio.run(_bare(_crew(look, ("a", (), False), ("b", (), False))))
    assert output.raw == "from a"


def test_a_task_calls_back_with_its_output_before_its_end_is_told() -> None:
    from crewai.events import crewai_event_bus
    from crewai.events.types.task_events import TaskCompletedEvent

    told: list[Any] = []
    with crewai_event_bus.scoped_handlers():

        @crewai_event_bus.on(TaskCompletedEvent)
        def note(source: Any, event: TaskCompletedEvent) -> None:
            told.append(event.output.json_dict)

        ir = melodies.melody([melodies.set_("a", "{'n': 1}")])
        ADAPTER.compile(ir, context=lambda: stage().context).native.kickoff()
    assert told == [{"n": 1}]


def test_a_name_in_braces_that_no_input_has_fails_a_crew() -> None:
    crew = _crew(_says, ("{topic}", (), False))
    with pytest.raises(ValueError, match=r"Missing required template variable .*'topic'"):
        asyncio.run(Crew.akickoff(crew, inputs={"other": 1}))


def test_crewais_own_copy_mixes_tasks_up_whose_texts_are_alike() -> None:
    hand = Hand(role="r", goal="g", backstory="b", does=_says)
    first = Task(name="a", description="same", expected_output="x", agent=hand, context=[])
    last = Task(name="b", description="same", expected_output="x", agent=hand, context=[first])
    assert first.key == last.key  # the only thing its copies are told apart by


def test_building_a_crew_sets_how_much_the_one_listener_prints() -> None:
    from crewai.events.event_listener import EventListener

    listener = EventListener()
    before = listener.verbose, listener.formatter.verbose
    try:
        listener.verbose = listener.formatter.verbose = True
        _crew(_says, ("a", (), False))
        assert (listener.verbose, listener.formatter.verbose) == (False, False)
    finally:
        listener.verbose, listener.formatter.verbose = before


def test_a_hierarchical_crew_gives_every_task_to_its_manager_agent() -> None:
    from crewai import Process

    hand = Hand(role="r", goal="g", backstory="b", does=_says)
    boss = Hand(role="boss", goal="g", backstory="b", does=_says)
    task = Task(name="a", description="a", expected_output="x", agent=hand, context=[])

    def make() -> Crew:
        return MelodyCrew(
            agents=[hand], tasks=[task], process=Process.hierarchical, manager_agent=boss,
            tracing=False,
        )  # fmt: skip

    output = asyncio.run(_bare(built(make)))
    assert output.tasks_output[0].agent == "boss"
    assert boss.crew is not None
