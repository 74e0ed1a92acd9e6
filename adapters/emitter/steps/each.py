"""``for_each``: one performance for each item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from adapters.emitter.code import Code, literal, words
from adapters.emitter.steps.site import Site
from adapters.emitter.steps.threshold import threshold
from workflow_ir.steps import ForEach


@dataclass(frozen=True, slots=True)
class EachView:
    """``return await here.each(…)``."""

    template: ClassVar[str] = "steps/each.jinja"
    about: Code
    """For its docstring."""
    items: Code
    item: Code
    """The step that is performed for each."""
    as_: Code | None
    """What the item is called; None: ``item``."""
    succeed_if: Code | None
    concurrency: Code | None
    barrier_timeout_s: Code | None


def each(written: ForEach, at: Site) -> EachView:
    """What is usual is left out."""
    late, places = written.barrier_timeout_s, written.concurrency
    return EachView(
        about=Code(f"perform {at.names.item} for each {words(written.as_)}"),
        items=at.scene.value(written.items),
        item=at.names.item,
        as_=None if written.as_ == "item" else literal(written.as_),
        succeed_if=threshold(at.writing, written.succeed_if),
        concurrency=None if places is None else literal(places),
        barrier_timeout_s=None if late is None else literal(late),
    )
