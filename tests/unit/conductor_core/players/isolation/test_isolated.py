"""Players in processes of their own: what they get, what comes back, how long they are kept."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from conductor_core.clock.virtual import START, VirtualClock
from conductor_core.players.isolation.bounds import MEMORY_BYTES
from conductor_core.players.troupe import Troupe
from tests.unit.conductor_core.players.isolation.stand import (
    all_gone,
    ask,
    children,
    python,
    told,
    troupe,
    wait_for,
)
from workflow_ir.outcome import StandardError, Success

SOURCE = """
import asyncio, os, resource, sys, time
from pathlib import Path
import beside
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.outcome import StandardError, Success

LOCK = asyncio.Lock()
calls = []

class DatabaseDownError(ConnectionRefusedError): pass

def pid(): return os.getpid()
def count():
    calls.append(1)
    return len(calls)
async def locked():
    async with LOCK:
        await asyncio.sleep(0)
    return id(asyncio.get_running_loop())
def environment(): return dict(os.environ)
def path(): return [beside.VALUE, sys.path]
def prints(): print("noise"); sys.stderr.write("more noise"); return "answer"
def handed(*, x, request: PlayRequest, grant: Grant):
    return [x, request.path, request.arguments, grant.attempts, grant.usd, grant.may_degrade]
async def sleeps(*, grant: Grant):
    before = grant.clock.now()
    await grant.clock.sleep(0.01)
    return [before, grant.clock.now() - before]
def fails(): raise DatabaseDownError("no answer")
def reports(): return StandardError.of("http.429", "slow down", retry_after_s=2.5, attempts=3)
def costly(): return Success({"a": (1,)}, usd=0.5, tokens=3, degraded=True, internal_attempts=2)
def together(*, folder, name):
    (Path(folder) / name).touch()
    while len(list(Path(folder).iterdir())) < 3: time.sleep(0.01)
    return os.getpid()
def memory(): return resource.getrlimit(resource.RLIMIT_AS)
def leaves_a_thread():
    import threading
    threading.Thread(target=time.sleep, args=(600,)).start()
    return os.getpid()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pieces.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "beside.py").write_text("VALUE = 'beside'\n", encoding="utf-8")
    return tmp_path


def answers(
    folder: Path, name: str, *calls: dict[str, Any] | None, level: str = "worker", **granted: Any
) -> list[Success | StandardError]:
    """One call after the other."""

    async def main() -> list[Success | StandardError]:
        of = troupe(folder, player=python(f"pieces:{name}", level))
        try:
            return [await ask(of, "player", with_, **granted) for with_ in calls or (None,)]
        finally:
            await of.aclose()

    return asyncio.run(main())


def outputs(folder: Path, name: str, *calls: dict[str, Any] | None, **facts: Any) -> list[Any]:
    return [told(answer) for answer in answers(folder, name, *calls, **facts)]


def test_the_module_is_imported_there_and_never_here(folder: Path) -> None:
    assert outputs(folder, "pid") != [os.getpid()]
    assert "pieces" not in sys.modules


def test_a_worker_is_kept_and_a_process_is_fresh_for_each_call(folder: Path) -> None:
    assert outputs(folder, "count", None, None, None) == [1, 2, 3]
    assert outputs(folder, "count", None, None, None, level="process") == [1, 1, 1]


def test_async_calls_of_a_worker_share_one_loop_so_that_a_modules_lock_works(folder: Path) -> None:
    first, second = outputs(folder, "locked", None, None)
    assert first == second


