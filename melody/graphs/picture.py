"""What a drawing shows: boxes, arrows and their words, taken from the plan every backend builds.

Words are one line each, cut, and visible: a control or a change of direction is shown as an escape.
Each format escapes what is markup to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adapters.names import slugs
from workflow_ir.plan import OTHERWISE, Edge, Node, NodeKind, Region, plan
from workflow_ir.players import CommandPlayer
from workflow_ir.steps import Branch, Play, layers
from workflow_ir.values import LiteralValue
from workflow_ir.visible import visible
from workflow_ir.workflow import WorkflowIR

LONGEST = 60
"""Characters of one word or condition; what is longer is cut."""


@dataclass(frozen=True, slots=True)
class Box:
    """One node of the plan."""

    name: str
    """An identifier, unique in the whole drawing."""
    kind: NodeKind
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

    title: str
    """The Melody's name; of the inside of a map ``each item of ADDRESS``."""
    boxes: Mapping[str, Box]
    arrows: tuple[Arrow, ...]
    inside: Mapping[str, Picture]
    """What happens to each item, by the name of the map's box."""


def picture(ir: WorkflowIR) -> Picture:
    """The drawing of a Melody. Equal plans give equal pictures."""
    region = plan(ir)
    keys = [(each.address, node) for each in region.all_regions() for node in each.nodes]
    named = slugs(f"{inside}/{node}" if inside else node for inside, node in keys)
    # The prefix keeps clear of the formats' own words: `end`, `node`, `graph`.
    names = {key: f"s_{name}" for key, name in zip(keys, named.values(), strict=True)}
    return _region(ir, region, words(ir.name), names)


def _region(
    ir: WorkflowIR, region: Region, title: str, names: Mapping[tuple[str, str], str]
) -> Picture:
    name_of = {address: names[region.address, address] for address in region.nodes}
    boxes = {
        name_of[address]: Box(name_of[address], node.kind, tuple(_lines(ir, region, node)))
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
        name_of[address]: _region(ir, child, f"each item of {words(address)}", names)
        for address, child in region.children.items()
    }
    return Picture(title, boxes, arrows, inside)


def _lines(ir: WorkflowIR, region: Region, node: Node) -> Iterator[str]:
    match node.kind:
        case NodeKind.JOIN:
            return
        case NodeKind.ARM:
            assert node.arm is not None
            yield words(node.arm.name)
            return
    when, each, _, verb = layers(node.step)
    yield words(node.step.id)
    if node.address == region.address:  # one item: the map round it says the rest
        return
    if isinstance(verb, Play):
        yield words(_performer(ir, verb))
    if each is not None:
        yield f"for each {words(each.as_)}"
    if when is not None:
        yield f"when {words(when.condition.source)}"


def _performer(ir: WorkflowIR, verb: Play) -> str:
    """The player; of an anonymous one its program."""
    if not verb.player.startswith("run:"):
        return verb.player
    player = ir.players.get(verb.player)
    program = player.commands[0][0] if isinstance(player, CommandPlayer) else None
    return str(program.value) if isinstance(program, LiteralValue) else "run"


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
    when, _, _, verb = layers(region.nodes[edge.source].step)
    skipped_here = when is not None and edge.source != region.address  # a map is skipped whole
    return skipped_here or not (
        isinstance(verb, Branch) and any(arm.when is None for arm in verb.arms)
    )


def words(text: str) -> str:
    """What somebody wrote, as one line that is not too long."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
