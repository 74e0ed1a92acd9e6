"""Walk a ``Program``: a node is entered when all edges of one of its groups have fired."""

from __future__ import annotations

import asyncio
from collections import Counter

from adapters.native.compile import Program
from adapters.together import together
from conductor_core import nodes
from conductor_core.end_all import end_all
from conductor_core.failed import RegionEnded
from conductor_core.run import Run
from workflow_ir.ids import ROOT, RegionPath
from workflow_ir.plan import NodeKind


async def walk(program: Program, run: Run, region: RegionPath = ROOT) -> None:
    """Enter every node of one region in its order.

    Raises:
        RegionEnded: The region failed; every task made here has ended.
        HostFault: The program is not the plan of the run.
    """
    walker = _Walker(program, run, region)
    for address in program.starts:
        walker.begin(address)
    await walker.finish()


class _Walker:
    def __init__(self, program: Program, run: Run, region: RegionPath) -> None:
        self._program = program
        self._run = run
        self._region = region
        self._fired: Counter[tuple[str, str]] = Counter()
        self._going: set[asyncio.Task[None]] = set()
        self._problem: BaseException | None = None
        self._end = asyncio.Event()

    def begin(self, address: str) -> None:
        task = asyncio.get_running_loop().create_task(self._enter(address))
        self._going.add(task)
        task.add_done_callback(self._ended)

    async def finish(self) -> None:
        """Wait for the last node; on a problem or a cancellation the others are awaited too."""
        try:
            await self._end.wait()
        finally:
            await end_all(list(self._going))
        if self._problem is not None:
            raise self._problem

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._going.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._problem = self._problem or task.exception()
        if self._problem is not None or not self._going:
            self._end.set()

    async def _enter(self, address: str) -> None:
        entered = await nodes.enter(self._run, address, self._region)
        if entered.items is not None:
            async for batch in nodes.places(self._run, address, self._region):
                await together(self._place(address, index) for index in batch)
            await nodes.settled(self._run, address, self._region)
        self._fire(address, entered.label)

    async def _place(self, address: str, index: int) -> None:
        """One item of a map, or one place inside a step: its own graph, then its outcome."""
        inner = await nodes.open_item(self._run, address, index, self._region)
        if inner is not None:
            child = self._program.children[self._run.regions[inner].region.address]
            try:
                await walk(child, self._run, inner)
            except RegionEnded as ended:
                if ended.region != inner:
                    raise
        await nodes.close_item(self._run, address, index, self._region)

    def _fire(self, address: str, label: str | None) -> None:
        decides = self._program.region.nodes[address].kind is NodeKind.DECIDE
        for edge in self._program.ahead[address]:
            if decides and edge.label != label:
                continue
            self._fired[edge.target, edge.group] += 1
            if self._fired[edge.target, edge.group] == self._wanted(edge.target, edge.group):
                self.begin(edge.target)

    def _wanted(self, target: str, group: str) -> int:
        return self._program.awaited[target][group]
