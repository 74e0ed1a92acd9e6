"""Hosting a run: the conductor and a framework's graph side by side, from start to result.

Whichever ends first, the other is brought to an end in the right order: the conductor cancels and
awaits every step before the framework's own task is touched, so nothing is orphaned (spec 1).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from conductor_core.end_all import end_all
from conductor_core.entries import missing_entries
from conductor_core.failed import HostFault, RegionEnded
from conductor_core.report import report
from conductor_core.run import Run
from workflow_ir.events import EventKind
from workflow_ir.result import RunResult, RunStatus

_SETTLE_ROUNDS = 3
"""Turns of the event loop in which the conductor sees that the last step has settled."""

PATIENCE_S = 90.0
"""How long a framework may do without entering a node once every step has settled, real seconds.
CrewAI waits for its listeners twice, up to 30 s each time."""

GRACE_S = 10.0
"""How long a cancelled framework may take to end before it is left behind, real seconds. CrewAI
waits up to five for its event bus."""


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
    conductor = asyncio.create_task(run.conduct())
    framework = asyncio.create_task(_quietly(drive))
    try:
        await asyncio.wait({conductor, framework}, return_when=asyncio.FIRST_COMPLETED)
        if not conductor.done():
            await _framework_ended_first(run, conductor, framework)
        await asyncio.wait({conductor})
        if _ended_well(conductor) or (run.finish_independent and not run.pause.paused):
            await _walked(run, framework)
            _raise_fault(framework)
            _compare_entries(run)
        else:
            await _stop(framework)
            _raise_fault(framework)
        result = report(run, backend=backend, began=began)
        if result.status is RunStatus.FAILED:
            await run.undoing.undo()
            result = report(run, backend=backend, began=began)
    except BaseException as ending:
        await _bring_to_an_end(run, conductor, framework, ending)
        await _undo(run, ending)
        _journal_the_end(run, ending)
        raise
    run.stage.emit(
        EventKind.RUN_FINISHED,
        status=result.status.value,
        error=None if result.error is None else result.error.to_json(),
    )
    return result


async def _bring_to_an_end(
    run: Run,
    conductor: asyncio.Task[None],
    framework: asyncio.Task[None],
    ending: BaseException,
) -> None:
    """End both, the conductor first; what ``ending`` says is not replaced by anything new."""
    if isinstance(ending, asyncio.CancelledError):
        run.undoing.interrupt()
    for end in (end_all([conductor]), _stop(framework)):
        try:
            await end
        except asyncio.CancelledError:
            run.undoing.interrupt()
        except HostFault as fault:
            ending.add_note(str(fault))
    for task in (conductor, framework):
        if task.done() and not task.cancelled():
            task.exception()  # looked at: ``ending`` is what is told


async def _undo(run: Run, ending: BaseException) -> None:
    """A run that is not reported is undone too, unless a bug of ours has ended it."""
    if not isinstance(ending, asyncio.CancelledError | HostFault):
        return
    try:
        await run.undoing.undo()
    except asyncio.CancelledError:  # the end of the run is told already
        return
    except Exception as problem:  # noqa: BLE001  what ended the run must not be hidden
        ending.add_note(f"what the run did was not undone: {problem}")


def _journal_the_end(run: Run, ending: BaseException) -> None:
    """A run that is not reported has an end in its journal too, if that can still be written."""
    cancelled = isinstance(ending, asyncio.CancelledError)
    status = RunStatus.CANCELLED if cancelled else RunStatus.FAILED
    facts: dict[str, Any] = {}
    if not cancelled:
        facts["fault"] = f"{type(ending).__name__}: {ending}"
    if run.undoing.left():
        facts["not_undone"] = run.undoing.left()
    try:
        run.stage.emit(EventKind.RUN_FINISHED, status=status.value, error=None, **facts)
    except Exception as problem:  # noqa: BLE001  the journal's own trouble must not hide the end
        ending.add_note(f"the journal lacks the end of the run: {problem}")


def _ended_well(conductor: asyncio.Task[None]) -> bool:
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
    run: Run, conductor: asyncio.Task[None], framework: asyncio.Task[None]
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


def _raise_fault(framework: asyncio.Task[None]) -> None:
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


async def _walked(run: Run, framework: asyncio.Task[None]) -> None:
    """Every step has settled: the framework only has to walk to the end of its graph."""
    entered = -1
    while not framework.done():
        if entered == run.entries.total():
            raise HostFault("MEL953", "the framework's graph does not end though all is done")
        entered = run.entries.total()
        await asyncio.wait({framework}, timeout=PATIENCE_S)


async def _stop(framework: asyncio.Task[None]) -> None:
    """Cancel the framework's task and wait for it, for the grace time.

    Raises:
        HostFault: MEL953: it does not end.
    """
    framework.cancel()
    cancelled = None
    loop = asyncio.get_running_loop()
    until = loop.time() + GRACE_S
    while not framework.done() and loop.time() < until:
        try:
            await asyncio.wait({framework}, timeout=until - loop.time())
        except asyncio.CancelledError as again:
            cancelled = again
    if not framework.done():
        framework.add_done_callback(lambda done: done.cancelled() or done.exception())
        raise HostFault("MEL953", "the framework does not end when it is cancelled")
    if cancelled is not None:
        raise cancelled
