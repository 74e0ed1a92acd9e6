"""One flow or crew conducted once: what its nodes do, and what must not outlive it."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from adapters.handover import Handover
from conductor_core import nodes
from conductor_core.failed import HostFault, RegionEnded
from conductor_core.run import Run
from workflow_ir.ids import RegionPath

T = TypeVar("T")


class Walkable(Protocol):
    """A flow or crew that can be walked as the graph of one region of a run."""

    async def walk(
        self, run: Run, region: RegionPath = ..., context: contextvars.Context | None = None
    ) -> None:
        """Let CrewAI walk it."""


class Walk:
    """The bond between a flow or crew and the region of a run that it hosts.

    Args:
        run: The run.
        region: Which of its regions.
        context: Context variables of the run's own code. Steps must not see those of CrewAI, or a
            player that uses CrewAI itself would be taken for a part of this flow or crew.
        inner: Gives a fresh flow or crew for a region below, by its address.
    """

    def __init__(
        self,
        run: Run,
        region: RegionPath,
        context: contextvars.Context,
        inner: Callable[[str], Walkable],
    ) -> None:
        self.run = run
        self.region = region
        self.context = context
        self.handover = Handover(run.stage.clock, active=not run.eager)
        self.closed = False
        """Nodes end where they wait, and no other begins."""
        self._inner = inner
        self._ended: RegionEnded | HostFault | None = None
        self._chains: set[asyncio.Task[Any]] = set()
        """Tasks of CrewAI in which nodes are entered, each with what follows in it."""
        self._waits: set[asyncio.Task[Any]] = set()
        """What nodes and places wait for."""
        self._inside: set[asyncio.Task[None]] = set()
        """Places that go on."""

    @contextmanager
    def node(self) -> Iterator[None]:
        """Round whatever CrewAI calls for one node, relays included."""
        chain = asyncio.current_task()
        if chain is not None:
            self._chains.add(chain)
        with self.handover.node():
            yield

    async def enter(self, address: str) -> nodes.Entered:
        """Enter a node, walk what is inside it, and wait for what it stands for.

        Raises:
            RegionEnded: The run failed; let it end the flow or crew.
            HostFault: MEL951 to MEL953: the flow or crew is not the plan.
        """
        try:
            entered = await self._wait(nodes.enter(self.run, address, self.region))
            if entered.items is None:
                return entered
            await self._places(address)
            record = await self._wait(nodes.settled(self.run, address, self.region))
        except (RegionEnded, HostFault) as ended:
            self._ended = self._ended or ended
            raise
        return replace(entered, record=record)

    async def drive(self, kickoff: Coroutine[Any, Any, T]) -> T:
        """Let CrewAI run the flow or crew, and await what it leaves behind.

        CrewAI's own tasks are never cancelled: a chain of methods is as many tasks deep, and a
        cancellation handed down through them needs as many stack frames. What the nodes wait
        for is cancelled instead, and the flow comes to its end from the last method upwards.

        Returns:
            What the kickoff gave.

        Raises:
            RegionEnded: The region failed.
            HostFault: The flow or crew is not the plan of the run.
        """
        with self.handover.graph():
            flow = asyncio.get_running_loop().create_task(kickoff)
            cancelled = await self._end_of({flow})
            self._close()
            cancelled |= await self._end_of(set(self._chains))
        if cancelled:
            raise asyncio.CancelledError
        result = flow.result()
        if self._ended is not None:  # CrewAI swallows what racing listeners raise
            raise self._ended
        return result

    async def _end_of(self, tasks: set[asyncio.Task[Any]]) -> bool:
        """Wait for tasks however often the caller is cancelled; whether it was."""
        left, cancelled = {task for task in tasks if not task.done()}, False
        while left:
            try:
                _, left = await asyncio.wait(left)
            except asyncio.CancelledError:
                cancelled = True
                self._close()
        for task in tasks:
            if not task.cancelled():
                task.exception()  # looked at, or Python would log it as never retrieved
        return cancelled

    def _close(self) -> None:
        self.closed = True
        for task in self._waits | self._inside:
            task.cancel()

    async def _places(self, address: str) -> None:
        """Walk every place inside a node; the iterations of a loop one after the other."""
        batches = nodes.places(self.run, address, self.region)

        async def following() -> Sequence[int] | None:
            async for batch in batches:
                return batch
            return None

        while (batch := await self._wait(following())) is not None:
            with self.handover.waiting():
                await self._together([self._place(address, index) for index in batch])

    async def _together(self, calls: Sequence[Coroutine[Any, Any, None]]) -> None:
        """Await all; when one raises, the others are cancelled and awaited before it goes on."""
        loop = asyncio.get_running_loop()
        places = [loop.create_task(call) for call in calls]
        if not places:
            return
        self._inside.update(places)
        try:
            await asyncio.wait(places, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            left = {place for place in places if not place.done()}
            for place in left:
                place.cancel()
            await self._end_of(left)
            self._inside.difference_update(places)
        raised = [place.exception() for place in places if not place.cancelled()]
        for problem in filter(None, raised):
            raise problem

    async def _place(self, address: str, index: int) -> None:
        with self.handover.holding():
            inner = await self._wait(nodes.open_item(self.run, address, index, self.region))
            if inner is not None:
                below = self._inner(self.run.regions[inner].region.address)
                try:
                    with self.handover.waiting():
                        await below.walk(self.run, inner, self.context)
                except RegionEnded as ended:
                    if ended.region != inner:
                        raise
            await self._wait(nodes.close_item(self.run, address, index, self.region))

    async def _wait(self, call: Coroutine[Any, Any, T]) -> T:
        """Wait for the conductor; time may pass meanwhile."""
        with self.handover.waiting():
            return await self._conduct(call)

    async def _conduct(self, call: Coroutine[Any, Any, T]) -> T:
        """Let the conductor's code run in the run's own context."""
        if self.closed:
            call.close()
            raise asyncio.CancelledError
        loop = asyncio.get_running_loop()
        wait = loop.create_task(call, context=self.context.copy())
        self._waits.add(wait)
        wait.add_done_callback(self._waits.discard)
        return await wait
