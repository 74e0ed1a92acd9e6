"""A Melody as a Mermaid flowchart, drawn from the plan that every backend builds."""

from __future__ import annotations

from collections.abc import Iterator

from adapters.names import slugs
from workflow_ir.plan import OTHERWISE, Edge, Node, NodeKind, Region, plan
from workflow_ir.players import CommandPlayer
from workflow_ir.steps import Play, layers
from workflow_ir.values import LiteralValue
from workflow_ir.workflow import WorkflowIR

_SHAPES = {
    NodeKind.STEP: ('["', '"]'),
    NodeKind.MAP: ('[["', '"]]'),
    NodeKind.DECIDE: ('{"', '"}'),
    NodeKind.ARM: ('(["', '"])'),
    NodeKind.JOIN: ('(("', '"))'),
}
"""Steps are boxes, maps boxes with double sides, decisions diamonds, arms pills, joins circles."""

_LONGEST = 60
_ESCAPED = {char: f"#{ord(char)};" for char in '"#<>&`\\{}[]|'}


def mermaid(ir: WorkflowIR) -> str:
    """The text of a ``.mermaid`` file. Equal plans give equal text."""
    region = plan(ir)
    names = _names(region)
    lines = [f"%% {ir.name}: written by `melody compile --to mermaid`", "flowchart TD"]
    lines += (f"  {line}" for line in _region(ir, region, names))
    return "\n".join(lines) + "\n"


def _names(region: Region) -> dict[tuple[str, str], str]:
    """An identifier for each node; the prefix keeps clear of Mermaid's own words (``end``)."""
    keys = [(each.address, node) for each in region.all_regions() for node in each.nodes]
    named = slugs(f"{inside}/{node}" if inside else node for inside, node in keys)
    return {key: f"s_{name}" for key, name in zip(keys, named.values(), strict=True)}


def _region(ir: WorkflowIR, region: Region, names: dict[tuple[str, str], str]) -> Iterator[str]:
    for address, node in region.nodes.items():
        opening, closing = _SHAPES[node.kind]
        yield f"{names[region.address, address]}{opening}{_label(ir, node)}{closing}"
    for edge in region.edges:
        source, target = names[region.address, edge.source], names[region.address, edge.target]
        yield f"{source} -->{_edge_label(region, edge)} {target}"
    for address, child in region.children.items():
        inside = f"{names[region.address, address]}_item"
        yield f'subgraph {inside}["each item of {_text(address)}"]'
        yield from (f"  {line}" for line in _region(ir, child, names))
        yield "end"
        yield f"{names[region.address, address]} -.-> {inside}"


def _label(ir: WorkflowIR, node: Node) -> str:
    match node.kind:
        case NodeKind.JOIN:
            return " "
        case NodeKind.ARM:
            assert node.arm is not None
            return _text(node.arm.name)
    when, each, _, verb = layers(node.step)
    lines = [_text(node.step.id)]
    if isinstance(verb, Play):
        lines.append(_text(_performer(ir, verb)))
    if each is not None:
        lines.append(f"for each {_text(each.as_)}")
    if when is not None:
        lines.append(f"when {_text(when.condition.source)}")
    return "<br/>".join(lines)


def _performer(ir: WorkflowIR, verb: Play) -> str:
    """The player; of an anonymous one its program."""
    if not verb.player.startswith("run:"):
        return verb.player
    player = ir.players.get(verb.player)
    program = player.commands[0][0] if isinstance(player, CommandPlayer) else None
    return str(program.value) if isinstance(program, LiteralValue) else "run"


def _edge_label(region: Region, edge: Edge) -> str:
    if edge.label is None:
        return ""
    if edge.label == OTHERWISE:
        return "|otherwise|"
    arm = region.nodes[edge.target].arm
    condition = "else" if arm is None or arm.when is None else _text(arm.when.source)
    return f'|"{condition}"|'


def _text(text: str) -> str:
    """Text inside a quoted label: one line, shortened, nothing in it is markup."""
    line = " ".join(text.split())
    line = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
    return "".join(_ESCAPED.get(char, char) for char in line if char.isprintable())
