"""The table of ``melody compare``: a row for each step, a column for each backend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from melody.cli.terminal import has_colours, is_terminal
from melody.cli.view.words import one_line, seconds, short
from melody.comparing import MISSING, Comparison, differences
from workflow_ir.result import RunResult, StepRecord, StepStatus

_STYLES = {
    "succeeded": "green",
    "recovered": "yellow",
    "degraded": "yellow",
    "gap": "yellow",
    "failed": "red",
    "skipped": "dim",
    "pending": "dim",
    "cancelled": "dim",
}
_WIDEST = 160
"""Columns where the stream is no terminal."""
_MOST_ROWS = 60
"""With more steps than that, items that succeeded everywhere in the same way are left out."""


def write_table(comparison: Comparison, stream: TextIO) -> None:
    """Write the table; lines are cut to the width of a terminal, and nowhere else."""
    console = Console(
        file=stream,
        force_terminal=has_colours(stream),
        highlight=False,
        width=None if is_terminal(stream) else _WIDEST,
    )
    names = tuple(comparison.results)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in ("step", *names, ""):
        table.add_column(name, overflow="fold", no_wrap=name == "step")
    longest = max(12, (console.width - 30) // max(len(names), 1) - 4)
    results = tuple(comparison.results.values())
    left_out = 0
    parts = (_steps(results), _outputs(results, longest), _ends(results))
    for part in parts:
        rows = list(part)
        for row in rows:
            if len(rows) > _MOST_ROWS and row.label.endswith("]") and row.dull:
                left_out += 1
                continue
            same = Text("=") if row.same else Text("≠", style="red")
            table.add_row(Text(row.label), *row.cells, same)
        table.add_section()
    console.print(table)
    if left_out:
        console.print(f"{left_out} items that succeeded in the same way everywhere are not shown")


@dataclass(frozen=True, slots=True)
class _Row:
    label: str
    cells: Sequence[Text]
    same: bool
    """The values are equal, not only what is shown of them."""
    dull: bool = False


def _steps(results: Sequence[RunResult]) -> Iterator[_Row]:
    for path in dict.fromkeys(path for result in results for path in result.steps):
        records = [result.steps.get(path) for result in results]
        forms = [None if record is None else record.to_json() for record in records]
        same = _all_equal(forms)
        plain = all(record is not None and not _details(record) for record in records)
        ok = all(record is not None and record.status.ok for record in records)
        yield _Row(path, [_step(record) for record in records], same, same and plain and ok)


def _outputs(results: Sequence[RunResult], longest: int) -> Iterator[_Row]:
    for name in dict.fromkeys(name for result in results for name in result.outputs):
        values = [result.outputs.get(name, MISSING) for result in results]
        shown = ["–" if value is MISSING else short(value, longest) for value in values]
        yield _Row(f"outputs.{name}", list(map(Text, shown)), _all_equal(values))


def _ends(results: Sequence[RunResult]) -> Iterator[_Row]:
    yield _Row("status", list(map(_status, results)), _all_equal([r.status for r in results]))
    gaps = [[gap.to_json() for gap in result.gaps] for result in results]
    if any(gaps):
        shown = [Text("\n".join(gap.step for gap in result.gaps)) for result in results]
        yield _Row("gaps", shown, _all_equal(gaps))


def _all_equal(values: Sequence[Any]) -> bool:
    return not any(any(differences(values[0], value)) for value in values[1:])


def times(comparison: Comparison) -> str:
    """How long each run took; no part of the comparison."""
    return ", ".join(
        f"{name} {seconds(result.usage.wall_s)}" for name, result in comparison.results.items()
    )


def _step(record: StepRecord | None) -> Text:
    if record is None:
        return Text("–", style="dim")
    cell = Text().append(record.status.value, style=_STYLES.get(record.status.value, ""))
    if record.branch is not None:
        cell.append(f" → {record.branch}")
    return cell.append("".join(f"\n  {one_line(each)}" for each in _details(record)), style="dim")


def _details(record: StepRecord) -> list[str]:
    """What is to be said beside the status: how it came about."""
    details = []
    if record.status is StepStatus.FAILED and record.error is not None and not record.attempts:
        details.append(record.error.code)
    if len(record.attempts) > 1 or any(each.outcome != "success" for each in record.attempts):
        details += [
            f"{each.player}: {each.error.code} → {each.decision}" if each.error is not None
            else f"{each.player}: ok"
            for each in record.attempts
        ]  # fmt: skip
    if record.failed:
        details.append(f"failed items: {', '.join(map(str, record.failed))}")
    if record.synthetic:
        details.append("synthetic")
    return details


def _status(result: RunResult) -> Text:
    cell = Text().append(result.status.value, style=_STYLES.get(result.status.value, ""))
    if result.error is not None:
        cell.append(f"\n  {result.failed_step or 'run'}: {result.error.code}")
    return cell
