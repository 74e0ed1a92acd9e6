"""The crew of a generated project: its agents and tasks, in CrewAI's own words."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.crewai.crew.compile import AgentSheet, sheet
from adapters.crewai.crew.shape import Layers, shape
from adapters.crewai.emitted.taken import IN_CREW_FILE, IN_YAML, OF_CREWS
from adapters.crewai.emitted.yaml_text import yaml_text
from adapters.emitter.code import Code, joined, literal
from adapters.emitter.naming.names import Names
from adapters.emitter.regions.regions import GeneratedModule
from workflow_ir.workflow import WorkflowIR


@dataclass(frozen=True, slots=True)
class CrewAgent:
    """Somebody in the crew."""

    name: Code
    role: Code
    goal: Code
    backstory: Code


@dataclass(frozen=True, slots=True)
class CrewTask:
    """One step."""

    name: Code
    step: Code
    """``steps.draft``"""
    description: Code
    expected_output: Code
    agent: Code
    context: Code
    """The tasks whose edges lead here: ``first, second``."""
    together: bool
    """It begins with those beside it."""


@dataclass(frozen=True, slots=True)
class CrewClass:
    """The class of a crew."""

    name: Code
    agents: tuple[CrewAgent, ...]
    manager: CrewAgent | None
    tasks: tuple[CrewTask, ...]
    inputs: tuple[Code, ...]
    """Inputs that stand in its texts, as literals."""


def crew_of(ir: WorkflowIR, module: GeneratedModule) -> CrewClass | None:
    """The crew of a Melody; None: it takes a flow to express it.

    Args:
        ir: The Melody.
        module: The same, with the names of its steps.
    """
    drawn = module.regions[0]
    order = shape(drawn.region)
    if not isinstance(order, Layers):
        return None
    made = sheet(ir, ir.modules, drawn.region, order, ir.name, tuple(ir.inputs))
    steps = {str(address): step for address, step in drawn.steps.items()}
    names = Names([*OF_CREWS, *IN_CREW_FILE, *IN_YAML, module.stem])
    tasks = {one.address: names.of(one.address, steps[one.address]) for one in made.tasks}
    agents = {key: names.of(("agent", key), _called(key, ir)) for key in made.agents}
    manager = None
    if made.manager is not None:
        manager = _agent(names.of("manager", "manager"), made.manager)
    return CrewClass(
        Names(IN_CREW_FILE).class_of("", f"{ir.name} crew"),
        tuple(_agent(agents[key], one) for key, one in made.agents.items()),
        manager,
        tuple(
            CrewTask(
                tasks[one.address],
                joined((module.stem, steps[one.address]), "."),
                yaml_text(one.description),
                yaml_text(one.expected_output),
                agents[one.agent],
                joined((tasks[address] for address in one.context), ", "),
                one.together,
            )
            for one in made.tasks
        ),
        tuple(literal(name) for name in made.inputs),
    )


def _called(key: str, ir: WorkflowIR) -> str:
    return key.removeprefix("run:") if key in ir.players else key.strip("~")


def _agent(name: Code, one: AgentSheet) -> CrewAgent:
    return CrewAgent(name, yaml_text(one.role), yaml_text(one.goal), yaml_text(one.backstory))
