"""``window``: a step starts only at certain times, and waits for the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conductor_core.kinds.rest import rest
from conductor_core.schedule.opening import opens_in
from workflow_ir.steps import Window

if TYPE_CHECKING:
    from conductor_core.kinds.frame import Frame
    from conductor_core.run import Run


async def window(run: Run, written: Window, frame: Frame) -> None:
    """Wait until one of the times is there.

    Raises:
        StepFault: ``policy.deadline`` or ``policy.budget``: the time given is over before.
    """
    clock = run.stage.clock
    while (seconds := opens_in(written.times, clock.now())) > 0:
        await rest(run, frame, seconds, "window")
