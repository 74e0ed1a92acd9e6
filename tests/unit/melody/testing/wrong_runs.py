"""Wrong adapters: each is the toy with one mistake round its runs or in their results."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from threading import Thread
from typing import Any, Protocol

from adapters.base import Compiled
from conductor_core import nodes
from conductor_core.run import Run, Start
from conductor_core.stage import RunContext
from tests.unit.melody.testing.toy import Sheet, ToyAdapter, Walk
from workflow_ir.events import Event, EventKind
from workflow_ir.ids import RegionPath
from workflow_ir.result import RunResult, RunStatus


class Running(Protocol):
    """Runs as the honest toy does, with other inputs or another start mode if need be."""

    async def __call__(
        self, *, inputs: Mapping[str, Any] = ..., start: Start = ...
    ) -> RunResult: ...


class _Round(ToyAdapter):
    """What an adapter does round its run."""

    async def execute(
        self,
        compiled: Compiled,
        inputs: Mapping[str, Any],
        context: RunContext,
        *,
        start: Start = "eager",
    ) -> RunResult:
        right = super().execute

        async def run(*, inputs: Mapping[str, Any] = inputs, start: Start = start) -> RunResult:
            return await right(compiled, inputs, context, start=start)

        return await self.round(run, inputs, context)

    async def round(
        self, run: Running, inputs: Mapping[str, Any], context: RunContext
    ) -> RunResult:
        return self.ended(await run())

    def ended(self, result: RunResult) -> RunResult:
        return result


class IgnoresCancellation(_Round):
    """It gives a result although it was told to stop."""

    async def round(
        self, run: Running, inputs: Mapping[str, Any], context: RunContext
    ) -> RunResult:
        running = asyncio.ensure_future(run())
        while not running.done():
            try:
                await asyncio.shield(running)
            except asyncio.CancelledError:
                continue
        return running.result()


class LeavesTasks(_Round):
    """A cancelled run is left to itself."""

    async def round(
        self, run: Running, inputs: Mapping[str, Any], context: RunContext
    ) -> RunResult:
        return await asyncio.shield(asyncio.ensure_future(run()))


class RetriesByItself(_Round):
    """A run that has failed is run again."""

    async def round(
        self, run: Running, inputs: Mapping[str, Any], context: RunContext
    ) -> RunResult:
        result = await run()
        return await run() if result.status is RunStatus.FAILED else result


class SharesTheInputs(_Round):
    """The inputs of the first run serve all runs that begin before it has ended."""

    def __init__(self) -> None:
        self.inputs: list[Mapping[str, Any]] = []

    async def round(
        self, run: Running, inputs: Mapping[str, Any], context: RunContext
    ) -> RunResult:
        self.inputs.append(inputs)
        try:
            return await run(inputs=self.inputs[0])
        finally:
            self.inputs.remove(inputs)


class SaysSucceeded(_Round):
    """A step failed, and the run says that all is well."""

    def ended(self, result: RunResult) -> RunResult:
        return replace(result, status=RunStatus.SUCCEEDED, error=None, failed_step=None)


class LosesOutputs(_Round):
    """It works the outputs out by itself, and takes numbers for text."""

    def ended(self, result: RunResult) -> RunResult:
        return replace(result, outputs={name: str(value) for name, value in result.outputs.items()})


class CountsNothing(_Round):
    """A result of its own making, without what the conductor counted."""

    def ended(self, result: RunResult) -> RunResult:
        return replace(result, entries={})


class LosesTheCost(_Round):
    """What the run has cost is nobody's business."""

    def ended(self, result: RunResult) -> RunResult:
        return replace(result, usage=replace(result.usage, usd=0.0, tokens=0))


class AlwaysItsOwnSchedule(_Round):
    """``start: eager`` is not heard, and one node is entered after the other."""

    async def round(
        self, run: Running, inputs: Mapping[str, Any], context: RunContext
    ) -> RunResult:
        return await run(start="graph")

    def walk(self, sheet: Sheet, run: Run, region: RegionPath) -> Walk:
        return _InTurn(self, sheet, run, region)


class _InTurn(Walk):
    async def to_the_end(self) -> None:
        while ready := self.ready():
            self.begun.add(ready[0])
            await self.enter(ready[0])

    async def enter(self, node: str) -> None:
        entered = await nodes.enter(self.run, node, self.region)
        self.fire(node, entered.label)


class BlocksTheLoop(_Round):
    """The run has a loop of its own in a thread, which the caller's loop waits for."""

    async def round(
        self, run: Running, inputs: Mapping[str, Any], context: RunContext
    ) -> RunResult:
        results: list[RunResult] = []
        thread = Thread(target=lambda: results.append(_in_a_loop(run)), daemon=True)
        thread.start()
        thread.join()
        return results[0]


def _in_a_loop(run: Running) -> RunResult:
    async def whole() -> RunResult:
        return await run()

    return asyncio.run(whole())


class NeverEnds(_Round):
    """After the last node it waits for more."""

    async def round(
        self, run: Running, inputs: Mapping[str, Any], context: RunContext
    ) -> RunResult:
        result = await run()
        await asyncio.get_running_loop().create_future()
        return result


class BreaksDown(_Round):
    """It looks for something that no run has."""

    async def round(
        self, run: Running, inputs: Mapping[str, Any], context: RunContext
    ) -> RunResult:
        return await run(inputs={"all": inputs["outputs"]})


class TellsTheEndTwice(_Round):
    """It writes to the journal by itself."""

    async def round(
        self, run: Running, inputs: Mapping[str, Any], context: RunContext
    ) -> RunResult:
        result = await run()
        facts = {"status": result.status.value}
        context.journal.append(Event(EventKind.RUN_FINISHED, 1, 0.0, result.run, "", facts))
        return result
