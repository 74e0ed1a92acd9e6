"""The process that performs a python player: reads calls, calls, answers, until nothing more comes.

It is started by ``Worker`` and knows its runner only by two pipes with a JSON object a line.
Nothing is unpickled. What is imported here delays every start, so it is little: pydantic and
asyncio come with the players that use them.
"""

from __future__ import annotations

import inspect
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conductor_core.failure.classify import classify
from conductor_core.players.called import Called, answer, exited, load
from conductor_core.players.project_modules import project_folder
from workflow_ir.outcome import StandardError, Success

_CHUNK = 2**20
_FILES = 1024
"""Files that a player may have open."""


def main(told: Mapping[str, Any]) -> None:
    """Perform until the runner closes the pipe of calls.

    Args:
        told: ``target``, ``folder``, ``memory_bytes``, ``calls`` and ``answers`` (file numbers).
    """
    for end in (told["calls"], told["answers"]):
        os.set_inheritable(end, False)  # noqa: FBT003 - a positional parameter
    _bound(resource.RLIMIT_AS, told["memory_bytes"])
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_NOFILE, _FILES)
    signal.signal(signal.SIGTERM, _stop)
    stand = _Stand(told["target"], Path(told["folder"]))
    with project_folder(stand.folder):
        stand.load()
        for line in _lines(told["calls"]):
            _write(told["answers"], stand.perform(json.loads(line)))


class _Stopped(SystemExit):
    """The runner has asked it to end: ``finally`` and ``atexit`` still run."""


def _stop(number: int, frame: object) -> None:
    del frame
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise _Stopped(128 + number)


class _Stand:
    """One player and what is kept for it between calls."""

    def __init__(self, target: str, folder: Path) -> None:
        self.target, self.folder = target, folder
        self._called: Called | StandardError | None = None
        self._runner: Any = None
        """Of async callables: one loop for all calls, so that what a module keeps works."""

    def load(self) -> None:
        self._called = load(self.target, self.folder)

    def perform(self, call: Mapping[str, Any]) -> dict[str, Any]:
        """``{id, success}`` or ``{id, error}``; ``unloaded`` if another try may find more."""
        _bound_cpu(call["cpu_s"])
        outcome = self._outcome(call)
        told: dict[str, Any] = {"id": call["id"]}
        if isinstance(outcome, Success):
            told["success"] = {
                "output": outcome.output,
                "usd": outcome.usd,
                "tokens": outcome.tokens,
                "degraded": outcome.degraded,
                "synthetic": outcome.synthetic,
                "internal_attempts": outcome.internal_attempts,
            }
        else:
            told["error"] = outcome.to_json()
        if not isinstance(self._called, Called):
            told["unloaded"] = True
        return told

    def _outcome(self, call: Mapping[str, Any]) -> Success | StandardError:
        if not isinstance(self._called, Called):
            assert self._called is not None
            return self._called
        try:
            arguments = self._called.signature.arguments(
                call["request"]["with_"], lambda kind: _handed(kind, call)
            )
            if isinstance(arguments, StandardError):
                return arguments.replace(message=f"{self.target}: {arguments.message}")
            result = self._called.function(**arguments)
            if inspect.isawaitable(result):
                result = self._awaited(result)
            return answer(self.target, result, call["output_bytes"])
        except _Stopped:
            raise
        except SystemExit as error:
            return exited(self.target, error)
        except BaseException as error:  # noqa: BLE001 - whatever it is becomes data
            return _failure(self.target, error)

    def _awaited(self, result: Any) -> Any:
        import asyncio

        async def work() -> Any:
            return await result

        if self._runner is None:
            self._runner = asyncio.Runner()
        return self._runner.run(work())


def _failure(target: str, error: BaseException) -> StandardError:
    """What was raised, as the conductor itself would classify it."""
    if isinstance(error, MemoryError):
        return StandardError.of(
            "policy.memory", f"{target} needed more memory than it may use", policy_limit="memory"
        )
    try:
        return classify(error)
    except Exception:  # noqa: BLE001 - the exception's own methods fail
        kind = type(error).__name__
        return StandardError.of("player.bug", f"{target} raised {kind}, which cannot tell")


def _handed(kind: str, call: Mapping[str, Any]) -> object:
    """The grant or the request, for a callable that asks for it."""
    from conductor_core.players.isolation.child_clock import ChildClock
    from conductor_core.ports import Grant, PlayRequest

    if kind == "PlayRequest":
        request = dict(call["request"])
        return PlayRequest(**{**request, "arguments": tuple(request["arguments"])})
    now = call["now"]
    clock = None if now is None else ChildClock(now)
    return Grant(**call["grant"], clock=clock)


def _bound(kind: int, most: int) -> None:
    """Set a limit that this process cannot raise again; never above what holds already."""
    _, hard = resource.getrlimit(kind)
    bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (bound, bound))


def _bound_cpu(seconds: int | None) -> None:
    """Bound the processor time of the next call: what was used before it does not count.

    Only the soft limit, since the hard one could not be raised for the call after; the runner
    watches the time, too.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = hard
    if seconds is not None:
        used = int(time.process_time()) + 1 + seconds
        soft = used if hard == resource.RLIM_INFINITY else min(used, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _lines(calls: int) -> Any:
    """The lines that come from the runner, whole."""
    rest = bytearray()
    while True:
        chunk = os.read(calls, _CHUNK)
        if not chunk:
            return
        rest += chunk
        if chunk.endswith(b"\n"):  # the runner sends a call only after the answer to the last
            yield rest
            rest = bytearray()


def _write(answers: int, told: dict[str, Any]) -> None:
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    left = memoryview(text.encode(errors="replace") + b"\n")
    while left:
        left = left[os.write(answers, left) :]


def start() -> None:
    """What the first line of the process calls, with its instructions as the last argument."""
    main(json.loads(sys.argv[-1]))
