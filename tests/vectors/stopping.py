"""Enforcement: what the bare mechanisms do, run as the cases state them, and what we add.

Real processes and threads; only time that belongs to a run is virtual.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from conductor_core import attempt as attempt_module
from conductor_core.attempt import attempt
from conductor_core.clock.real import RealClock
from conductor_core.failure.deadline import Limits
from conductor_core.players.isolation.bounds import Bounds
from conductor_core.players.isolation.isolated import IsolatedPerformer
from conductor_core.players.process import Ended, run_process
from conductor_core.players.python import PythonPerformer
from conductor_core.ports import Grant, Player
from tests.unit.conductor_core.melodies import melody, play, player, step, trying
from tests.unit.conductor_core.players.asking import request
from tests.unit.conductor_core.stand import Stand, attempts, naps
from tests.unit.conductor_core.test_attempt import Scene
from tests.vectors.vector import Data, Handler
from workflow_ir.outcome import StandardError, Success
from workflow_ir.policy import Policy

PLAYERS = """
import time

async def blocks(*, seconds):
    time.sleep(seconds)
    return "late"

def sleeps(*, seconds):
    time.sleep(seconds)
    return "late"
"""


def enforced(given: Data, expect: Data) -> None:
    """By what the player does."""
    PLAYED[given.get("player") or given["code"]](given, expect)


async def asked(made: Player, seconds: float, limit_s: float) -> Success | StandardError:
    """One attempt in real time."""
    clock = RealClock()
    clock.hold()
    limits = Limits.of(Policy(timeout_s=limit_s), None, clock.now())
    return await attempt(made, request({"seconds": seconds}), limits, clock)


def _folder(path: str) -> Path:
    (Path(path) / "pieces.py").write_text(PLAYERS, encoding="utf-8")
    return Path(path)


# --- in the loop ------------------------------------------------------------------------------


def cooperative(given: Data, expect: Data) -> None:
    """Whoever awaits is stopped at the limit, and nothing of it is left."""
    scene = Scene()

    async def waits(grant: Grant) -> Any:
        assert grant.clock is not None
        await grant.clock.sleep(1000)

    answer = scene.ask(waits, Policy(timeout_s=given["limit_s"]))
    assert isinstance(answer, StandardError)
    assert answer.code == "timeout.attempt"
    assert scene.elapsed == expect["stopped_at_s"]
    assert bool(scene.left_behind) is expect["leak"]


def blocking(given: Data, expect: Data) -> None:
    """Bare: nothing fires while the loop is blocked. Ours: a late answer is not heard, and in a
    worker not even the loop waits."""
    asleep = float(re.findall(r"time\.sleep\((\d+)\)", given["player"])[0])

    async def bare() -> tuple[bool, float, bool]:
        fired, ticks, began = False, [], time.monotonic()
        ticker = asyncio.get_running_loop().call_later(0, lambda: ticks.append("tick"))
        try:
            async with asyncio.timeout(given["limit_s"]):  # noqa: ASYNC100 - the case itself
                time.sleep(asleep)  # noqa: ASYNC251 - likewise
        except TimeoutError:
            fired = True
        blocked = not ticks
        ticker.cancel()
        return fired, time.monotonic() - began, blocked

    fired, took, blocked = asyncio.run(bare())
    assert fired is expect["timeout_fires"]
    assert blocked is expect["loop_blocked"]
    assert took >= expect["returns_at_s"]
    with tempfile.TemporaryDirectory() as path:
        inline = PythonPerformer("pieces:blocks", _folder(path))
        late = asyncio.run(asked(inline, given["limit_s"] * 2, given["limit_s"]))
        assert isinstance(late, StandardError)
        assert late.code == "timeout.attempt"
        assert asyncio.run(_apart(path, given["limit_s"])) == "timeout.attempt"


async def _apart(path: str, limit_s: float) -> str | None:
    """The code of a player that would block for an hour, while the loop goes on."""
    worker = IsolatedPerformer("pieces:blocks", Path(path))
    going = asyncio.ensure_future(asked(worker, 3600, limit_s))
    while not going.done():  # noqa: ASYNC110 - it comes back each time: the loop is free
        await asyncio.sleep(0.01)
    worker.close()
    answer = going.result()
    return answer.code if isinstance(answer, StandardError) else None


def in_thread(given: Data, expect: Data) -> None:
    """Bare: the caller is free, the thread goes on and keeps the program. Ours keeps nothing."""
    gate, running = threading.Event(), threading.Event()

    def work() -> None:
        running.set()
        gate.wait()

    async def bare() -> bool:
        try:
            await asyncio.wait_for(asyncio.to_thread(work), given["limit_s"])
        except TimeoutError:
            alive = running.is_set() and not gate.is_set()
            gate.set()  # or the loop would wait for it for ever
            return alive
        return False

    assert asyncio.run(bare()) is expect["thread_still_running"]
    with tempfile.TemporaryDirectory() as path:
        folder = _folder(path)
        released = asyncio.run(
            asked(PythonPerformer("pieces:sleeps", folder), 2, expect["caller_released_at_s"])
        )
        assert isinstance(released, StandardError)
        assert released.message.endswith(f"longer than {given['limit_s']:g} s")
        assert _delayed(BARE_PROGRAM, path) is expect["process_exit_delayed"]
        assert _delayed(OUR_PROGRAM, path) is not expect["process_exit_delayed"]


BARE_PROGRAM = """
import asyncio, time
async def main():
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 2)
    await asyncio.sleep(0.05)
