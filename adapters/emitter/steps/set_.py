"""``set``: pure data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from adapters.emitter.code import Code
from adapters.emitter.steps.site import Site
from workflow_ir.steps import Set


@dataclass(frozen=True, slots=True)
class ValueView:
    """``return VALUE``."""

    template: ClassVar[str] = "steps/value.jinja"
    about: Code
    """For its docstring."""
    value: Code


def set_(verb: Set, at: Site) -> ValueView:
    """The value is the output."""
    return ValueView(Code("put values together"), at.scene.value(verb.value))
