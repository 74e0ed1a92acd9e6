"""``parallel``: named sides that go on at the same time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from adapters.emitter.code import Code, literal
from adapters.emitter.steps.site import Site
from adapters.emitter.steps.threshold import threshold
from workflow_ir.steps import Parallel


@dataclass(frozen=True, slots=True)
class SideName:
    """One of them."""

    key: Code
    function: Code


@dataclass(frozen=True, slots=True)
class SidesView:
    """``return await here.sides({…})``."""

    template: ClassVar[str] = "steps/sides.jinja"
    about: Code
    """For its docstring."""
    sides: tuple[SideName, ...]
    succeed_if: Code | None
    """None: all of them."""
    barrier_timeout_s: Code | None


def parallel(verb: Parallel, at: Site) -> SidesView:
    """The sides by name; each is a function of its own."""
    late = verb.barrier_timeout_s
    return SidesView(
        Code("perform all sides at the same time"),
        tuple(SideName(literal(side.name), at.names.sides[side.name]) for side in verb.sides),
        threshold(at.writing, verb.succeed_if),
        None if late is None else literal(late),
    )
