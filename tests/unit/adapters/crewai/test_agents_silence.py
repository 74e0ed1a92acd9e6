"""What an agent of CrewAI does to the machine, seen from a fresh process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.crewai import silence
from tests.unit.adapters.crewai.watched import watched

WATCH = """
import json, os, sys, threading
seen = {"network": [], "environment": [], "waits": []}
def watch(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        seen["network"].append(str(args[0]))
    elif event == "socket.connect" and not isinstance(args[1], (str, bytes)):
        seen["network"].append(str(args[1]))
sys.addaudithook(watch)
usual = threading.Event.wait
def wait(event, timeout=None):
    seen["waits"].append(timeout)
    return usual(event, timeout)
threading.Event.wait = wait
before = dict(os.environ)

import asyncio
from adapters.crewai import ADAPTER
from tests.equivalence.dialogues import SEARCH, Fake, brief, says
seen["lazy"] = "crewai" not in sys.modules

class Looking(Fake):
    async def use(self, call):
        seen["environment"].append({k: v for k, v in os.environ.items() if before.get(k) != v})
        return await super().use(call)

async def run():
    agents = ADAPTER.agents()
    seen["still lazy"] = "crewai" not in sys.modules
    for _ in range(2):
        talk = Looking([says("", ("c", "search", "{}")), says("Done.")])
        await agents.converse(brief(SEARCH), talk)
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


def test_crewai_is_imported_when_an_agent_is_asked(seen: dict[str, Any]) -> None:
    assert seen["lazy"] is seen["still lazy"] is True


def test_nothing_goes_to_the_network(seen: dict[str, Any]) -> None:
    assert seen["network"] == []


def test_the_home_of_the_user_is_left_alone(seen: dict[str, Any], homes: tuple[Path, Path]) -> None:
    home, temporary = homes
    assert list(home.rglob("*")) == []
    assert list(temporary.iterdir()) == []
    assert seen["home"] == str(home)


def test_tools_see_the_environment_of_the_user(seen: dict[str, Any]) -> None:
    lasting = {silence.LASTING: "true"}
    assert seen["environment"] == [lasting, lasting]
    assert seen["changed"] == lasting


def test_no_trace_is_collected_and_nothing_waits_for_one(seen: dict[str, Any]) -> None:
    assert 5.0 not in seen["waits"]
    assert not [name for name in seen["threads"] if "otel" in name.lower()]
