"""MEL123: ``window`` names times that nobody defines; MEL602: a time zone not known here."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo, available_timezones

from compiler.analysis.windows import BUILT_IN_WINDOWS, windows_of
from compiler.check.subject import Subject
from compiler.check.suggestion import offer
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic

ALWAYS = frozenset({"UTC"})
"""Zones that need no database."""


def unknown_window(subject: Subject) -> Iterator[Diagnostic]:
    """Names, and zones of windows that steps use.

    Which zones there are depends on the database of the machine, so one that is not in it is a
    warning: the IR is the same everywhere, and the run may be elsewhere. Without any database
    nothing is said.
    """
    own = windows_of(subject.symbols.project)
    known = {**own, **BUILT_IN_WINDOWS}
    asked: dict[str, bool] = {}
    for symbol in subject.symbols.steps:
        window = symbol.step.window
        for time in () if window is None else window.times:
            if isinstance(time, syntax.OpenTime):
                yield from _zone(time, asked)
            elif time.value in own:
                for one in own[time.value].times:
                    if isinstance(one, syntax.OpenTime):
                        yield from _zone(one, asked)
            elif time.value not in known and not subject.doubt.hides("windows", time.value):
                yield diagnose(
                    "MEL123",
                    f"there is no window `{time.value[:60]}`",
                    time.span,
                    **offer(
                        time.value,
                        known,
                        time.span,
                        what="windows",
                        otherwise="define it under `windows:` of the project",
                    ),
                )


def _zone(time: syntax.OpenTime, asked: dict[str, bool]) -> Iterator[Diagnostic]:
    if time.zone is None or asked.setdefault(time.zone.value, _is_known(time.zone.value)):
        return
    asked[time.zone.value] = True  # one diagnostic a name
    zones = available_timezones()
    if not zones:
        return
    yield diagnose(
        "MEL602",
        f"this machine knows no time zone `{time.zone.value}`",
        time.zone.span,
        **offer(
            time.zone.value,
            sorted(zones),
            time.zone.span,
            what="time zones",
            otherwise="write a name such as `Europe/Berlin`",
        ),
    )


def _is_known(zone: str) -> bool:
    if zone in ALWAYS:
        return True
    try:
        ZoneInfo(zone)
    except (OSError, ValueError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        return False
    return True
