"""A step that does nothing but wait: it is ``waiting``, and no budget's time is slept away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from conductor_core.failed import StepFault
from workflow_ir.events import EventKind
from workflow_ir.result import StepStatus

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


@contextmanager
def waiting(frame: Frame) -> Iterator[None]:
    """Round a wait. Whoever is cancelled within stays ``waiting`` for the one who cancelled."""
    frame.record.status = StepStatus.WAITING
    yield
    frame.record.status = StepStatus.RUNNING


async def rest(run: Run, frame: Frame, seconds: float, reason: str) -> None:
    """Let time pass.

    Args:
        run: The run.
        frame: Who waits.
        seconds: How long.
        reason: ``wait``, ``window`` or ``require``, for the journal.

    Raises:
        StepFault: ``policy.deadline`` or ``policy.budget``: the time given is over before.
    """
    with run.stage.paused.working():
        await _rest(run, frame, seconds, reason)


async def _rest(run: Run, frame: Frame, seconds: float, reason: str) -> None:
    clock, cutoff = run.stage.clock, frame.purse.cutoff()
    until = clock.now() + max(0.0, seconds)
    stamp = datetime.fromtimestamp(until, UTC).isoformat(timespec="milliseconds")
    run.stage.emit(EventKind.WAITING, frame.path, reason=reason, until=stamp.replace("+00:00", "Z"))
    with waiting(frame):
        if cutoff is not None and cutoff.at <= until:
            await clock.sleep(max(0.0, cutoff.at - clock.now()), path=frame.path)
            raise StepFault(cutoff.error())
        await clock.sleep(max(0.0, seconds), path=frame.path)
