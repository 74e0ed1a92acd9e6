"""A Melody drawn with characters, for a terminal or a comment; the frames are plain ASCII.

Where two lines cross, the upright one is drawn through; ``+`` is a corner or a branching.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from melody.graphs.layout import Layout, PlacedBox, Route, arrange
from melody.graphs.look import Look
from melody.graphs.picture import picture
from workflow_ir.visible import width
from workflow_ir.workflow import WorkflowIR

_FRAMES = {
    Look.STEP: "+-+|",
    Look.MAP: "#=#|",
    Look.NEST: "+=+|",
    Look.SIDE: "+.+:",
    Look.DECIDE: "/-\\|",
    Look.ARM: "(-)|",
    Look.ASK: "?-?|",
    Look.WAIT: "~-~|",
    Look.FAIL: "!-!|",
}
"""Left corner, edge, right corner, side; of a decision the lower corners change places."""
_UP, _DOWN, _LEFT, _RIGHT = 1, 2, 4, 8
_UPRIGHT, _LEVEL = _UP | _DOWN, _LEFT | _RIGHT


def plain_text(ir: WorkflowIR) -> str:
    """The picture as lines of text. Equal plans give equal text.

    Raises:
        TooLargeError: It has too many places.
    """
    layout = arrange(picture(ir))
    canvas = _Canvas(layout.width, layout.height)
    canvas.draw(layout, 0, 0)
    return "".join(f"{line}\n" for line in canvas.lines())


class _Canvas:
    """Cells by row and column; a wide character leaves an empty cell behind it."""

    def __init__(self, columns: int, rows: int) -> None:
        self._cells = [[" "] * columns for _ in range(rows)]

    def lines(self) -> Iterator[str]:
        for row in self._cells:
            yield "".join(row).rstrip()

    def draw(self, layout: Layout, column: int, row: int) -> None:
        """Draw a layout with its top left corner here."""
        for (x, y), char in _lines_of(layout.routes).items():
            self._cells[row + y][column + x] = char
        for each in layout.boxes:
            self._box(each, column, row)
            if each.inside is not None:
                x, y = each.inside_at
                self.draw(each.inside, column + x, row + y)

    def _box(self, placed: PlacedBox, column: int, row: int) -> None:
        left, top = column + placed.column, row + placed.row
        if placed.box.look is Look.JOIN:
            self._write(left, top, "=" * placed.width)
            return
        start, edge, end, side = tuple(_FRAMES[placed.box.look])
        turned = placed.box.look is Look.DECIDE
        between = placed.width - 2
        self._write(left, top, f"{start}{edge * between}{end}")
        for number in range(1, placed.height - 1):
            line = placed.lines[number - 1] if number <= len(placed.lines) else ""
            before = (between - width(line)) // 2
            after = between - width(line) - before
            self._write(left, top + number, f"{side}{' ' * before}{line}{' ' * after}{side}")
        first, last = (end, start) if turned else (start, end)
        self._write(left, top + placed.height - 1, f"{first}{edge * between}{last}")

    def _write(self, column: int, row: int, text: str) -> None:
        cells = self._cells[row]
        for char in text:
            columns = width(char)
            if not columns:  # a combining mark belongs to what stands before it
                cells[column - 1] += char
                continue
            cells[column] = char
            if columns == 2:
                cells[column + 1] = ""
            column += columns


def _lines_of(routes: tuple[Route, ...]) -> dict[tuple[int, int], str]:
    """The character of every cell that a line passes."""
    passing: dict[tuple[int, int], dict[int, int]] = {}
    for route in routes:
        for cell, ways in _steps(route):
            owners = passing.setdefault(cell, {})
            owners[route.owner] = owners.get(route.owner, 0) | ways
    chars = {cell: _char(list(owners.values())) for cell, owners in passing.items()}
    return chars | {route.points[-1]: "v" for route in routes if route.head}


def _steps(route: Route) -> Iterator[tuple[tuple[int, int], int]]:
    """Every cell of a line with the sides it is left or entered by."""
    yield route.points[0], _UPRIGHT
    yield route.points[-1], _UPRIGHT
    for (x, y), (to_x, to_y) in pairwise(route.points):
        for column in range(min(x, to_x), max(x, to_x)):
            yield (column, y), _RIGHT
            yield (column + 1, y), _LEFT
        for row in range(y, to_y):
            yield (x, row), _DOWN
            yield (x, row + 1), _UP


def _char(owners: list[int]) -> str:
    if any(ways & _UPRIGHT and ways & _LEVEL for ways in owners):
        return "+"
    return "|" if any(ways & _UPRIGHT for ways in owners) else "-"
