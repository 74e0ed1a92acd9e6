"""What a drawing shows: boxes, arrows and their words, taken from the plan every backend builds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.names import slugs
from adapters.trails import below, trail, trails
from melody.graphs.look import Look, look_of
from melody.graphs.words import lines_of, title_of, words
from workflow_ir.plan import OTHERWISE, Edge, Node, NodeKind, Region, inside_address, plan
from workflow_ir.steps import Branch, Call, layers
from workflow_ir.workflow import WorkflowIR


@dataclass(frozen=True, slots=True)
class Box:
    """One node of the plan."""

    name: str
    """An identifier, unique in the whole drawing."""
    look: Look
    lines: tuple[str, ...]
    """Empty for a join."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """One edge of the plan."""

    source: str
    target: str
    label: str | None = None
    """The condition on which this way is taken; ``else`` and ``otherwise`` are such, too."""
    possible: bool = True
    """False: the plan has this way, and the Melody can never take it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One region."""

    name: str
    """An identifier of its frame, unique in the whole drawing."""
    title: str
    """The Melody's name; of an inside the step's address and what becomes of it."""
    boxes: Mapping[str, Box]
    arrows: tuple[Arrow, ...]
    inside: Mapping[str, tuple[Picture, ...]] = field(default_factory=dict)
    """What stands inside a box, by its name: one picture, or one for each parallel branch."""


def picture(ir: WorkflowIR) -> Picture:
    """The drawing of a Melody. Equal plans give equal pictures."""
    region = plan(ir)
    return _Drawing(ir, _names(region)).region(region, "", ir, words(ir.name))


def _names(whole: Region) -> dict[tuple[str, str | None], str]:
    """An identifier for every box, by trail and address; and for every frame, without address."""
    boxes = [(here, node) for here, region in trails(whole) for node in region.nodes]
    times = Counter(node for _, node in boxes)
    wishes: dict[tuple[str, str | None], str] = {
        (here, node): node if times[node] == 1 or not here else f"{here}/{node}"
        for here, node in boxes
    }
    wishes |= {(here, None): f"frame:{here}" for here, _ in trails(whole)}
    named = slugs(wishes.values())
    # The prefix keeps clear of the formats' own words: `end`, `node`, `graph`.
    return {key: f"s_{named[wish]}" for key, wish in wishes.items()}


class _Drawing:
    """Everything that is alike in all regions of one Melody."""

    def __init__(self, ir: WorkflowIR, names: Mapping[tuple[str, str | None], str]) -> None:
        self._ir = ir
        self._names = names

    def region(self, region: Region, here: str, home: WorkflowIR, title: str) -> Picture:
        """One region; ``home`` is the Melody that its steps are written in."""
        name_of = {address: self._names[here, address] for address in region.nodes}
        boxes = {
            name_of[address]: Box(name_of[address], look_of(node), self._lines(region, node, home))
            for address, node in region.nodes.items()
        }
        arrows = tuple(
            Arrow(
                name_of[edge.source],
                name_of[edge.target],
                _label(region, edge),
                _possible(region, edge),
            )
            for edge in region.edges
        )
        inside = {
            name_of[address]: found
            for address, node in region.nodes.items()
            if (found := self._inside(region, here, node, home))
        }
        return Picture(self._names[here, None], title, boxes, arrows, inside)

    def _lines(self, region: Region, node: Node, home: WorkflowIR) -> tuple[str, ...]:
        if _inner_decision(region, node):
            return (words(node.step.id),)  # the box round it says the rest
        return tuple(lines_of(self._ir, home, node))

    def _inside(
        self, region: Region, here: str, node: Node, home: WorkflowIR
    ) -> tuple[Picture, ...]:
        verb = layers(node.step).verb
        if isinstance(verb, Call):
            home = self._ir.modules[verb.module]
        regions = below(region, node)
        item = regions.get("")
        if node.kind is NodeKind.MAP and item is not None:
            whole = item.nodes[node.address]
            if whole.kind is NodeKind.NEST:  # one box alone, which would say what the map says
                region, here, regions = item, trail(here, item.address), below(item, whole)
        return tuple(
            self.region(inner, trail(here, inner.address), home, title_of(self._ir, node, name))
            for name, inner in regions.items()
        )


def _inner_decision(region: Region, node: Node) -> bool:
    """It decides for one item of a map, or inside a guard; what is skipped is skipped outside."""
    own = (node.address, inside_address(node.step))
    return node.kind is NodeKind.DECIDE and region.address in own


def _label(region: Region, edge: Edge) -> str | None:
    if edge.label is None:
        return None
    if edge.label == OTHERWISE:
        return "otherwise"
    arm = region.nodes[edge.target].arm
    return "else" if arm is None or arm.when is None else words(arm.when.source)


def _possible(region: Region, edge: Edge) -> bool:
    """No way past the arms leads on where one of them is taken in any case."""
    if edge.label != OTHERWISE:
        return True
    node = region.nodes[edge.source]
    when, *_, verb = layers(node.step)
    skipped_here = when is not None and not _inner_decision(region, node)
    return skipped_here or not (
        isinstance(verb, Branch) and any(arm.when is None for arm in verb.arms)
    )
