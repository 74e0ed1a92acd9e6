"""A python player in a process of its own (spec 4, Enforcement)."""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from conductor_core.failure.exit_code import from_exit_code
from conductor_core.failure.shown import masked, shown
from conductor_core.players.called import OUTPUT_LIMIT, cancelled_itself, too_large
from conductor_core.players.isolation.bounds import MEMORY_BYTES, Bounds
from conductor_core.players.isolation.exchange import Call
from conductor_core.players.isolation.reply import read_reply
from conductor_core.players.isolation.worker import Stopped, Worker
from conductor_core.players.isolation.workers import Workers
from conductor_core.players.own_thread import own_thread
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.outcome import StandardError, Success

_END_S = 3.6
"""Real seconds a cancelled call is waited for: TERM, KILL and the reaping; less than the attempt's
own grace."""
_SIGXCPU = -24


@dataclass(slots=True)
class IsolatedPerformer:
    """Calls ``module:name`` in another process; the module is never imported in this one."""

    target: str
    """``module:name``; the name may be dotted."""
    folder: Path
    """The project folder; its modules are found first there, too."""
    fresh: bool = False
    """A new process for each call (``process``); else they are kept (``worker``)."""
    workers: Workers = field(init=False)

    def __post_init__(self) -> None:
        self.workers = Workers(self.target, self.folder)

    async def play(self, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """The answer of the process, or why there is none."""
        turn = _Turn()
        work = asyncio.ensure_future(own_thread(lambda: self._perform(turn, request, grant)))
        try:
            await asyncio.wait({work})
        except asyncio.CancelledError:
            turn.cancel()
            await asyncio.wait({work}, timeout=_END_S)
            work.add_done_callback(_forget)
            raise
        return work.result()

    async def preload(self) -> None:
        """Start a process ahead of the first call."""
        if not self.fresh:
            await own_thread(lambda: self.workers.give(self.workers.take(MEMORY_BYTES)))

    def close(self) -> None:
        """End the processes."""
        self.workers.close()

    def _perform(self, turn: _Turn, request: PlayRequest, grant: Grant) -> Success | StandardError:
        """One call; in a thread."""
        bounds = Bounds.of(grant)
        memory = MEMORY_BYTES if bounds.memory_bytes is None else bounds.memory_bytes
        limit = OUTPUT_LIMIT if grant.output_bytes is None else grant.output_bytes
        call_id = secrets.token_hex(8)
        call = Call(_frame(call_id, request, grant, bounds, limit), limit, bounds.cpu_s)
        try:
            worker = self.workers.take(memory)
        except OSError as error:
            return StandardError.of(
                "config.missing",
                f"no process for {self.target} could be started: {error.strerror}",
                origin="host",
            )
        if not turn.begin(worker):
            worker.end(grace_s=0.0)
            return cancelled_itself(self.target)  # nobody hears it
        line = worker.call(call)
        if isinstance(line, Stopped):
            return self._stopped(line, limit)
        reply = read_reply(line, call_id)
        if reply is None:
            worker.end(grace_s=0.0)
            return self._garbage()
        wanted = turn.end()  # else there is a `cancel` on its way to it
        if wanted and not self.fresh and not reply.unloaded:
            self.workers.give(worker)
        else:
            worker.close()
        return reply.outcome

    def _garbage(self) -> StandardError:
        return StandardError.of(
            "player.crash", f"{self.target} wrote into the pipe of its process's answers"
        )

    def _stopped(self, ended: Stopped, limit: int) -> StandardError:
        """The error of a call that the process did not live to answer."""
        code, printed = ended.exit_code, ended.printed
        detail = {"printed": masked(printed[-2000:])} if printed else {}
        match ended.why:
            case "output":
                return too_large(self.target, limit).replace(detail=detail)
            case "garbage":
                return self._garbage().replace(detail=detail)
            case "cpu":
                code = _SIGXCPU
        if "MemoryError" in printed[-400:]:  # not even the answer could be made
            return StandardError.of(
                "policy.memory",
                f"{self.target} needed more memory than it may use",
                policy_limit="memory",
                exit_code=code,
                detail=detail,
            )
        if code < 0:
            told = from_exit_code(code, program=f"the process of {self.target}")
            limit_hit = "cpu" if told.code == "policy.cpu" else None
            return told.replace(policy_limit=limit_hit, detail=detail)
        return StandardError.of(
            "player.crash",
            shown(f"{self.target} ended its process with exit code {code}, without an answer"),
            exit_code=code,
            detail=detail,
        )


class _Turn:
    """One call and the process that makes it; the two may be cancelled apart."""

    def __init__(self) -> None:
        self._worker: Worker | None = None
        self._cancelled = False
        self._lock = threading.Lock()

    def begin(self, worker: Worker) -> bool:
        """The process is there; False: nobody wants it any more."""
        with self._lock:
            self._worker = worker
            return not self._cancelled

    def end(self) -> bool:
        """It has answered; False: it was told to stop meanwhile."""
        with self._lock:
            self._worker = None
            return not self._cancelled

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            if self._worker is not None:
                self._worker.cancel()


_GRANTED = tuple(one.name for one in fields(Grant) if one.name != "clock")


def _frame(call_id: str, request: PlayRequest, grant: Grant, bounds: Bounds, limit: int) -> bytes:
    tree: dict[str, Any] = {
        "id": call_id,
        "request": {
            **{one.name: getattr(request, one.name) for one in fields(PlayRequest)},
            "parameters": dict(request.parameters),
        },
        "grant": {name: getattr(grant, name) for name in _GRANTED},
        "now": None if grant.clock is None else grant.clock.now(),
        "cpu_s": bounds.cpu_s,
        "output_bytes": limit,
    }
    return json.dumps(tree, separators=(",", ":")).encode() + b"\n"


def _forget(work: asyncio.Future[Any]) -> None:
    if not work.cancelled():
        work.exception()
