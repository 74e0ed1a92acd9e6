"""A Melody as an SVG picture that needs nothing else: no script, no font, no other file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from melody.graphs.layout import Layout, PlacedBox, Route, arrange
from melody.graphs.look import Look
from melody.graphs.picture import picture
from workflow_ir.workflow import WorkflowIR

_ACROSS, _DOWN = 8, 15
"""Pixels of a character cell."""
_MARGIN = 16
_ROUND = 6
"""Radius of corners, pixels."""
_FILLS = {
    Look.STEP: ("#eef4ff", "#4a6fa5"),
    Look.MAP: ("#eefaf0", "#3f8f5b"),
    Look.NEST: ("#f7f4ff", "#7a5fb5"),
    Look.SIDE: ("#ffffff", "#7a5fb5"),
    Look.DECIDE: ("#fff6e0", "#b7791f"),
    Look.ARM: ("#f5f5f5", "#8a8a8a"),
    Look.JOIN: ("#b7791f", "#b7791f"),
    Look.ASK: ("#fff0f6", "#b83280"),
    Look.WAIT: ("#e8f7fa", "#2b7a8c"),
    Look.FAIL: ("#ffecec", "#b02a2a"),
}
"""Inside and edge. Every look has a form of its own too, for those who see no colours."""
_STYLE = (
    "text{font:12.5px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;"
    "text-anchor:middle;fill:#1b1f24}"
    ".id{font-weight:bold}"
    ".line{fill:none;stroke:#57606a;stroke-width:1.3}"
    ".box{stroke-width:1.3}"
)
_HEAD = (
    '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
    'markerHeight="7" orient="auto"><path d="M0 1L9 5L0 9z" fill="#57606a"/></marker></defs>'
)


def svg(ir: WorkflowIR) -> str:
    """The text of an ``.svg`` file. Equal plans give equal text.

    Raises:
        TooLargeError: It has too many places.
    """
    layout = arrange(picture(ir))
    width = layout.width * _ACROSS + 2 * _MARGIN
    height = layout.height * _DOWN + 2 * _MARGIN
    title = _escaped(layout.title)
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{title}">',
        f"<title>{title}</title>",
        f"<style>{_STYLE}</style>",
        _HEAD,
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *_drawn(layout, 0, 0),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _drawn(layout: Layout, column: int, row: int) -> Iterator[str]:
    for route in layout.routes:
        yield _line(route, column, row)
    for each in layout.boxes:
        yield from _box(each, column, row)
        if each.inside is not None:
            x, y = each.inside_at
            yield from _drawn(each.inside, column + x, row + y)


def _box(placed: PlacedBox, column: int, row: int) -> Iterator[str]:
    """A frame through the middle of its border cells, and its words."""
    left, top = _point(column + placed.column, row + placed.row)
    width, height = (placed.width - 1) * _ACROSS, (placed.height - 1) * _DOWN
    fill, stroke = _FILLS[placed.box.look]
    look = f'class="box" fill="{fill}" stroke="{stroke}"'
    if placed.box.look is Look.JOIN:
        yield f'<rect x="{left}" y="{top - 2}" width="{width}" height="4" rx="2" {look}/>'
        return
    yield from _frame(placed.box.look, (left, top, width, height), look)
    for number, line in enumerate(placed.lines):
        which = ' class="id"' if not number else ""
        # The letters hang a little below the middle of their row.
        x, y = left + width / 2, top + (number + 1) * _DOWN + 4
        yield f'<text{which} x="{x:g}" y="{y:g}">{_escaped(line)}</text>'


def _frame(kind: Look, place: tuple[int, int, int, int], look: str) -> Iterator[str]:
    """The form of a box; ``place`` is its left and upper edge, width and height in pixels."""
    left, top, width, height = place
    right, low, middle, tip = left + width, top + height, top + height / 2, _ACROSS
    match kind:
        case Look.DECIDE | Look.WAIT:
            side = tip if kind is Look.DECIDE else 0
            yield (
                f'<path d="M{left + tip} {top}H{right - tip}L{right + side} {middle:g}'
                f'L{right - tip} {low}H{left + tip}L{left - side} {middle:g}z" {look}/>'
            )
        case Look.ASK:
            yield (f'<path d="M{left} {top}H{right + tip}L{right} {low}H{left - tip}z" {look}/>')
        case Look.FAIL:
            yield (
                f'<path d="M{left + tip} {top}H{right - tip}L{right} {top + tip}V{low - tip}'
                f'L{right - tip} {low}H{left + tip}L{left} {low - tip}V{top + tip}z" {look}/>'
            )
        case _:
            frame = f'width="{width}" height="{height}"'
            if kind is Look.MAP:  # a second frame behind it: there are several of them
                yield f'<rect x="{left + 4}" y="{top - 4}" {frame} rx="{_ROUND}" {look}/>'
            radius = min(height / 2, 14) if kind is Look.ARM else _ROUND
            dashes = ' stroke-dasharray="5 4"' if kind in (Look.NEST, Look.SIDE) else ""
            yield f'<rect x="{left}" y="{top}" {frame} rx="{radius:g}" {look}{dashes}/>'


def _line(route: Route, column: int, row: int) -> str:
    """A path with rounded corners, from the edge of one frame to that of the next."""
    points = [_point(column + x, row + y) for x, y in route.points]
    points[0] = (points[0][0], points[0][1] - _DOWN)
    end = points[-1]
    points[-1] = (end[0], end[1] + _DOWN - 1)
    head = ' marker-end="url(#head)"' if route.head else ""
    return f'<path class="line" d="{_rounded(_corners(points))}"{head}/>'


def _corners(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The points without those that lie on a straight way."""
    kept: list[tuple[int, int]] = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        if len(kept) > 1 and (
            kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1]
        ):
            kept.pop()
        kept.append(point)
    return kept


def _rounded(points: Sequence[tuple[int, int]]) -> str:
    x, y = points[0]
    path = f"M{x} {y}"
    for index in range(1, len(points) - 1):
        (x0, y0), (x, y), (x1, y1) = points[index - 1 : index + 2]
        room = min(abs(x - x0) + abs(y - y0), abs(x1 - x) + abs(y1 - y)) / 2
        radius = min(_ROUND, room)
        before = (x - _sign(x - x0) * radius, y - _sign(y - y0) * radius)
        after = (x + _sign(x1 - x) * radius, y + _sign(y1 - y) * radius)
        path += f"L{before[0]:g} {before[1]:g}Q{x} {y} {after[0]:g} {after[1]:g}"
    x, y = points[-1]
    return f"{path}L{x} {y}"


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _point(column: int, row: int) -> tuple[int, int]:
    """The middle of a cell, pixels."""
    return (_MARGIN + column * _ACROSS + _ACROSS // 2, _MARGIN + row * _DOWN + _DOWN // 2)


def _escaped(text: str) -> str:
    """Text in which nothing is markup, in an attribute neither; it is visible, so XML holds it."""
    return escape(text, {'"': "&quot;"})
