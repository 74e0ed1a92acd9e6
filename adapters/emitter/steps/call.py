"""``call``: a sub-melody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from adapters.emitter.code import Code, words
from adapters.emitter.regions.regions import WHOLE
from adapters.emitter.steps.site import Site
from adapters.emitter.steps.writing import PACKAGE
from workflow_ir.steps import Call


@dataclass(frozen=True, slots=True)
class CallView:
    """``return await here.call(NAME_steps.MELODY, {…})``."""

    template: ClassVar[str] = "steps/call.jinja"
    about: Code
    """For its docstring."""
    melody: Code
    with_: Code


def call(verb: Call, at: Site) -> CallView:
    """Its file is imported as a module."""
    module = at.writing.modules[verb.module]
    stem = module.stem
    at.writing.imported(PACKAGE, stem)
    with_ = Code("{}") if verb.with_ is None else at.scene.value(verb.with_)
    about = Code(f"perform the Melody {words(module.ir.name)}")
    return CallView(about, Code(f"{stem}.{WHOLE}"), with_)
