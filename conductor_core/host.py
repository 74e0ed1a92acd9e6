"""Hosting a run: the conductor and a framework's graph side by side, from start to result.

Whichever ends first, the other is brought to an end in the right order: the conductor cancels and
awaits every step before the framework's own task is touched, so nothing is orphaned (spec 1).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from conductor_core.entries import missing_entries
from conductor_core.failed import HostFault, RegionEnded
from conductor_core.report import report
from conductor_core.run import Run
from workflow_ir.events import EventKind
from workflow_ir.result import RunResult, RunStatus

_SETTLE_ROUNDS = 3
"""Turns of the event loop in which the conductor sees that the last step has settled."""


async def host(run: Run, drive: Callable[[], Awaitable[object]], *, backend: str) -> RunResult:
    """Open a run, let ``drive`` walk the framework's graph, and report.

    Args:
        run: A run that was not opened yet.
        drive: Starts the framework's graph and returns when it has ended. ``RegionEnded``
            leaves it when the run failed.
        backend: Name of the backend, for the result.

    Raises:
        HostFault: MEL951 to MEL953, or a framework that broke down.
        asyncio.CancelledError: The caller is cancelled; all steps were cancelled and awaited.
    """
    run.open()
    began = run.stage.clock.now()
    conductor = asyncio.ensure_future(run.conduct())
    framework = asyncio.ensure_future(_quietly(drive))
    try:
        await asyncio.wait({conductor, framework}, return_when=asyncio.FIRST_COMPLETED)
        if not conductor.done():
            await _framework_ended_first(run, conductor, framework)
        await asyncio.wait({conductor})
        if _ended_well(conductor) or run.finish_independent:
            await asyncio.wait({framework})
            _raise_fault(framework)
            _compare_entries(run)
        else:
            await _end(framework)
            _raise_fault(framework)
    except BaseException as ending:
        await _end(conductor)
        await _end(framework)
        if isinstance(ending, asyncio.CancelledError):
            run.stage.emit(EventKind.RUN_FINISHED, status=RunStatus.CANCELLED.value)
        raise
    result = report(run, backend=backend, began=began)
    run.stage.emit(
        EventKind.RUN_FINISHED,
        status=result.status.value,
        error=None if result.error is None else result.error.to_json(),
    )
    return result


def _ended_well(conductor: asyncio.Future[None]) -> bool:
    """Whether the run came to its end without a failure; what else it raised is a bug of ours."""
    failed = conductor.exception()
    if failed is not None and not isinstance(failed, RegionEnded):
        raise failed
    return failed is None


async def _quietly(drive: Callable[[], Awaitable[object]]) -> None:
    """A failed run leaves the framework as ``RegionEnded``, which is no news to the host."""
    try:
        await drive()
    except RegionEnded:
        return


async def _framework_ended_first(
    run: Run, conductor: asyncio.Future[None], framework: asyncio.Future[None]
) -> None:
    """The framework has walked its graph; the conductor must be at its end as well."""
    _raise_fault(framework)
    for _ in range(_SETTLE_ROUNDS):
        if conductor.done() or run.root is None or run.root.unsettled == 0:
            return
        await asyncio.sleep(0)
    if run.failing():
        return
    _compare_entries(run)
    raise HostFault("MEL953", "the framework's graph ended while steps were still to be done")


def _raise_fault(framework: asyncio.Future[None]) -> None:
    if not framework.done() or framework.cancelled():
        return
    problem = framework.exception()
    if problem is None:
        return
    if isinstance(problem, HostFault):
        raise problem
    raise HostFault(
        "MEL953", f"the framework broke down: {type(problem).__name__}: {problem}"
    ) from problem


def _compare_entries(run: Run) -> None:
    problems = missing_entries(run)
    if problems:
        raise HostFault("MEL953", "; ".join(problems))


async def _end(future: asyncio.Future[None]) -> None:
    future.cancel()
    while not future.done():
        try:
            await asyncio.wait({future})
        except asyncio.CancelledError:
            continue
    if not future.cancelled():
        future.exception()
