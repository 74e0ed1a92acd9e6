"""``wait``: a duration, a moment, or an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from adapters.emitter.code import Code, literal
from adapters.emitter.steps.site import Site
from workflow_ir.steps import Wait


@dataclass(frozen=True, slots=True)
class WaitView:
    """``return await here.wait(…)``."""

    template: ClassVar[str] = "steps/wait.jinja"
    about: Code
    """For its docstring."""
    argument: Code


def wait(verb: Wait, at: Site) -> WaitView:
    """Exactly one of the three."""
    if verb.event is not None:
        return WaitView(Code("wait for an event"), Code(f"event={literal(verb.event)}"))
    if verb.until is not None:
        return WaitView(Code("wait for a moment"), Code(f"until={at.scene.value(verb.until)}"))
    return WaitView(Code("let time pass"), literal(verb.seconds or 0.0))
