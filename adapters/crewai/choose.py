"""A crew where a crew can express it, a flow for everything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crewai.flow.flow_definition import FlowDefinition

from adapters.crewai.compile import definition
from adapters.crewai.crew.compile import CrewSheet, sheet
from adapters.crewai.crew.crew import MelodyCrew
from adapters.crewai.crew.shape import Layers, NoCrew, shape
from adapters.crewai.flow import MelodyFlow
from adapters.crewai.score import Native, Score
from conductor_core.evaluator import Evaluator
from conductor_core.stage import RunContext
from workflow_ir.plan import NodeKind, Region, inside_address
from workflow_ir.steps import Call, layers
from workflow_ir.workflow import WorkflowIR

_INSIDE = NoCrew("it is a part of a Melody, and only whole ones become crews")


@dataclass(frozen=True, slots=True)
class Choice:
    """Compiles the graphs of one Melody."""

    ir: WorkflowIR
    evaluator: Evaluator
    context: Callable[[], RunContext] | None

    def score(self, region: Region) -> Score:
        """Of the whole Melody."""
        return self._score(region, self.ir)

    def _score(self, region: Region, whole: WorkflowIR | None) -> Score:
        """Of one graph; ``whole`` is the Melody or sub-melody whose graph it is, if it is one."""
        name = f"{self.ir.name}.{region.address}" if region.address else self.ir.name
        order = _INSIDE if whole is None else shape(region)
        inner = {
            address: self._score(child, self._called(region, address))
            for address, child in region.children.items()
        }
        make: Callable[[Score], Native] = MelodyFlow.of
        made: FlowDefinition | CrewSheet
        if isinstance(order, Layers) and whole is not None:
            # Only a kickoff of the whole Melody gives its inputs to CrewAI.
            given = () if region.address else tuple(whole.inputs)
            made = sheet(whole, self.ir.modules, region, order, name, given)
            make = MelodyCrew.of
        else:
            made = FlowDefinition.from_declaration(contents=definition(region, name))
        return Score(self.ir, region, made, str(order), inner, self.evaluator, self.context, make)

    def _called(self, region: Region, address: str) -> WorkflowIR | None:
        """The sub-melody whose graph stands below a node, if one does."""
        for node in region.nodes.values():
            verb = layers(node.step).verb
            if (
                node.kind is NodeKind.NEST
                and isinstance(verb, Call)
                and inside_address(node.step) == address
            ):
                return self.ir.modules[verb.module]
        return None