asyncio.run(main())
"""
OUR_PROGRAM = """
import asyncio
from conductor_core.players.own_thread import own_thread
import time
async def main():
    task = asyncio.ensure_future(own_thread(lambda: time.sleep(3600)))
    await asyncio.sleep(0.05)
    task.cancel()
asyncio.run(main())
"""


def _delayed(program: str, folder: str) -> bool:
    """Whether a program of which a thread still sleeps takes at least as long as that."""
    began = time.monotonic()
    root = str(Path(attempt_module.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": root}
    subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environment, check=True, timeout=120
    )
    return time.monotonic() - began >= 2 and program is BARE_PROGRAM


def stubborn(given: Data, expect: Data) -> None:
    """Bare: a timeout that is swallowed never was. Ours: left behind after the grace, and told."""

    async def swallows(seconds: float) -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(seconds)

    async def bare() -> str:
        try:
            async with asyncio.timeout(0.01):
                await swallows(3600)
        except TimeoutError:
            return "TimeoutError"
        return "no TimeoutError at all if the body ends normally"

    assert asyncio.run(bare()) == expect["asyncio_timeout"]
    told = re.fullmatch(r"released at ([\d.]+)s, task reported leaked", expect["bounded_grace"])
    assert told is not None
    scene = Scene()

    async def stays(grant: Grant) -> Any:
        for _ in range(2):
            with suppress(asyncio.CancelledError):
                assert grant.clock is not None
                await grant.clock.sleep(1000)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(attempt_module, "GRACE_S", given["limit_s"])
        answer = scene.ask(stays, Policy(timeout_s=given["limit_s"]))
    assert isinstance(answer, StandardError)
    assert scene.elapsed == float(told[1])
    assert len(scene.left_behind) == 1


# --- processes --------------------------------------------------------------------------------

GRANDCHILD = (
    "import subprocess, sys\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3600)'])\n"
    "print(child.pid, flush=True)\n"
    "child.wait()\n"
)


def grandchild(given: Data, expect: Data) -> None:
    """Bare: who is killed leaves its children, which hold the pipe. Ours: none is left."""

    async def bare() -> tuple[bool, bool]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", GRANDCHILD, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        pid = int(await process.stdout.readline())
        process.kill()
        reading = asyncio.ensure_future(process.stdout.read())
        await asyncio.sleep(0.05)
        alive, held = lives(pid), not reading.done()
        os.kill(pid, signal.SIGKILL)
        await reading
        await process.wait()
        return alive, held

    alive, held = asyncio.run(bare())
    assert alive is expect["grandchild_alive"]
    words = {"only when grandchild closes the pipe (3 s)": True}
    assert held is words[expect["wait_returns"]]
    with tempfile.TemporaryDirectory() as path:
        assert not lives(asyncio.run(_cancelled(GRANDCHILD, path)))


async def _cancelled(program: str, path: str) -> int:
    """Run a program through our runner, cancel it, and give the pid it told in a file."""
    told = Path(path) / "pid"
    source = f"import sys\nsys.stdout = open({str(told)!r}, 'w', buffering=1)\n{program}"
    running = asyncio.ensure_future(_run(source, Path(path)))
    while not told.exists() or not told.read_text().endswith("\n"):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    return int(told.read_text())


async def _run(source: str, cwd: Path, bounds: Bounds | None = None) -> Ended:
    argv = [sys.executable, "-c", source]
    kept = {} if bounds is None else {"bounds": bounds}
    return await run_process(argv, cwd=cwd, env=dict(os.environ), stdin=None, limit=2**20, **kept)


def lives(pid: int) -> bool:
    """A process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


