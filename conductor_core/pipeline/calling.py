"""A sub-melody in the course of an attempt: the one who asks for it steps aside meanwhile."""

from __future__ import annotations

from typing import Any

from conductor_core.clock.lease import Lease
from conductor_core.performance import Going
from conductor_core.pipeline.wings import Wings
from workflow_ir.outcome import StandardError, Success


async def call(
    going: Going, module: str, inputs: dict[str, Any], *, path: str, lease: Lease
) -> Success | StandardError:
    """Run a sub-melody to its end; its outputs.

    Its steps take places of the run by themselves, so the attempt gives its own up meanwhile: with
    ``concurrency: 1`` each would wait for the other. The time in which they only wait for people is
    given back to the budgets, yet what limits the attempt goes on: it does not wait for longer.

    Args:
        going: The performance it is asked for.
        module: Key of the sub-melody.
        inputs: What it gets.
        path: Run path of the player that asks.
        lease: Its clock.

    Raises:
        asyncio.CancelledError: The attempt is over; everything inside was cancelled and awaited.
    """
    task, stage = going.task, going.stage
    if task.call is None:
        text = f"no sub-melody can be run at {path!r}"
        return StandardError.of("config.invalid", text, origin="conductor")
    wings = Wings(going, lease)
    async with wings.back():
        wings.give_up()
        with lease.away(), stage.paused.resting():
            answer = await task.call(module, inputs, path)
        if path != task.path:  # whoever asked for it goes on working
            await wings.enter()
    return answer
