"""One flow conducted once: what its methods do, and what must not outlive it."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from adapters.crewai.envelope import sealed
from adapters.handover import Handover
from conductor_core import nodes
from conductor_core.failed import HostFault, RegionEnded
from conductor_core.run import Run
from workflow_ir.ids import RegionPath
from workflow_ir.plan import NodeKind
from workflow_ir.result import StepRecord

if TYPE_CHECKING:
    from adapters.crewai.flow import MelodyFlow

T = TypeVar("T")

_SETTLING = (NodeKind.STEP, NodeKind.MAP, NodeKind.NEST, NodeKind.JOIN)
"""Kinds of nodes at whose end a step has settled."""


class Walk:
    """The bond between a flow and the region of a run that it hosts.

    Args:
        flow: The flow; it hosts nothing else meanwhile.
        run: The run.
        region: Which of its regions.
        context: Context variables of the run's own code. Steps must not see those of CrewAI, or a
            player that uses CrewAI itself would be taken for a part of this flow.
    """

    def __init__(
        self, flow: MelodyFlow, run: Run, region: RegionPath, context: contextvars.Context
    ) -> None:
        self.flow = flow
        self.run = run
        self.region = region
        self.context = context
        self.handover = Handover(run.stage.clock, active=not run.eager)
        self._ended: RegionEnded | HostFault | None = None
        self._chains: set[asyncio.Task[Any]] = set()
        """Tasks of CrewAI in which methods run, each with what listens to it."""
        self._waits: set[asyncio.Task[Any]] = set()
        """What methods and places wait for."""
        self._inside: set[asyncio.Task[None]] = set()
        """Places that go on."""
        self._closed = False

    @contextmanager
    def method(self) -> Iterator[None]:
        """Round a method of the flow, relays included."""
        chain = asyncio.current_task()
        if chain is not None:
            self._chains.add(chain)
        with self.handover.node():
            yield

    async def enter(self, address: str, labels: Mapping[str, str] | None) -> Any:
        """What a method does; see ``dispatch.run_step``."""
        try:
            entered = await self._wait(nodes.enter(self.run, address, self.region))
            record = entered.record
            if entered.items is not None:
                await self._places(address)
                record = await self._wait(nodes.settled(self.run, address, self.region))
        except (RegionEnded, HostFault) as ended:
            # CrewAI would print it as an error of a listener; whoever hosts the run tells it.
            ended._flow_listener_logged = True  # type: ignore[union-attr]  # noqa: SLF001
            self._ended = self._ended or ended
            raise
        if labels is not None:
            return self._event(address, labels, entered.label)
        return self._keep(address, record)

    async def drive(self, kickoff: Coroutine[Any, Any, object]) -> None:
        """Let CrewAI run the flow, and await what it leaves behind.

        CrewAI's own tasks are never cancelled: a chain of methods is as many tasks deep, and a
        cancellation handed down through them needs as many stack frames. What the methods wait
        for is cancelled instead, and the flow comes to its end from the last method upwards.

        Raises:
            RegionEnded: The region failed.
            HostFault: The flow is not the plan of the run.
        """
        with self.handover.graph():
            flow = asyncio.get_running_loop().create_task(kickoff)
            cancelled = await self._end_of({flow})
            self._close()
            cancelled |= await self._end_of({task for task in self._chains if not task.done()})
        if cancelled:
            raise asyncio.CancelledError
        flow.result()
        if self._ended is not None:  # CrewAI swallows what racing listeners raise
            raise self._ended

    async def _end_of(self, tasks: set[asyncio.Task[Any]]) -> bool:
        """Wait for tasks however often the caller is cancelled; whether it was."""
        left, cancelled = tasks, False
        while left:
            try:
                _, left = await asyncio.wait(left)
            except asyncio.CancelledError:
                cancelled = True
                self._close()
        for task in tasks:
            if not task.cancelled():
                task.exception()
        return cancelled

    def _close(self) -> None:
        """Methods end where they wait, and no other begins."""
        self._closed = True
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
                flow = self.flow.inner(self.run.regions[inner].region.address)
                try:
                    with self.handover.waiting():
                        await flow.walk(self.run, inner, self.context)
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
        if self._closed:
            call.close()
            raise asyncio.CancelledError
        loop = asyncio.get_running_loop()
        wait = loop.create_task(call, context=self.context.copy())
        self._waits.add(wait)
        wait.add_done_callback(self._waits.discard)
        return await wait

    def _event(self, address: str, labels: Mapping[str, str], label: str | None) -> str:
        event = labels.get(label or "")
        if event is None:
            raise HostFault("MEL953", f"router {address!r} has no event for {label!r}")
        return event

    def _keep(self, address: str, record: StepRecord) -> dict[str, str]:
        """Put the record into the flow's state; the method's own result stays small.

        CrewAI walks through all results of earlier methods before each method.
        """
        kind = self.run.regions[self.region].region.nodes[address].kind
        if kind in _SETTLING:
            self.flow.state["steps"][record.path] = sealed(record)
        return {"step": record.path, "status": record.status.value}
