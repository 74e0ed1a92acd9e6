"""What importing and running CrewAI does to the machine, seen from a fresh process."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from adapters.crewai import silence
from adapters.crewai.adapter import CrewAIAdapter
from tests.unit.adapters.crewai import melodies
from tests.unit.adapters.crewai.stage import perform, stage
from tests.unit.adapters.crewai.watched import watched
from workflow_ir.diagnostics import DiagnosticsError

WATCH = """
import json, os, sys
seen = {"network": [], "environment": []}
def watch(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        seen["network"].append(str(args[0]))
    elif event == "socket.connect" and not isinstance(args[1], (str, bytes)):
        seen["network"].append(str(args[1]))
sys.addaudithook(watch)
import adapters.crewai
seen["lazy"] = "crewai" not in sys.modules
before = dict(os.environ)

import asyncio, threading
from tests.unit.adapters.crewai import melodies
from tests.unit.adapters.crewai.stage import ADAPTER, stage

on = stage()
usual = on.cast.play
async def look(request, grant):
    seen["environment"].append({k: v for k, v in os.environ.items() if before.get(k) != v})
    return await usual(request, grant)
on.cast.play = look

async def run():
    compiled = ADAPTER.compile(melodies.NESTED_MAP)
    from crewai.events import crewai_event_bus
    from crewai.events.types.flow_events import MethodExecutionStartedEvent
    from crewai.telemetry.tracing.context import get_trace_session
    seen["sessions"] = []
    @crewai_event_bus.on(MethodExecutionStartedEvent)
    def note(source, event):
        seen["sessions"].append(repr(get_trace_session()))
    for start in ("eager", "graph"):
        for each in (compiled, ADAPTER.compile(melodies.CROSSING)):
            await ADAPTER.execute(each, {}, on.context, start=start)
    seen["natives"] = [type(compiled.native).__name__, type(each.native).__name__]
asyncio.run(run())
seen["home"] = os.environ["HOME"]
seen["changed"] = {k: os.environ.get(k) for k in {*before, *os.environ}
                   if before.get(k) != os.environ.get(k)}
seen["threads"] = [t.name for t in threading.enumerate()]
print("SEEN" + json.dumps(seen))
"""


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("tmp")


@pytest.fixture(scope="module")
def seen(homes: tuple[Path, Path]) -> dict[str, Any]:
    """A process whose user has set no variable of CrewAI's at all."""
    return watched(WATCH, *homes)


def test_crews_and_flows_are_both_looked_at(seen: dict[str, Any]) -> None:
    assert seen["natives"] == ["MelodyCrew", "MelodyFlow"]


def test_importing_the_adapter_imports_no_framework(seen: dict[str, Any]) -> None:
    assert seen["lazy"] is True


def test_nothing_goes_to_the_network(seen: dict[str, Any]) -> None:
    assert seen["network"] == []


def test_the_home_of_the_user_is_left_alone(seen: dict[str, Any], homes: tuple[Path, Path]) -> None:
    home, _ = homes
    assert list(home.rglob("*")) == []
    assert seen["home"] == str(home)


def test_the_private_home_is_gone_when_the_process_has_ended(
    seen: dict[str, Any], homes: tuple[Path, Path]
) -> None:
    _, temporary = homes
    assert [path.name for path in temporary.iterdir() if "melody" in path.name] == []


def test_players_see_the_environment_of_the_user(seen: dict[str, Any]) -> None:
    lasting = {silence.LASTING: "true"}
    assert len(seen["environment"]) > 10
    assert all(extra in ({}, lasting) for extra in seen["environment"])
    assert seen["changed"] == lasting


def test_no_trace_is_collected_so_nothing_waits_five_seconds_for_its_events(
    seen: dict[str, Any],
) -> None:
    # CrewAI's trace handlers wait up to 5 s for events that a custom model may never send; they
    # run only for a run with a trace session, and its exporter would be one of the threads.
    assert len(seen["sessions"]) > 10
    assert set(seen["sessions"]) == {"None"}
    assert not [name for name in seen["threads"] if "otel" in name.lower()]


def test_no_handler_of_crewai_waits_for_an_event_of_a_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float | None] = []
    usual = threading.Event.wait

    def wait(event: threading.Event, timeout: float | None = None) -> bool:
        waits.append(timeout)
        return usual(event, 0 if timeout == 5.0 else timeout)

    monkeypatch.delenv("CREWAI_TRACING_ENABLED", raising=False)
    perform(melodies.CHAIN, "graph", stage())
    monkeypatch.setattr(threading.Event, "wait", wait)
    perform(melodies.NESTED, "graph", stage())
    assert 5.0 not in waits


def test_without_crewai_compiling_tells_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "crewai"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "adapters.crewai.flow", raising=False)
    monkeypatch.setattr(sys, "meta_path", [_NoCrewAI(), *sys.meta_path])
    with pytest.raises(DiagnosticsError) as missing:
        CrewAIAdapter().compile(melodies.CHAIN)
    (problem,) = missing.value.diagnostics
    assert problem.code == "MEL903"
    assert problem.help == "pip install 'melody-compiler[crewai]'"


class _NoCrewAI:
    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name.partition(".")[0] == "crewai":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def test_variables_are_put_back_whatever_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREWAI_TESTING", "mine")
    monkeypatch.delenv("CREWAI_TRACING_ENABLED", raising=False)

    def fail() -> None:
        assert os.environ["CREWAI_TESTING"] == os.environ["CREWAI_DISABLE_TELEMETRY"] == "true"
        raise KeyError

    with pytest.raises(KeyError):
        silence.built(fail)
    assert os.environ["CREWAI_TESTING"] == "mine"
    assert "CREWAI_TRACING_ENABLED" not in os.environ
