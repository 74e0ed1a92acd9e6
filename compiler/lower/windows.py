"""Windows as written to open times of the IR."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compiler.analysis.windows import BUILT_IN_WINDOWS, windows_of
from compiler.parse import syntax
from workflow_ir.steps import OpenTime


def open_times(window: syntax.Window, project: syntax.Project | None) -> tuple[OpenTime, ...]:
    """The times of a window, names resolved, each once."""
    return tuple(dict.fromkeys(_times(window, windows_of(project))))


def _times(window: syntax.Window, own: Mapping[str, syntax.Window]) -> Iterator[OpenTime]:
    for time in window.times:
        if not isinstance(time, syntax.OpenTime):
            named = own.get(time.value)
            yield from BUILT_IN_WINDOWS[time.value] if named is None else _times(named, own)
            continue
        written = {
            "days": time.days,
            "start_minute": time.start.value,
            "end_minute": time.end.value,
            "zone": None if time.zone is None else time.zone.value,
        }
        kept = {name: value for name, value in written.items() if value is not None}
        yield OpenTime.model_validate(kept)
