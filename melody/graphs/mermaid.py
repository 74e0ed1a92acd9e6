"""A Melody as a Mermaid flowchart."""

from __future__ import annotations

from collections.abc import Iterator

from melody.graphs.look import Look
from melody.graphs.picture import Box, Picture, picture
from workflow_ir.workflow import WorkflowIR

_SHAPES = {
    Look.STEP: ('["', '"]'),
    Look.MAP: ('[["', '"]]'),
    Look.NEST: ('("', '")'),
    Look.DECIDE: ('{"', '"}'),
    Look.ARM: ('(["', '"])'),
    Look.JOIN: ('(("', '"))'),
    Look.ASK: ('[/"', '"/]'),
    Look.WAIT: ('{{"', '"}}'),
    Look.FAIL: ('>"', '"]'),
}
"""Steps are boxes, maps boxes with double sides, boxes with steps inside are rounded, decisions
diamonds, arms pills, joins circles; a person is asked in a slanted box, time passes in a hexagon,
and a flag ends its scope."""

_BARE = frozenset({"otherwise"})
"""Labels that are ours and need no quotes."""
_ESCAPED = {char: f"#{ord(char)};" for char in '"#<>&`\\{}[]|'}


def mermaid(ir: WorkflowIR) -> str:
    """The text of a ``.mermaid`` file. Equal plans give equal text."""
    drawn = picture(ir)
    lines = [f"%% {drawn.title}: written by `melody compile --to mermaid`", "flowchart TD"]
    lines += (f"  {line}" for line in _inside(drawn))
    return "\n".join(lines) + "\n"


def _inside(drawn: Picture) -> Iterator[str]:
    for name, box in drawn.boxes.items():
        opening, closing = _SHAPES[box.look]
        yield f"{name}{opening}{_label(box)}{closing}"
    for arrow in drawn.arrows:
        yield f"{arrow.source} -->{_on_arrow(arrow.label)} {arrow.target}"
    for name, pictures in drawn.inside.items():
        for inner in pictures:
            yield f'subgraph {inner.name}["{_text(inner.title)}"]'
            yield from (f"  {line}" for line in _inside(inner))
            yield "end"
            yield f"{name} -.-> {inner.name}"


def _label(box: Box) -> str:
    return "<br/>".join(map(_text, box.lines)) or " "


def _on_arrow(label: str | None) -> str:
    if label is None:
        return ""
    return f"|{label}|" if label in _BARE else f'|"{_text(label)}"|'


def _text(text: str) -> str:
    """Text inside a quoted label, in which nothing is markup."""
    return "".join(_ESCAPED.get(char, char) for char in text)
