"""``native``: the normal form, and what agents did, equal those of the native backend."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conductor_core.run import Start
from melody.comparing import differences
from melody.testing.conformance.case import Case
from melody.testing.conformance.finding import Check, Finding
from melody.testing.conformance.performing import Performed
from workflow_ir.events import EventKind

_MOST = 5
"""Differences that are told of one run; the first ones explain the others."""


def unlike_native(
    case: Case, here: Performed, native: Performed, start: Start
) -> Iterator[Finding]:
    """Where two runs differ. In graph mode only of cases whose outcome no schedule decides."""
    if start == "graph" and case.schedule != "none":
        return
    forms = native.result.normal_form(), here.result.normal_form()
    talks = _talk(native), _talk(here)
    unlike = (*differences(*forms), *differences(*talks))
    for path, wanted, found in unlike[:_MOST]:
        yield Finding(Check.NATIVE, f"{path}: {found!r}, on native {wanted!r}")
    if start == "eager" and case.script is not None and here.result.usage != native.result.usage:
        yield Finding(
            Check.NATIVE, f"usage: {here.result.usage!r}, on native {native.result.usage!r}"
        )


def _talk(performed: Performed) -> dict[str, Any]:
    """By run path and attempt: what agents asked their models, and which tools they used."""
    return {
        f"{event.path} in attempt {event.facts.get('attempt')}": event.facts
        for event in performed.events
        if event.kind in (EventKind.MODEL_CALLED, EventKind.TOOL_USED)
    }
