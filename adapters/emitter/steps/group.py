"""``steps``: what stands inside is performed, then the result is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from adapters.emitter.code import Code
from adapters.emitter.steps.pieces import Locals
from adapters.emitter.steps.scene import Scene
from adapters.emitter.steps.site import Site
from workflow_ir.steps import Group, Scope


@dataclass(frozen=True, slots=True)
class InsideView:
    """``inner = await here.inside(REGION)`` and the result."""

    template: ClassVar[str] = "steps/inside.jinja"
    about: Code
    """For its docstring."""
    region: Code
    result: Code | None
    """None: there is no value."""
    lead: tuple[Locals, ...]
    """What the result reads of the inside."""


def group(verb: Group, at: Site) -> InsideView:
    """A group's only inside."""
    return inside(Code("perform the steps inside"), at.names.inside, verb.scope, at.scene)


def inside(about: Code, region: Code, scope: Scope, scene: Scene) -> InsideView:
    """A scope that is performed once, and its value."""
    inner = scene.inside()
    result = None if scope.result is None else inner.value(scope.result)
    return InsideView(about, region, result, inner.lead())
