"""``reconstruct``: what a missing output may be made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from adapters.emitter.code import Code, literal, words
from adapters.emitter.steps.pieces import Locals
from adapters.emitter.steps.scene import Scene
from adapters.emitter.steps.writing import Writing
from workflow_ir.reads import steps_read_in
from workflow_ir.steps import Reconstruct, Step


@dataclass(frozen=True, slots=True)
class SourceView:
    """The function that reads the later or independent artifact."""

    template: ClassVar[str] = "steps/source.jinja"
    names: ClassVar[tuple[str, ...]] = ("Any", "Place")
    name: Code
    doc: Code
    lead: tuple[Locals, ...]
    value: Code


def source(writing: Writing, step: Step, written: Reconstruct) -> SourceView:
    """What the player that makes it is given."""
    scene = Scene(writing)
    value = scene.value(written.source)
    doc = Code(f"What {words(step.id)} may be made of.")
    return SourceView(writing.names(step).source, doc, scene.lead(), value)


def reconstruct(writing: Writing, step: Step, written: Reconstruct) -> Code:
    """As an argument of ``@step``."""
    name, reads = writing.run("Reconstruct"), literal(steps_read_in(written.source))
    return Code(f"{name}({literal(written.player)}, {writing.names(step).source}, {reads})")
