"""What flows take for granted of CrewAI though nobody has promised it, seen on bare flows.

A new release that breaks one of these breaks the place that the message names. Of crews
``test_crew_contracts.py`` tells.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from pathlib import Path
from typing import Any

import pytest
from crewai.flow import runtime
from crewai.flow.flow import Flow, listen, or_, start
from crewai.flow.flow_definition import FlowDefinition
from crewai.flow.visualization import build_flow_structure, render_interactive
from pydantic import PrivateAttr

from adapters.crewai.silence import SILENCE, built
from adapters.crewai.walk import Walk

DECLARED = {
    "schema": "crewai.flow/v1",
    "name": "declared",
    "state": {"type": "dict"},
    "config": {"max_method_calls": 5, "tracing": False},
    "methods": {
        "a": {"start": True, "do": {"call": "code", "ref": f"{__name__}:first"}},
        "b": {"listen": "a", "do": {"call": "code", "ref": f"{__name__}:second"}},
    },
}


def first(flow: Any) -> str:
    return "a"


async def second(flow: Any) -> str:
    return "b"


class Plain(Flow):  # type: ignore[type-arg]
    _skip_auto_memory: bool = PrivateAttr(default=True)


def declared() -> Any:
    made: Any = built(lambda: Plain.from_declaration(contents=dict(DECLARED)))
    return made


def test_a_flow_that_skips_its_memory_has_none() -> None:
    assert "_skip_auto_memory" in inspect.getsource(runtime), (
        "flow.py: the first flow of a process takes 1.7 s to load a store that no Melody needs"
    )
    assert declared().memory is None


def test_a_flow_keeps_its_definition_with_methods_that_can_be_told() -> None:
    flow = declared()
    told = flow._definition.to_dict()
    message = "edges.py: edges cannot be read back, so the plan cannot be compared with the flow"
    assert set(told["methods"]) == {"a", "b"}, message
    assert told["methods"]["b"]["listen"] == "a", message
    assert told["methods"]["a"]["do"]["ref"] == f"{__name__}:first", message


def test_a_declared_flow_is_drawn_from_its_definition(tmp_path: Path) -> None:
    drawn = build_flow_structure(declared()._definition)
    message = "flow.py: a flow of a Melody is plotted as an empty page"
    assert set(drawn["nodes"]) == {"a", "b"}, message
    page = render_interactive(drawn, filename=str(tmp_path / "f.html"), show=False)
    assert Path(page).is_file(), message


def test_an_unchanged_definition_comes_back_from_its_own_form() -> None:
    made = FlowDefinition.from_declaration(contents=dict(DECLARED))
    again = FlowDefinition.from_declaration(contents=made.to_dict())
    assert again.to_dict() == made.to_dict(), "score.py: flows are built from a stored definition"


def test_every_method_is_called_through_one_coroutine() -> None:
    called: list[str] = []

    class Watched(Plain):
        async def _execute_method(self, method_name: Any, method: Any, *a: Any, **k: Any) -> Any:
            called.append(str(method_name))
            return await super()._execute_method(method_name, method, *a, **k)

    flow: Any = built(lambda: Watched.from_declaration(contents=dict(DECLARED)))
    assert inspect.iscoroutinefunction(Flow._execute_method)
    assert asyncio.run(flow.kickoff_async()) == "b"
    assert called == ["a", "b"], "flow.py: methods run in threads, where virtual time goes on"


@pytest.mark.parametrize("marked", [True, False])
def test_a_failure_that_is_marked_as_logged_is_not_logged_again(
    marked: bool, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    class Fails(Plain):
        @start()
        def one(self) -> int:
            return 1

        @listen(one)
        def two(self) -> None:
            error = KeyError("no")
            if marked:
                error._flow_listener_logged = True  # type: ignore[attr-defined]
            raise error

    with caplog.at_level(logging.DEBUG), pytest.raises(KeyError):
        asyncio.run(built(Fails).kickoff_async())
    told = [row for row in caplog.records if "Error executing listener" in row.getMessage()]
    assert bool(told) is not marked, "flow.py: a failed run prints an error of CrewAI's on stderr"


def test_bare_events_of_an_or_race_and_those_in_an_and_do_not() -> None:
    groups = {}
    for name, condition in {
        "bare": ["a", "b"],
        "wrapped": [{"and": ["a"]}, {"and": ["b"]}],
    }.items():
        methods: dict[str, Any] = {
            one: {"start": True, "do": {"call": "code", "ref": f"{__name__}:first"}} for one in "ab"
        }
        methods["c"] = {
            "listen": {"or": condition},
            "do": {"call": "code", "ref": f"{__name__}:first"},
        }
        contents = {**DECLARED, "methods": methods}
        flow: Any = built(lambda contents=contents: Plain.from_declaration(contents=contents))  # type: ignore[misc]
        groups[name] = flow._build_racing_groups()
    assert groups["bare"] != {}, "the race is mended upstream: `and` round lone events may go"
    assert groups["wrapped"] == {}, "compile.py: sinks of an arm cancel each other"


def test_the_race_still_cancels_the_loser_so_the_guard_is_needed() -> None:
    ended: list[str] = []

    class Race(Plain):
        @start()
        async def begin(self) -> None:
            pass

        @listen(begin)
        async def fast(self) -> None:
            await asyncio.sleep(0.01)
            ended.append("fast")

        @listen(begin)
        async def slow(self) -> None:
            await asyncio.sleep(0.1)
            ended.append("slow")

        @listen(or_(fast, slow))
        def after(self) -> str:
            return "ended well"

    assert asyncio.run(built(Race).kickoff_async()) == "ended well"
    assert ended == ["fast"], "#7183 is mended upstream"


def test_the_variables_of_silence_are_still_read_by_crewai() -> None:
    import crewai
    import crewai_core

    read = ""
    for package in (crewai, crewai_core):
        assert package.__file__ is not None
        for file in Path(package.__file__).parent.rglob("*.py"):
            if "CREWAI_" in (text := file.read_text("utf-8", errors="replace")):
                read += text
    missing = [name for name in SILENCE if name not in read]
    assert missing == [], "silence.py: telemetry, tracing or a version check speaks again"


def test_telemetry_is_off_under_the_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    from crewai.telemetry import Telemetry

    monkeypatch.delenv("OTEL_SDK_DISABLED", raising=False)
    for name in SILENCE:
        monkeypatch.delenv(name, raising=False)
    assert not Telemetry._is_telemetry_disabled()
    for name, value in SILENCE.items():
        monkeypatch.setenv(name, value)
    assert Telemetry._is_telemetry_disabled(), "silence.py: runs are reported to CrewAI"


def test_a_bare_flow_leaves_the_siblings_of_a_failure_running() -> None:
    left: list[str] = []

    class Fails(Plain):
        @start()
        async def bad(self) -> None:
            await asyncio.sleep(0.01)
            raise KeyError("no")

        @start()
        async def beside(self) -> None:
            try:
                await asyncio.sleep(30)
            finally:
                left.append("ended")

    async def kicked_off() -> list[str]:
        with pytest.raises(KeyError):
            await built(Fails).kickoff_async()
        return list(left)

    assert asyncio.run(kicked_off()) == [], "CrewAI awaits siblings now: `Walk` need not"
    assert hasattr(Walk, "drive")


def test_an_instance_of_a_flow_says_which_of_its_methods_ask_a_person() -> None:
    from crewai.flow.flow_config import flow_config
    from crewai.flow.human_feedback import human_feedback

    class Asks(Plain):
        @start()
        @human_feedback(message="Fine?")
        def draft(self) -> str:
            return "draft"

    (method,) = built(Asks)._definition.methods.values()
    message = "players/framework/crewai.py: a player of the user's reads the terminal"
    assert method.human_feedback is not None, message
    assert method.human_feedback.provider is None, message
    assert flow_config.hitl_provider is None, message


def test_types_keep_the_names_by_which_objects_are_recognised() -> None:
    from crewai import Crew
    from crewai.project import CrewBase

    from conductor_core.players.framework.recognise import Kind, recognise

    @CrewBase
    class House:
        agents_config = None
        tasks_config = None

    objects: list[Any] = [built(Plain), Plain, Crew.model_construct(), House]
    assert [recognise(each) for each in objects] == [
        Kind.FLOW,
        Kind.FLOW_CLASS,
        Kind.CREW,
        Kind.CREW_BASE,
    ], "recognise.py: an existing object is refused as of no framework"
