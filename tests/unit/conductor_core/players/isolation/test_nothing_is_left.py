"""No process outlives its call, its run or its runner."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from conductor_core.players.isolation.guard import Guard, guard
from tests.architecture.repository import ROOT
from tests.unit.conductor_core.players.isolation.stand import (
    alive,
    all_gone,
    ask,
    children,
    python,
    told,
    troupe,
)
from workflow_ir.players import CommandPlayer
from workflow_ir.values import LiteralValue

TRIALS = 200
SIDE_BY_SIDE = 6

PLAYERS = """
import os, signal, subprocess, time

def act(*, kill):
    subprocess.Popen(["sleep", "600"], start_new_session=True)
    if kill:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(600)
"""
SHELL = "setsid sleep 600 & if [ $0 = kill ]; then kill -9 $$; fi; sleep 600"


def word(text: str) -> LiteralValue:
    return LiteralValue(kind="literal", value=text)


def shell(last: str) -> CommandPlayer:
    return CommandPlayer(
        kind="command", commands=((word("sh"), word("-c"), word(SHELL), word(last)),)
    )


def test_nothing_is_left_of_many_calls_that_were_killed_or_cancelled(tmp_path: Path) -> None:
    (tmp_path / "players.py").write_text(PLAYERS, encoding="utf-8")
    rng = random.Random(4)
    of = troupe(
        tmp_path,
        worker=python("players:act", "worker"),
        process=python("players:act", "process"),
        shell_kill=shell("kill"),
        shell_wait=shell("wait"),
    )

    async def trial(number: int, places: asyncio.Semaphore) -> str:
        kill = number % 2 == 0
        kind = ("worker", "process", "shell_kill" if kill else "shell_wait")[number % 3]
        with_ = {} if kind.startswith("shell") else {"kill": kill}
        async with places:
            call = asyncio.create_task(ask(of, kind, with_))
            if not kill:
                await asyncio.sleep(rng.uniform(0.0, 0.2))
                call.cancel()
            await asyncio.wait({call})
        return "cancelled" if call.cancelled() else told(call.result())

    async def main() -> list[str]:
        places = asyncio.Semaphore(SIDE_BY_SIDE)
        endings = await asyncio.gather(*(trial(number, places) for number in range(TRIALS)))
        await of.aclose()
        return endings

    endings = asyncio.run(main())
    # A shell that is killed is one whose exit code tells so; the others killed themselves.
    assert Counter(endings) == {"cancelled": TRIALS // 2, "resource.memory": TRIALS // 2}
    assert all_gone(children())
    assert children() == []


RUNNER = """
import asyncio, os, sys
from pathlib import Path
from tests.unit.conductor_core.players.isolation import test_nothing_is_left as here
from tests.unit.conductor_core.players.isolation.stand import ask, children, python, troupe
from conductor_core.players.isolation.guard import guard

async def main():
    of = troupe(
        Path(sys.argv[1]),
        worker=python("players:act", "worker"),
        process=python("players:act", "process"),
        shell=here.shell("wait"),
    )
    calls = [
        asyncio.create_task(ask(of, name, {} if name == "shell" else {"kill": False}))
        for name in ("worker", "process", "shell")
    ]
    while len(found := children()) < 6:  # each of them and what it has started
        await asyncio.wait(calls, timeout=0.01)
        assert not any(call.done() for call in calls), calls
    print(guard().pid, *found, flush=True)
    if sys.argv[2] == "hang":
        await asyncio.wait(calls)
    os._exit(0) if sys.argv[2] == "exit" else sys.exit(0)

asyncio.run(main())
"""


def runner(folder: Path, how: str) -> subprocess.Popen[str]:
    (folder / "players.py").write_text(PLAYERS, encoding="utf-8")
    return subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(folder), how],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("how", ["exit", "leave"])
def test_a_runner_that_ends_leaves_no_child_and_its_output_is_closed(
    tmp_path: Path, how: str
) -> None:
    with runner(tmp_path, how) as run:
        printed, _ = run.communicate()  # returns when nobody holds the pipe any more
    pids = list(map(int, printed.split()))
    assert len(pids) >= 7
    assert all_gone(pids)


def test_a_runner_that_is_killed_leaves_no_child(tmp_path: Path) -> None:
    with runner(tmp_path, "hang") as run:
        assert run.stdout is not None
        pids = list(map(int, run.stdout.readline().split()))
        run.kill()
    assert len(pids) >= 7
    assert all_gone(pids)


def test_a_guard_that_was_killed_is_replaced_and_knows_all_groups() -> None:
    started: list[subprocess.Popen[bytes]] = []
    watch = Guard()
    try:
        started = [
            # Without the mark in their environment they can be ended by their group only.
            subprocess.Popen(["sleep", "600"], start_new_session=True, env={"PATH": os.defpath})
            for _ in range(2)
        ]
        watch.watch(started[0].pid)
        assert watch.pid is not None
        os.kill(watch.pid, signal.SIGKILL)
        assert all_gone([watch.pid])
        watch.watch(started[1].pid)
        watch.close()
        assert [one.wait(20) for one in started] == [-signal.SIGKILL] * 2
    finally:
        for one in started:
            one.kill()
            one.wait()


def test_a_group_that_is_over_is_not_ended_by_the_guard() -> None:
    watch = Guard()
    over = subprocess.Popen(["sleep", "600"], start_new_session=True)
    try:
        watch.watch(over.pid)
        watch.forget(over.pid)
        watch.close()
        assert alive(over.pid)
    finally:
        over.kill()
        over.wait()


def test_a_fork_of_the_runner_has_a_guard_of_its_own() -> None:
    read, write = os.pipe()
    mark = guard().mark
    child = os.fork()
    if child == 0:
        os.write(write, guard().mark.encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(read, 100).decode()
    os.close(read)
    os.close(write)
    assert theirs != mark


def test_the_guard_is_no_child_that_an_outer_run_would_stop() -> None:
    watch = Guard()
    assert watch.environment() == {"MELODY_RUNNER": watch.mark}
    try:
        assert watch.pid is not None
        assert b"MELODY" not in Path(f"/proc/{watch.pid}/environ").read_bytes()
    finally:
        watch.close()
    assert watch.pid is None
