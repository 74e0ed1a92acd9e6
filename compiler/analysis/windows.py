"""What the names of windows stand for."""

from __future__ import annotations

from collections.abc import Mapping

from compiler.parse import syntax
from workflow_ir.steps import OpenTime

BUILT_IN_WINDOWS: Mapping[str, tuple[OpenTime, ...]] = {
    "business_hours": (OpenTime(days=(0, 1, 2, 3, 4), start_minute=540, end_minute=1020),),
    "maintenance_window": (OpenTime(start_minute=120, end_minute=240),),
}
"""Names that need not be written: Monday to Friday 09:00 to 17:00, daily 02:00 to 04:00, in UTC.
A project may give them other times."""


def windows_of(project: syntax.Project | None) -> Mapping[str, syntax.Window]:
    """The windows that a project names."""
    return {} if project is None else {one.name.value: one.window for one in project.windows}
