"""A Melody in the DOT language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from melody.graphs.look import Look
from melody.graphs.picture import Picture, picture
from workflow_ir.workflow import WorkflowIR

_SHAPES = {
    Look.STEP: "shape=box, style=rounded",
    Look.MAP: "shape=box, peripheries=2",
    Look.NEST: "shape=tab",
    Look.DECIDE: "shape=diamond",
    Look.ARM: 'shape=box, style="rounded,filled", fillcolor="#eeeeee"',
    Look.JOIN: "shape=circle, width=0.15, fixedsize=true",
    Look.ASK: "shape=parallelogram",
    Look.WAIT: "shape=hexagon",
    Look.FAIL: "shape=octagon",
}
# Graphviz reads `\N` as the node's name and `&amp;` as a sign, inside quotes too.
_ESCAPED = {'"': '\\"', "\\": "\\\\", "&": "&amp;"}


def dot(ir: WorkflowIR) -> str:
    """The text of a ``.dot`` file. Equal plans give equal text."""
    drawn = picture(ir)
    lines = [
        f"digraph {_quoted(drawn.title)} {{",
        '  graph [rankdir=TB, fontname="sans-serif"];',
        '  node [fontname="sans-serif", fontsize=11];',
        '  edge [fontname="sans-serif", fontsize=9];',
        *(f"  {line}" for line in _inside(drawn)),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _inside(drawn: Picture) -> Iterator[str]:
    for name, box in drawn.boxes.items():
        yield f"{name} [label={_quoted(*box.lines)}, {_SHAPES[box.look]}];"
    for arrow in drawn.arrows:
        if arrow.possible:
            label = "" if arrow.label is None else f" [label={_quoted(arrow.label)}]"
            yield f"{arrow.source} -> {arrow.target}{label};"
    for name, pictures in drawn.inside.items():
        for inner in pictures:
            yield f"subgraph cluster_{inner.name} {{"
            yield f"  label={_quoted(inner.title)}; style=dashed;"
            yield from (f"  {line}" for line in _inside(inner))
            yield "}"
            for first in list(inner.boxes)[:1]:  # an arrow cannot lead to a cluster
                yield f"{name} -> {first} [style=dashed, arrowhead=none];"


def _quoted(*lines: str) -> str:
    r"""A quoted string; ``\n`` between lines is Graphviz's own line break."""
    escaped = ("".join(_ESCAPED.get(char, char) for char in line) for line in lines)
    return '"' + "\\n".join(escaped) + '"'
