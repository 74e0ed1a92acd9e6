"""``melody.native(…, on="crewai")`` in the hands of somebody who knows CrewAI."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
from crewai import Crew
from crewai.events import crewai_event_bus
from crewai.events.types.flow_events import FlowFinishedEvent, MethodExecutionFinishedEvent
from crewai.flow.flow import Flow, listen, start
from crewai.flow.visualization import build_flow_structure

import melody

BRANCHED = """
melody: v1
name: tale
inputs: {n: {type: integer, default: 2}}
players: {own: {python: "cast:own"}}
steps:
  first: {label: Begin here, play: own, with: {n: "${{ inputs.n }}"}}
  way:
    branch:
      - name: big
        when: steps.first.output > 1
        steps: {more: {play: own, with: {n: 5}}}
        result: ${{ steps.more.output }}
      - {name: small, else: true, result: 0}
outputs: {way: "${{ steps.way.output }}"}
"""
CHAIN = """
melody: v1
name: chain
inputs: {n: {type: integer, default: 2}}
players: {own: {python: "cast:own"}}
steps:
  first: {play: own, with: {n: "${{ inputs.n }}"}}
  second: {play: own, with: {n: "${{ steps.first.output + 1 }}"}}
outputs: {second: "${{ steps.second.output }}"}
"""
CAST = "async def own(n): return n\n"


def native(folder: Path, text: str) -> Any:
    (folder / "tale.melody.yaml").write_text(text)
    (folder / "cast.py").write_text(CAST)
    (folder / "melody.project.yaml").write_text("allow: {python: [cast]}\n")
    return melody.native(folder / "tale.melody.yaml", on="crewai")


def test_it_is_crewais_own_flow_or_crew(tmp_path: Path) -> None:
    assert isinstance(native(tmp_path, BRANCHED), Flow)
    assert isinstance(native(tmp_path, CHAIN), Crew)


def test_every_way_to_kick_off_a_flow_gives_the_outputs(tmp_path: Path) -> None:
    flow = native(tmp_path, BRANCHED)

    async def ways() -> list[Any]:
        return [
            await flow.kickoff_async(inputs={"n": 1}),
            await flow.akickoff(),
            flow.kickoff(inputs={"n": 0}),
        ]

    assert asyncio.run(ways()) == [{"way": 0}, {"way": 5}, {"way": 0}]


def test_a_crew_is_kicked_off_as_any_other(tmp_path: Path) -> None:
    crew = native(tmp_path, CHAIN)
    assert [task.name for task in crew.tasks] == ["first", "second"]
    assert crew.kickoff(inputs={"n": 3}).json_dict == {"second": 4}
    assert asyncio.run(crew.akickoff()).json_dict == {"second": 3}


def test_methods_are_named_like_the_steps_and_described_by_their_labels(tmp_path: Path) -> None:
    methods = native(tmp_path, BRANCHED).score().definition.methods
    assert list(methods) == [
        "first",
        "way",
        "way__big",
        "way__big__more",
        "way__small",
        "way__join",
    ]
    assert methods["first"].description == "Begin here"


def test_a_flow_that_streams_gives_frames_and_then_the_outputs(tmp_path: Path) -> None:
    flow = native(tmp_path, BRANCHED)
    flow.stream = True

    async def streamed() -> tuple[list[Any], Any]:
        session = await flow.kickoff_async(inputs={"n": 2})
        frames = [frame async for frame in session]
        return frames, session.result

    frames, result = asyncio.run(streamed())
    assert result == {"way": 5}
    assert frames


def test_scoped_handlers_hear_the_methods_and_the_end_of_the_flow(tmp_path: Path) -> None:
    flow = native(tmp_path, BRANCHED)
    heard: list[str] = []
    with crewai_event_bus.scoped_handlers():

        @crewai_event_bus.on(MethodExecutionFinishedEvent)
        def method(source: Any, event: MethodExecutionFinishedEvent) -> None:
            heard.append(str(event.method_name))

        @crewai_event_bus.on(FlowFinishedEvent)
        def end(source: Any, event: FlowFinishedEvent) -> None:
            heard.append("the end")

        flow.kickoff()
        crewai_event_bus.flush()
    assert sorted(heard) == ["first", "the end", "way", "way__big", "way__big__more", "way__join"]


def test_it_is_plotted_into_a_file_without_a_browser_or_the_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webbrowser.open", lambda *_: pytest.fail("a browser was opened"))
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: pytest.fail("the network was asked"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # CrewAI writes nowhere else
    page = Path(native(tmp_path, BRANCHED).plot("tale.html", show=False))
    assert page.is_relative_to(tmp_path)
    shown = "".join(file.read_text("utf-8") for file in page.parent.iterdir())
    for name in ("first", "way", "way__big__more", "way__join"):
        assert f'"{name}"' in shown


def test_crewai_itself_still_draws_nothing_of_a_declared_flow(tmp_path: Path) -> None:
    drawn: Any = build_flow_structure(native(tmp_path, BRANCHED))
    assert drawn["nodes"] == {}, "mended upstream: MelodyFlow.plot may go"


def test_it_is_a_method_of_a_flow_of_the_users_own(tmp_path: Path) -> None:
    inner = native(tmp_path, BRANCHED)

    class Outer(Flow[Any]):
        @start()
        async def tale(self) -> Any:
            return await inner.kickoff_async(inputs={"n": 2})

        @listen(tale)
        def after(self, told: Any) -> Any:
            return {"told": told["way"]}

    outer: Any = Outer(suppress_flow_events=True)
    assert asyncio.run(outer.kickoff_async()) == {"told": 5}


def test_loops_of_players_end_with_the_kickoff(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    native(tmp_path, BRANCHED).kickoff()
    since = set(threading.enumerate()) - before
    left = [each for each in since if each.name.startswith("melody-")]
    for thread in left:
        thread.join(10)
    assert not any(thread.is_alive() for thread in left)
