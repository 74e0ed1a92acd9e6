"""Crews and flows that exist already, asked as players."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conductor_core.ports import Grant
from tests.unit.conductor_core.players.asking import error_of, output_of, request
from tests.unit.conductor_core.players.framework.objects import Project
from workflow_ir.taxonomy import Retryable

ROOT = Path(__file__).resolve().parents[5]


def objects() -> Any:
    return sys.modules["crew_objects"]


async def together(project: Project, target: str, topics: list[str]) -> list[Any]:
    performer = project.performer(target)
    plays = (performer.play(request({"topic": t}), Grant(deadline=None)) for t in topics)
    return [output_of(answer) for answer in await asyncio.gather(*plays)]


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("crew", "done"),
        ("telling", {"text": "hi"}),
        ("modelled", {"text": "hi"}),
        ("streaming", "done"),
        ("House", "done"),
        ("Two", {"topic": "rain", "n": 0}),
        ("flow", {"topic": "rain", "n": 0}),
        ("Streams", {"topic": "rain", "n": 0}),
    ],
)
def test_a_crew_or_flow_takes_the_with_map_as_inputs(
    project: Project, name: str, output: Any
) -> None:
    assert output_of(project.ask(f"crew_objects:{name}", {"topic": "rain"})) == output


def test_the_inputs_stand_in_the_tasks_of_a_crew(project: Project) -> None:
    project.ask("crew_objects:crew", {"topic": "hail"})
    assert "Write about hail." in objects().asked[-1]


def test_a_placeholder_that_nothing_fills_is_not_sent_to_a_model(project: Project) -> None:
    project.ask("crew_objects:crew", {"topic": "x"})
    before = len(objects().asked)
    error = error_of(project.ask("crew_objects:crew", {}))
    assert error.code == "input.invalid"
    assert "lacks 'topic'" in error.message
    assert len(objects().asked) == before


def test_braces_in_a_text_are_no_placeholders(project: Project) -> None:
    assert output_of(project.ask("crew_objects:braces", {})) == "done"


def test_one_crew_can_be_asked_several_times_at_once_from_its_first_use_on(
    project: Project,
) -> None:
    project.made.clear()
    assert asyncio.run(together(project, "crew_objects:crew", ["a", "b", "c"])) == ["done"] * 3
    said = "".join(objects().asked[-3:])
    assert all(f"about {topic}." in said for topic in "abc")


@pytest.mark.parametrize("name", ["Two", "flow"])
def test_one_flow_can_be_asked_several_times_at_once(project: Project, name: str) -> None:
    outputs = asyncio.run(together(project, f"crew_objects:{name}", ["a", "b"]))
    assert [one["topic"] for one in outputs] == ["a", "b"]


def test_a_class_gives_a_fresh_state_and_an_instance_keeps_its_own(project: Project) -> None:
    given = {"topic": "a", "n": 5}
    for name, left in (("Two", 0), ("flow", 5)):
        project.ask(f"crew_objects:{name}", given)
        assert output_of(project.ask(f"crew_objects:{name}", {"topic": "a"}))["n"] == left


@pytest.mark.parametrize("name", ["human", "Console", "Later"])
def test_what_asks_a_person_cannot_complete_and_nothing_reads_the_terminal(
    project: Project, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("the terminal was read"))
    error = error_of(project.ask(f"crew_objects:{name}", {"topic": "x"}))
    assert error.code == "unable_to_complete"
    assert error.retryable is Retryable.NO


def test_errors_are_classified_as_any_players(project: Project) -> None:
    with pytest.raises(ConnectionRefusedError):  # the attempt classifies it
        project.ask("crew_objects:Fails", {})


def test_methods_that_a_failed_flow_has_left_running_are_cancelled_and_awaited(
    project: Project,
) -> None:
    with pytest.raises(ValueError, match="no"):
        project.ask("crew_objects:Orphans", {})
    assert objects().ended == ["beside"]


def test_a_flow_is_no_part_of_the_flow_round_the_step(project: Project) -> None:
    from crewai.flow.flow import Flow, start

    class Round(Flow[Any]):
        @start()
        async def inner(self) -> Any:
            performer = project.performer("crew_objects:Outer")
            return await performer.play(request({}), Grant(deadline=None))

    answer: Any = asyncio.run(Round(suppress_flow_events=True).kickoff_async())
    assert output_of(answer) == {"id": True}


SILENT = """
import os, socket, sys
reached = []
def watch(event, args):
    if event == "socket.getaddrinfo":
        reached.append(str(args[0]))
sys.addaudithook(watch)
from pathlib import Path
from conductor_core.players.framework.performer import FrameworkPerformer
from conductor_core.players.framework.silence import VARIABLES
from tests.unit.conductor_core.players.asking import ask
folder = Path(sys.argv[1])
(folder / "plain.py").write_text("thing = 3")
ask(FrameworkPerformer("plain:thing", folder), {})
assert not set(VARIABLES) - {"CREWAI_TESTING"} & set(os.environ), "set before CrewAI is imported"
for name in ("crew", "Two"):
    answer = ask(FrameworkPerformer(f"crew_objects:{name}", folder), {"topic": "rain"})
    assert answer.output, answer
assert os.environ["CREWAI_TESTING"] == "mine"
import atexit
atexit.register(lambda: sys.stderr.write(f"reached {reached}"))
"""


def test_a_user_who_has_set_nothing_has_no_telemetry_no_traces_and_no_panels(
    project: Project, tmp_path: Path
) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", SILENT, str(project.folder)],
        env={**kept, "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "CREWAI_TESTING": "mine"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "words of the flow\n"
    assert done.stderr.endswith("reached []")