def test_only_listed_variables_and_the_marks_are_inherited(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "PYTHONPATH", "LD_PRELOAD_X"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("LC_TIME", "C")
    [seen] = outputs(folder, "environment")
    assert "secret" not in seen.values()
    assert seen["LC_TIME"] == "C"
    assert {name for name in seen if name.startswith("MELODY")} == {
        "MELODY_PROCESS",
        "MELODY_RUNNER",
    }


def test_modules_are_found_as_in_the_runner(folder: Path) -> None:
    [[beside, path]] = outputs(folder, "path")
    assert beside == "beside"
    assert path == [str(Path(entry).absolute()) for entry in sys.path]


def test_what_a_player_prints_neither_reaches_the_answer_nor_the_terminal(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert outputs(folder, "prints") == ["answer"]
    assert capfd.readouterr() == ("", "")


def test_request_and_grant_are_handed_in(folder: Path) -> None:
    seen = outputs(folder, "handed", {"x": 1}, attempts=2, usd=0.5, may_degrade=False)
    assert seen == [[1, "draft", [], 2, 0.5, False]]


def test_the_clock_there_begins_at_the_moment_of_the_run(folder: Path) -> None:
    async def main() -> Any:
        of = troupe(folder, player=python("pieces:sleeps", "worker"))
        try:
            return told(await ask(of, "player", clock=VirtualClock()))
        finally:
            await of.aclose()

    before, slept = asyncio.run(main())
    assert START <= before < START + 30
    assert slept >= 0.01


def test_what_it_raises_is_classified_by_its_names(folder: Path) -> None:
    [error] = answers(folder, "fails")
    assert isinstance(error, StandardError)
    assert (error.code, error.cause_type) == ("transport.connect", "pieces.DatabaseDownError")
    assert "no answer" in error.message


def test_outcomes_of_the_players_own_come_back_whole(folder: Path) -> None:
    [error] = answers(folder, "reports")
    assert isinstance(error, StandardError)
    assert (error.code, error.retry_after_s, error.attempts) == ("http.429", 2.5, 3)
    [success] = answers(folder, "costly")
    assert success == Success({"a": [1]}, usd=0.5, tokens=3, degraded=True, internal_attempts=2)


def test_calls_at_the_same_time_do_not_wait_for_each_other(folder: Path) -> None:
    met = folder / "met"
    met.mkdir()

    async def main() -> list[Any]:
        of = troupe(folder, player=python("pieces:together", "worker"))
        calls = [{"folder": str(met), "name": str(n)} for n in range(3)]
        answers = await asyncio.gather(*(ask(of, "player", call) for call in calls))
        await of.aclose()
        return list(map(told, answers))

    assert len(set(asyncio.run(main()))) == 3


def test_the_memory_bound_is_a_hard_limit_of_the_process(folder: Path) -> None:
    assert outputs(folder, "memory") == [[MEMORY_BYTES, MEMORY_BYTES]]
    bound = 2**30
    assert outputs(folder, "memory", memory_bytes=bound) == [[bound, bound]]


def test_a_call_with_another_memory_bound_gets_another_process(folder: Path) -> None:
    async def main() -> list[Any]:
        of = troupe(folder, player=python("pieces:pid", "worker"))
        bounds = (2**30, 2**31, 2**30)
        pids = [told(await ask(of, "player", memory_bytes=bound)) for bound in bounds]
        await of.aclose()
        return pids

    first, second, third = asyncio.run(main())
    assert first == third != second


def test_a_module_that_cannot_be_imported_is_looked_for_again(folder: Path) -> None:
    async def main() -> list[Any]:
        of = troupe(folder, player=python("later:run", "worker"))
        found = [told(await ask(of, "player"))]
        (folder / "later.py").write_text("def run(): return 'found'\n", encoding="utf-8")
        found.append(told(await ask(of, "player")))
        await of.aclose()
        return found

    assert asyncio.run(main()) == ["config.missing", "found"]


def test_a_process_that_would_stay_is_ended_with_the_run(folder: Path) -> None:
    pids = outputs(folder, "leaves_a_thread")
    assert all_gone(pids)
    assert children() == []


def test_processes_of_players_that_nobody_closed_end_when_they_are_forgotten(folder: Path) -> None:
    async def main() -> list[int]:
        of = troupe(folder, player=python("pieces:pid", "worker"))
        return [told(await ask(of, "player"))]

    assert all_gone(asyncio.run(main()))


def test_wrong_arguments_are_told_as_in_the_runner(folder: Path) -> None:
    [error] = answers(folder, "handed", {"y": 1})
    assert isinstance(error, StandardError)
    assert (error.code, "no parameter 'y'" in error.message) == ("input.invalid", True)


def ready(folder: Path, level: str | None, target: str) -> Troupe:
    return troupe(folder, player=python(target, level, preload=True))


@pytest.mark.parametrize("level", [None, "worker"])
def test_a_player_that_asks_for_it_is_made_ready_before_its_step(
    folder: Path, level: str | None
) -> None:
    (folder / "early.py").write_text(
        "from pathlib import Path\n"
        "import os\n"
        "Path(__file__).with_name('imported').write_text(f'{os.getpid()}\\n')\n"
        "def pid(): return os.getpid()\n",
        encoding="utf-8",
    )

    async def main() -> list[int]:
        of = ready(folder, level, "early:pid")
        of.preload()
        pid = int(await wait_for(folder / "imported"))
        called = told(await ask(of, "player"))
        await of.aclose()
        return [pid, called]

    pid, called = asyncio.run(main())
    assert pid == called
    assert (pid == os.getpid()) is (level is None)
    sys.modules.pop("early", None)


def test_a_player_that_cannot_be_made_ready_tells_it_when_it_is_asked(folder: Path) -> None:
    async def main() -> Any:
        of = ready(folder, "worker", "absent:run")
        of.preload()
        answer = told(await ask(of, "player"))
        await of.aclose()
        return answer

    assert asyncio.run(main()) == "config.missing"
