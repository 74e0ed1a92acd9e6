"""The flow class. ``silence.load`` imports this module, and with it CrewAI, before all others."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from crewai.events import crewai_event_bus
from crewai.events.types.flow_events import FlowPlotEvent
from crewai.flow.flow import Flow
from crewai.flow.flow_definition import FlowDefinition
from crewai.flow.visualization import build_flow_structure, render_interactive
from pydantic import PrivateAttr

from adapters.crewai.edges import edges_of
from adapters.crewai.envelope import sealed
from adapters.crewai.score import Score
from adapters.crewai.silence import built, quiet, unkept
from adapters.crewai.walk import Walk
from conductor_core.failed import HostFault, RegionEnded
from conductor_core.run import Run
from workflow_ir.ids import ROOT, RegionPath
from workflow_ir.plan import Edge, NodeKind
from workflow_ir.result import StepRecord

_SETTLING = (NodeKind.STEP, NodeKind.MAP, NodeKind.NEST, NodeKind.JOIN)
"""Kinds of nodes at whose end a step has settled."""


class MelodyFlow(Flow):  # type: ignore[type-arg]  # its `[…]` makes another class
    """One region of a Melody as a CrewAI flow, built from its declarative definition.

    ``kickoff``, ``kickoff_async``, ``plot`` and CrewAI's events work as on any other flow. A
    kickoff runs the Melody in graph mode: CrewAI decides when a method starts, and a method
    performs its step under the Melody's policy. Its result is the Melody's outputs; the state
    holds ``inputs``, ``steps`` (records by run path) and ``outputs``.
    """

    # A private name of CrewAI: without it the first flow of a process loads its memory store,
    # 1.7 s of imports that no Melody needs.
    _skip_auto_memory: bool = PrivateAttr(default=True)
    _score: Score | None = PrivateAttr(default=None)
    _walk: Walk | None = PrivateAttr(default=None)

    @classmethod
    def of(cls, score: Score) -> MelodyFlow:
        """A fresh flow; a flow hosts one run at a time."""
        assert isinstance(score.definition, FlowDefinition)
        flow = built(partial(cls.from_declaration, contents=score.definition))
        assert isinstance(flow, MelodyFlow)
        flow._score = score  # noqa: SLF001 - its own class
        return flow

    def score(self) -> Score:
        """What this flow was compiled from."""
        if self._score is None:
            raise RuntimeError("this flow was not made by compiling a Melody")
        return self._score

    def walking(self) -> Walk:
        """The run that goes on in this flow."""
        if self._walk is None:
            raise RuntimeError("a method of a Melody's flow was called outside of a run")
        return self._walk

    def edges(self) -> frozenset[Edge]:
        """Its edges, in the names of the plan."""
        return edges_of(self)

    def told(self) -> dict[str, Any]:
        """The definition that it runs by."""
        tree: dict[str, Any] = self._definition.to_dict()
        return tree

    async def enter(self, node: str, labels: Mapping[str, str] | None) -> Any:
        """What a method does; see ``dispatch.run_step``."""
        walk = self.walking()
        try:
            entered = await walk.enter(node)
        except (RegionEnded, HostFault) as ended:
            # CrewAI would print it as an error of a listener; whoever hosts the run tells it.
            ended._flow_listener_logged = True  # type: ignore[union-attr]  # noqa: SLF001
            raise
        if labels is None:
            return self._keep(walk, node, entered.record)
        event = labels.get(entered.label or "")
        if event is None:
            raise HostFault("MEL953", f"router {node!r} has no event for {entered.label!r}")
        return event

    def _keep(self, walk: Walk, address: str, record: StepRecord) -> dict[str, str]:
        """Put the record into the state; the method's own result stays small.

        CrewAI walks through all results of earlier methods before each method.
        """
        kind = walk.run.regions[walk.region].region.nodes[address].kind
        if kind in _SETTLING:
            self.state["steps"][record.path] = sealed(record)
        return {"step": record.path, "status": record.status.value}

    async def walk(
        self, run: Run, region: RegionPath = ROOT, context: contextvars.Context | None = None
    ) -> None:
        """Let CrewAI walk this flow as the graph of one region of a run.

        Raises:
            RegionEnded: The region failed.
            HostFault: The flow is not the plan of the run.
        """
        walk = Walk(run, region, context or contextvars.copy_context(), self.score().below)
        self._walk = walk
        quiet()
        unkept()
        # Fresh containers: CrewAI shares those of a declared default between all instances.
        state = {"inputs": run.inputs, "steps": {}, "outputs": {}}
        try:
            await walk.drive(super().kickoff_async(inputs=state))
        finally:
            self._walk = None

    async def kickoff_async(
        self,
        inputs: dict[str, Any] | None = None,
        input_files: Any = None,
        from_checkpoint: Any = None,
        restore_from_state_id: str | None = None,
    ) -> Any:
        """Run the Melody and return its outputs.

        Args:
            inputs: The Melody's inputs; those with a default may be left out.
            input_files: Refused: a Melody takes files by path.
            from_checkpoint: Refused: runs are resumed by Melody, on any backend.
            restore_from_state_id: Refused likewise.

        Raises:
            DiagnosticsError: MEL501 to MEL503: wrong inputs.
            RegionEnded: The run failed.
            NobodyAnswers: It waits for somebody who is not there.
            RuntimeError: The flow is the inside of a step.
        """
        if self.stream:  # CrewAI turns it off, calls back and streams what comes
            return await super().kickoff_async(inputs=inputs)
        if input_files or from_checkpoint is not None or restore_from_state_id is not None:
            raise ValueError(
                "a Melody's flow takes `inputs` only: input files, checkpoints and stored states "
                "of CrewAI know nothing of its steps"
            )
        result = await self.score().alone(inputs or {}, self)
        self.state["outputs"] = result.outputs
        return result.outputs

    def plot(self, filename: str = "crewai_flow.html", show: bool = True) -> str:  # noqa: FBT001, FBT002 - CrewAI's signature
        """Write the picture as a page and return its path; CrewAI chooses a folder for it.

        CrewAI's own draws the methods of the class, and so nothing of a declared flow.
        """
        contextvars.copy_context().run(self._tell_plotted)
        structure = build_flow_structure(self._definition)
        return render_interactive(structure, filename=filename, show=show)

    def _tell_plotted(self) -> None:
        unkept()
        plotted = FlowPlotEvent(type="flow_plot", flow_name=self._definition.name)
        crewai_event_bus.emit(self, plotted)

    async def _execute_method(
        self, method_name: Any, method: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Keep virtual time still round the method, and make the call on the event loop.

        CrewAI takes every declarative action for a synchronous one: it would call it in a
        thread, which makes the coroutine there and loses it if the flow is cancelled meanwhile.
        """

        async def on_the_loop(*args: Any, **kwargs: Any) -> Any:
            return await method(*args, **kwargs)

        with self.walking().node():
            return await super()._execute_method(method_name, on_the_loop, *args, **kwargs)
