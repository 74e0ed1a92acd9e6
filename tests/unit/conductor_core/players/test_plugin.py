"""Players that installed packages offer: real entry points in a folder on the import path."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conductor_core.players.plugin import PluginPerformer
from conductor_core.ports import Grant
from tests.unit.conductor_core.players.asking import ask, error_of, output_of, request
from workflow_ir.outcome import StandardError, Success

CODE = """
from __future__ import annotations
import asyncio, sys
from workflow_ir.outcome import StandardError, Success
made = []

class Echo:
    def __init__(self):
        made.append(self)
        self.closed = False
    async def play(self, request, grant):
        return Success({"with": request.with_, "nth": len(made)}, usd=0.5)
    async def aclose(self):
        self.closed = True

class Plain:
    async def play(self, request, grant):
        return {"plain": (1, 2)}

class Wants:
    def __init__(self, argument): ...

class Sync:
    def play(self, request, grant):
        return 1

class Short:
    async def play(self, request):
        return 1

class Refuses:
    async def play(self, request, grant):
        return StandardError.of("http.503")

class Raises:
    async def play(self, request, grant):
        raise TimeoutError("too slow")

class Odd:
    async def play(self, request, grant):
        return object()

def factory():
    return Plain()

async def no_player():
    return Plain()

def leaves():
    sys.exit(3)

ready = Plain()
number = 7
"""

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    monkeypatch.syspath_prepend(str(tmp_path))

    def installed(package: str = "band", code: str = CODE, **points: str) -> None:
        info = tmp_path / f"{package}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        lines = [f"{name} = {package}_players:{place}" for name, place in points.items()]
        (info / "entry_points.txt").write_text("\n".join(["[melody.players]", *lines, ""]))
        (tmp_path / f"{package}_players.py").write_text(code)

    yield installed
    for name in [name for name in sys.modules if name.endswith("_players")]:
        del sys.modules[name]


@pytest.mark.parametrize("place", ["Plain", "factory", "ready"])
def test_a_class_a_factory_and_an_object_perform(install: Install, place: str) -> None:
    install(hand=place)
    assert output_of(ask(PluginPerformer("hand"))) == {"plain": [1, 2]}


def test_nothing_is_imported_before_the_first_use(install: Install) -> None:
    install(hand="Plain")
    performer = PluginPerformer("hand")
    assert "band_players" not in sys.modules
    ask(performer)
    assert "band_players" in sys.modules


def test_one_object_performs_for_a_whole_run_and_is_closed_with_it(install: Install) -> None:
    install(hand="Echo")
    performer = PluginPerformer("hand")

    async def run() -> list[Success | StandardError]:
        playing = (performer.play(request({"n": n}), Grant(deadline=None)) for n in range(5))
        answers = await asyncio.gather(*playing)
        await performer.aclose()
        return answers

    answers = asyncio.run(run())
    assert [output_of(one) for one in answers] == [{"with": {"n": n}, "nth": 1} for n in range(5)]
    assert [one.usd for one in answers if isinstance(one, Success)] == [0.5] * 5
    assert [one.closed for one in sys.modules["band_players"].made] == [True]


def test_what_a_plugin_reports_or_raises_is_its_own(install: Install) -> None:
    install(refuses="Refuses", raises="Raises")
    assert error_of(ask(PluginPerformer("refuses"))).code == "http.503"
    with pytest.raises(TimeoutError):
        ask(PluginPerformer("raises"))


def test_an_answer_that_is_no_data_is_output_format(install: Install) -> None:
    install(odd="Odd")
    assert error_of(ask(PluginPerformer("odd"))).code == "output.format"


@pytest.mark.parametrize("place", ["Wants", "Sync", "Short", "no_player", "number", "leaves"])
def test_what_is_no_player_is_told_with_what_a_player_has(install: Install, place: str) -> None:
    install(hand=place)
    error = error_of(ask(PluginPerformer("hand")))
    assert error.code == "config.invalid"
    assert "'hand'" in error.message


def test_an_unknown_plugin_is_told_with_the_nearest_name(install: Install) -> None:
    install(organist="Plain")
    error = error_of(ask(PluginPerformer("orgenist")))
    assert error.code == "config.missing"
    assert "did you mean 'organist'?" in error.message
    assert "install the package" in error_of(ask(PluginPerformer("quite-else"))).message


@pytest.mark.parametrize(
    "code", ["import absent_module", "raise ValueError('no')", "def (", "exit(3)"]
)
def test_a_plugin_that_cannot_be_imported_is_told(install: Install, code: str) -> None:
    install(code=code, hand="Plain")
    error = error_of(ask(PluginPerformer("hand")))
    assert error.code == "config.missing"
    assert "band_players:Plain of band" in error.message


def test_a_name_that_two_packages_offer_is_refused(install: Install) -> None:
    install(hand="Plain")
    install("other", hand="Echo")
    error = error_of(ask(PluginPerformer("hand")))
    assert error.code == "config.invalid"
    assert "band_players:Plain of band and other_players:Echo of other" in error.message
    assert "other_players" not in sys.modules


def test_a_plugin_that_was_never_used_is_closed_without_being_loaded(install: Install) -> None:
    install(hand="Echo")
    asyncio.run(PluginPerformer("hand").aclose())
    assert "band_players" not in sys.modules
