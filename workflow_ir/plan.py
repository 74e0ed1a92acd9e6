"""The flat plan: the graph that every backend builds, derived from the IR and never stored.

One node a step; a branch adds one node for each arm and one where its arms meet again. What is
performed several times or may fail as a whole is one node with regions (graphs of their own)
below it: the items of a map that hold scopes, the sides of a ``parallel``, the iterations of a
loop, the inside of a group, a sub-melody, a branch under a guard of its own.

A node fires when, in any one of its groups, every edge of that group has fired. Only joins have
more than one group: one for each arm, so that the arms not taken do not hold them up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from workflow_ir.ids import within
from workflow_ir.steps import (
    Arm,
    Branch,
    Call,
    Scope,
    Step,
    Verb,
    holds_scopes,
    layers,
    scopes_of,
)
from workflow_ir.workflow import WorkflowIR

OTHERWISE = "~otherwise"
"""Label of the way from a decision straight to its join: no arm held, or the step was skipped."""


class NodeKind(StrEnum):
    """What entering a node means."""

    STEP = "step"
    """Perform the step."""
    MAP = "map"
    """Perform the step's items, then settle it."""
    NEST = "nest"
    """Perform the step's inside in graphs of its own, then settle it: a group, parallel branches,
    the iterations of a loop, a sub-melody."""
    DECIDE = "decide"
    """Take the decision of a branch; its outgoing edges carry labels."""
    ARM = "arm"
    """The arm of that name was taken; nothing is performed."""
    JOIN = "join"
    """The arm taken has settled: evaluate its result and settle the branch."""


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a graph."""

    address: str
    """``draft``, ``route``, ``route.fast``, ``route~join``: unique in the region."""
    kind: NodeKind
    step: Step
    """The step it belongs to; of an arm or a join: the branch."""
    arm: Arm | None = None


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """``target`` waits for ``source`` within ``group``; ``label`` makes it conditional."""

    source: str
    target: str
    label: str | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """One graph: the whole Melody, or what one of its nodes performs inside."""

    address: str
    """Empty for the whole Melody, else unique among the regions below one graph."""
    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    children: Mapping[str, Region]
    """The graphs below this one, by their address."""

    def starts(self) -> tuple[str, ...]:
        """Nodes that wait for nothing, in file order."""
        targets = {edge.target for edge in self.edges}
        return tuple(address for address in self.nodes if address not in targets)

    def incoming(self) -> dict[str, dict[str, list[Edge]]]:
        """By target, by group: the edges that must fire."""
        found: dict[str, dict[str, list[Edge]]] = {address: {} for address in self.nodes}
        for edge in self.edges:
            found[edge.target].setdefault(edge.group, []).append(edge)
        return found

    def outgoing(self) -> dict[str, list[Edge]]:
        """By source: the edges that leave it, in order."""
        found: dict[str, list[Edge]] = {address: [] for address in self.nodes}
        for edge in self.edges:
            found[edge.source].append(edge)
        return found

    def all_regions(self) -> Iterator[Region]:
        """This region and every one below it."""
        yield self
        for child in self.children.values():
            yield from child.all_regions()


def plan(ir: WorkflowIR) -> Region:
    """The graph of a whole Melody."""
    return plan_of(ir.root, ir.modules)


def plan_of(scope: Scope, modules: Mapping[str, WorkflowIR]) -> Region:
    """The graph of steps that no Melody lists: those that undo others."""
    draft = _Draft("", modules)
    draft.scope(scope, entry=None)
    return draft.region()


def join_address(branch: str) -> str:
    """The node where the arms of a branch meet; ``~`` keeps it apart from every arm."""
    return f"{branch}~join"


def exit_address(step: Step) -> str:
    """The node after which the step is settled."""
    return join_address(step.address) if is_flat_branch(step) else step.address


def is_flat_branch(step: Step) -> bool:
    """A branch whose arms stand in the same graph: it is no map and fails with its arms."""
    *_, each, guard, verb = layers(step)
    return each is None and isinstance(verb, Branch) and (guard is None or not guard.contains())


def inside_address(step: Step, name: str = "") -> str:
    """The region below a step: of its only inside, or of its side of that name."""
    return within(step.address, name) if name else f"{step.address}~inside"


class _Draft:
    """A region in the making."""

    def __init__(self, address: str, modules: Mapping[str, WorkflowIR]) -> None:
        self.address = address
        self.modules = modules
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []
        self.children: dict[str, Region] = {}
        self.exits: dict[str, str] = {}

    def region(self) -> Region:
        return Region(self.address, self.nodes, tuple(self.edges), self.children)

    def scope(self, scope: Scope, *, entry: str | None) -> list[str]:
        """Add the steps of a scope; returns the nodes after which the scope is settled."""
        for step in scope.steps:
            self.exits[step.address] = exit_address(step)
        read_here: set[str] = set()
        inside = {step.address for step in scope.steps}
        for step in scope.steps:
            waits = [dep.on for dep in step.depends if dep.on in self.exits]
            read_here.update(waits)
            if entry is not None and not inside.intersection(waits):
                self.edges.append(Edge(entry, step.address))
            self.edges.extend(Edge(self.exits[on], step.address) for on in waits)
            self.step(step)
        return [self.exits[a] for a in _addresses(scope) if a not in read_here]

    def step(self, step: Step) -> None:
        *_, each, _, verb = layers(step)
        if each is not None:
            self.nodes[step.address] = Node(step.address, NodeKind.MAP, step)
            if holds_scopes(verb):
                child = _Draft(step.address, self.modules)
                if isinstance(verb, Branch):
                    child.branch(step, verb)
                else:
                    child.nest(step, verb)
                self.children[child.address] = child.region()
        elif is_flat_branch(step):
            assert isinstance(verb, Branch)
            self.branch(step, verb)
        elif holds_scopes(verb):
            self.nest(step, verb)
        else:
            self.nodes[step.address] = Node(step.address, NodeKind.STEP, step)

    def nest(self, step: Step, verb: Verb) -> None:
        """One node, and a region for each scope inside it."""
        self.nodes[step.address] = Node(step.address, NodeKind.NEST, step)
        if isinstance(verb, Branch):
            child = _Draft(inside_address(step), self.modules)
            child.branch(step, verb)
            self.children[child.address] = child.region()
            return
        scopes = scopes_of(verb)
        if isinstance(verb, Call):
            scopes = (("", self.modules[verb.module].root),)
        for name, scope in scopes:
            child = _Draft(inside_address(step, name), self.modules)
            child.scope(scope, entry=None)
            self.children[child.address] = child.region()

    def branch(self, step: Step, branch: Branch) -> None:
        join = join_address(step.address)
        self.nodes[step.address] = Node(step.address, NodeKind.DECIDE, step)
        for arm in branch.arms:
            entry = within(step.address, arm.name)
            self.nodes[entry] = Node(entry, NodeKind.ARM, step, arm)
            self.edges.append(Edge(step.address, entry, label=arm.name))
            ends = self.scope(arm.scope, entry=entry) or [entry]
            ends += [
                self.exits[dep.on]
                for dep in arm.scope.depends
                if dep.on in self.exits and self.exits[dep.on] not in ends
            ]
            self.edges.extend(Edge(end, join, group=arm.name) for end in ends)
        self.edges.append(Edge(step.address, join, label=OTHERWISE, group=OTHERWISE))
        self.nodes[join] = Node(join, NodeKind.JOIN, step)


def _addresses(scope: Scope) -> list[str]:
    """The addresses of a scope's own steps, in file order."""
    return [step.address for step in scope.steps]