DEAF = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
READY = "import os\nprint(os.getpid(), flush=True)\nimport time\ntime.sleep(3600)\n"


def group(given: Data, expect: Data) -> None:
    """TERM ends who listens, KILL whoever does not. Ours ends both, and who descends from them."""
    codes = []
    for program in (READY, DEAF + READY):
        process = subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, start_new_session=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(0.3 if program is not READY else 60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        process.stdout.close()
        codes.append(process.returncode)
    assert codes == expect["rc"]
    with tempfile.TemporaryDirectory() as path:
        for program in (READY, DEAF + READY):
            (Path(path) / "pid").unlink(missing_ok=True)
            assert not lives(asyncio.run(_cancelled(program, path)))


def ended(source: str, bounds: Bounds) -> Ended:
    """How a program ends under our bounds."""
    with tempfile.TemporaryDirectory() as path:
        return asyncio.run(_run(source, Path(path), bounds))


def busy(given: Data, expect: Data) -> None:
    """Processor time that is used up is a signal of its own."""
    bounds = Bounds(cpu_s=given["rlimit_cpu_s"][0])
    assert ended("while True: pass", bounds).exit_code == expect["rc"]


def asleep(given: Data, expect: Data) -> None:
    """Waiting uses no processor time, so wall time is kept beside it."""
    seconds = float(given["code"].split()[1])
    bounds = Bounds(cpu_s=given["rlimit_cpu_s"][0])
    began = time.monotonic()
    assert ended(f"import time; time.sleep({seconds})", bounds).exit_code == expect["rc"]
    assert time.monotonic() - began >= given["rlimit_cpu_s"][0]
    assert expect["note"] == "CPU limit does not see wall time"


def large(given: Data, expect: Data) -> None:
    """Memory beyond the bound is refused, and the program tells of it."""
    bounds = Bounds(memory_bytes=given["rlimit_as_mb"] * 2**20)
    over = ended("bytearray(2**30)", bounds)
    assert over.exit_code == expect["rc"]
    assert over.stderr.decode().split()[-1] == expect["stderr_last"]


PLAYED: Mapping[str, Handler] = {
    "async, cooperative": cooperative,
    "async def that calls time.sleep(1)": blocking,
    "sync in thread": in_thread,
    "swallows CancelledError": stubborn,
    "subprocess with grandchild, proc.kill()": grandchild,
    "subprocess in own session, killpg TERM, 0.3s grace, killpg KILL": group,
    "busy loop": busy,
    "sleep 2.5": asleep,
    "bytearray(1 GiB)": large,
}


# --- cancellation and time --------------------------------------------------------------------


def cancels_itself(given: Data, expect: Data) -> None:
    """Bare: a task group takes it for its own doing. Ours: a failure, and the sibling goes on."""

    async def raises(*_: Any) -> Any:
        raise asyncio.CancelledError

    async def bare() -> str:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(raises())
        return "group finishes normally, failure silently lost"

    assert asyncio.run(bare()) == expect["plain_asyncio"]
    stand = Stand({"hand": raises, "sibling": naps(5, "done")})
    spec = {"hand": player(), "sibling": player()}
    steps = (step("a", play(policy=trying(1))), step("b", play("sibling")))
    result = stand.run(melody(*steps, on_step_failure="finish_independent", players=dict(spec)))
    error = result.steps["a"].error
    assert error is not None
    assert result.steps["b"].output == "done"
    told = f"StandardError code={error.code}, workflow "
    told += "successful" if result.status.value == "succeeded" else "not successful"
    assert told == expect["required"]


def attributed(given: Data, expect: Data) -> None:
    """Which limit ended which attempt."""
    policy = trying(3, initial_s=0, timeout_s=given["attempt_s"], total_timeout_s=given["total_s"])
    stand = Stand({"hand": naps(given["body_s"])})
    result = stand.run(melody(step("a", play(policy=policy)), players={"hand": player()}))
    words = {
        "attempt timeout (retryable)": "hand timeout.attempt retry",
        "total timeout (not retryable)": "hand policy.wall_time fail",
    }
    assert attempts(result, "a") == [words[expect[f"attempt_{n}"]] for n in range(len(expect))]
    assert stand.elapsed == given["total_s"]


TOPICS: Mapping[str, Handler] = {
    "enforcement": enforced,
    "cancellation": cancels_itself,
    "timeout-attribution": attributed,
}
