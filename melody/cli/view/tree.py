"""The live tree: step, player, attempt, time, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.table import Table
from rich.text import Text

from melody.cli.view.progress import Progress, Row
from melody.cli.view.words import decision_words, error_words, one_line, seconds
from workflow_ir.events import Event

_MARKS = {
    "pending": ("·", "dim"),
    "running": ("▸", "cyan"),
    "waiting": ("?", "magenta"),
    "succeeded": ("✓", "green"),
    "recovered": ("✓", "yellow"),
    "gap": ("○", "yellow"),
    "failed": ("✗", "red"),
    "skipped": ("–", "dim"),
    "cancelled": ("■", "dim"),
}
_KEPT_FREE = 4
"""Lines of the screen that the tree leaves to others."""


class Tree:
    """Draws the progress anew a few times a second; a context manager."""

    def __init__(self, progress: Progress, stream: TextIO) -> None:
        self._progress = progress
        self._console = Console(file=stream)
        self._live = self._drawn_anew()

    def append(self, event: Event) -> None:
        """The next frame shows it."""

    def __enter__(self) -> Self:
        self._live.start(refresh=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    @contextmanager
    def interrupted(self) -> Iterator[None]:
        """Nothing is drawn meanwhile: somebody is asked."""
        self._live.stop()
        try:
            yield
        finally:
            self._live = self._drawn_anew()
            self._live.start(refresh=True)

    def _drawn_anew(self) -> Live:
        """A drawing below what stands on the screen: one that goes on would wipe that out."""
        return Live(self, console=self._console, refresh_per_second=8)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """One frame."""
        table = Table.grid(padding=(0, 2, 0, 0))
        for column in ("step", "player", "attempt", "time", "note"):
            table.add_column(column, no_wrap=True, overflow="ellipsis")
        rows = tuple(self._progress.rows.values())
        shown = visible_rows(rows, console.size.height - _KEPT_FREE)
        for row in shown:
            table.add_row(*self._cells(row))
        yield table
        if len(shown) < len(rows):
            yield Text(f"… and {len(rows) - len(shown)} more", style="dim")

    def _cells(self, row: Row) -> tuple[Text, ...]:
        mark, style = _MARKS[row.status]
        elapsed = self._progress.elapsed(row)
        return (
            Text(f"{'  ' * row.depth}{mark} {row.label}", style=style),
            Text(row.player or "", style="dim"),
            Text(f"attempt {row.attempt}" if row.attempt > 1 else "", style="yellow"),
            Text("" if elapsed is None else seconds(elapsed), style="dim"),
            Text(self._note(row), style="dim"),
        )

    @staticmethod
    def _note(row: Row) -> str:
        if row.status in ("failed", "gap") and row.error is not None:
            return error_words(row.error)
        if row.waits_for:
            return f"waits for {row.waits_for}"
        if row.doing and row.status == "running":
            return row.doing
        if row.trail:
            failure, decision = row.trail[-1]
            code = failure.get("error", {}).get("code")
            return one_line(f"{f'{code} → ' if code else ''}{decision_words(decision)}")
        arm = f"→ {row.note}" if row.note else ""
        return f"{arm} (synthetic)".strip() if row.synthetic else arm


def visible_rows(rows: tuple[Row, ...], height: int) -> tuple[Row, ...]:
    """As many rows as fit, in their order; what runs or went wrong stays."""
    surplus = len(rows) - max(height, 3)
    if surplus <= 0:
        return rows

    def worth(row: Row) -> tuple[bool, bool, int]:
        at_work = row.status in ("running", "waiting", "failed", "gap")
        return (at_work, row.depth == 0, -row.depth)

    places = sorted(range(len(rows)), key=lambda place: worth(rows[place]))
    left_out = set(places[: surplus + 1])
    return tuple(row for place, row in enumerate(rows) if place not in left_out)
