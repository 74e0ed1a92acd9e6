"""Plan to crew, as data: who there is, and one task a node.

CrewAI has no declarative form of a crew that takes agents of another class, so this is ours;
``MelodyCrew.of`` makes CrewAI's objects from it, afresh for every run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from adapters.crewai.crew.shape import Layers
from adapters.crewai.crew.words import Words, apart
from workflow_ir.plan import Node, NodeKind, Region
from workflow_ir.players import AgentPlayer, Player
from workflow_ir.steps import Play, layers
from workflow_ir.workflow import WorkflowIR

CONDUCTOR = "~conductor"
"""Who does what no player is asked for; no player can be called so."""


@dataclass(frozen=True, slots=True)
class AgentSheet:
    """Somebody in the crew."""

    role: str
    goal: str
    backstory: str


@dataclass(frozen=True, slots=True)
class TaskSheet:
    """One node of the plan."""

    address: str
    description: str
    expected_output: str
    agent: str
    """Key in ``CrewSheet.agents``."""
    context: tuple[str, ...]
    """Addresses of the nodes whose edges lead here."""
    together: bool
    """It begins with those beside it: CrewAI's ``async_execution``."""


@dataclass(frozen=True, slots=True)
class CrewSheet:
    """A whole crew."""

    name: str
    agents: dict[str, AgentSheet]
    """By player; ``CONDUCTOR`` beside them."""
    tasks: tuple[TaskSheet, ...]
    """In an order that CrewAI's validators accept."""
    inputs: tuple[str, ...]
    """Inputs of the Melody that its texts name as ``{name}``."""
    manager: AgentSheet | None = None
    """Who executes every task, of ``process: {manager: …}``."""


def sheet(
    melody: WorkflowIR,
    modules: Mapping[str, WorkflowIR],
    region: Region,
    order: Layers,
    name: str,
    inputs: Collection[str] = (),
) -> CrewSheet:
    """The crew of one region.

    Args:
        melody: Whose steps they are: the whole Melody, or the sub-melody.
        modules: All sub-melodies, by hash.
        region: The plan.
        order: Its shape.
        name: What the crew is called in CrewAI's events.
        inputs: Inputs that a kickoff will give.
    """
    words = Words(modules, inputs)
    incoming = region.incoming()
    agents: dict[str, AgentSheet] = {}
    tasks: list[TaskSheet] = []
    for layer in order.layers:
        for address in layer:
            node = region.nodes[address]
            key = _performer(node)
            agents.setdefault(key, _agent(key, melody, words))
            tasks.append(
                TaskSheet(
                    address,
                    words.description(node.step),
                    words.expected_output(node.step),
                    key,
                    tuple(dict.fromkeys(edge.source for edge in incoming[address].get("", ()))),
                    together=len(layer) > 1,
                )
            )
    manager = None if melody.process is None else _agent(melody.process.manager, melody, words)
    return CrewSheet(name, agents, tuple(tasks), tuple(words.named), manager)


def _performer(node: Node) -> str:
    """The player that a node's step asks; the conductor where there is none."""
    verb = layers(node.step).verb
    if node.kind is NodeKind.NEST or not isinstance(verb, Play):
        return CONDUCTOR
    return " or ".join(verb.players())


def _agent(key: str, melody: WorkflowIR, words: Words) -> AgentSheet:
    place = f"Part of the Melody {melody.name!r}."
    if key == CONDUCTOR:
        return AgentSheet("conductor", "Do what no player is asked for.", place)
    player = melody.players.get(key)
    if isinstance(player, AgentPlayer):
        said = {part: words.text(value) for part, value in player.agent.entries.items()}
        return AgentSheet(
            said.get("role", key), said.get("goal", _goal(player)), said.get("backstory", place)
        )
    return AgentSheet(apart(key), _goal(player), place)


def _goal(player: Player | None) -> str:
    if player is None or player.description is None:
        return "Perform the steps that ask for it."
    return apart(player.description)
