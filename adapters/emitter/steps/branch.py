"""``branch``: which arm is taken, and its value.

A flat branch is an object of its own, whose arms stand in the same graph. One that may fail as a
whole, or that is performed for each item of a map, is a step with that object inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from adapters.emitter.code import Code, joined, literal
from adapters.emitter.steps.pieces import Locals, View
from adapters.emitter.steps.scene import Scene
from adapters.emitter.steps.site import Site
from adapters.emitter.steps.writing import Writing
from workflow_ir.steps import Branch, Step


@dataclass(frozen=True, slots=True)
class GoView:
    """``return await here.go(REGION)``."""

    template: ClassVar[str] = "steps/go.jinja"
    about: Code
    """For its docstring."""
    region: Code


def branch(_verb: Branch, at: Site) -> GoView:
    """A branch in a graph of its own."""
    return GoView(Code("go one of several ways"), at.names.inside)


@dataclass(frozen=True, slots=True)
class ArmView:
    """One way."""

    name: Code
    """As a literal."""
    when: Code | None
    """None: nothing else holds."""
    result: Code | None
    """Its value; None: it has none."""


@dataclass(frozen=True, slots=True)
class ChooseView:
    """The function that names the arm that is taken."""

    template: ClassVar[str] = "steps/choose.jinja"
    names: ClassVar[tuple[str, ...]] = ("Place",)
    name: Code
    doc: Code
    lead: tuple[View, ...]
    arms: tuple[ArmView, ...]
    open: bool
    """It may be that none is taken."""


@dataclass(frozen=True, slots=True)
class ResultView:
    """The function that gives the value of the arm taken."""

    template: ClassVar[str] = "steps/result.jinja"
    names: ClassVar[tuple[str, ...]] = ("Any", "Place")
    name: Code
    doc: Code
    lead: tuple[Locals, ...]
    arms: tuple[ArmView, ...]
    last: Code | None
    """The value of the last arm, if all arms before it have one, too; None: some have none."""


def choose(
    verb: Branch, name: Code, called: Code, scene: Scene, lead: tuple[View, ...]
) -> ChooseView:
    """The decision.

    Args:
        verb: The branch.
        name: Of the function.
        called: Of the branch, for people.
        scene: Of the function.
        lead: What comes before it.
    """
    arms = tuple(
        ArmView(literal(arm.name), None if arm.when is None else scene.condition(arm.when), None)
        for arm in verb.arms
    )
    doc = Code(f"Which arm of {called} is taken.")
    return ChooseView(name, doc, (*scene.lead(), *lead), arms, all(arm.when for arm in verb.arms))


def result(verb: Branch, name: Code, called: Code, scene: Scene) -> ResultView | None:
    """The value; None: no arm has one."""
    arms = [
        ArmView(literal(arm.name), None, scene.value(arm.scope.result))
        for arm in verb.arms
        if arm.scope.result is not None
    ]
    if not arms:
        return None
    last = arms.pop().result if len(arms) == len(verb.arms) else None
    doc = Code(f"The value of {called}.")
    return ResultView(name, doc, scene.lead(), tuple(arms), last)


def awaits(writing: Writing, step: Step, verb: Branch) -> Code | None:
    """By arm: the steps outside that its result reads and nobody else has waited for.

    Returns:
        None: There are none.
    """
    found = {}
    for arm in verb.arms:
        known = {one.on for one in step.depends}
        if not writing.has.finish_independent:  # there a step may settle before what it waits for
            known |= writing.module.waited_for((step, *arm.scope.steps))
        late = [one.on for one in arm.scope.depends if one.on not in known]
        if late:
            found[arm.name] = tuple(address.rpartition(".")[2] for address in late)
    return literal(found) if found else None


def arms(verb: Branch, at: Site) -> Code:
    """By name: the steps of each arm."""
    pairs = []
    for arm in verb.arms:
        inside = [at.writing.names(step).step for step in arm.scope.steps]
        pairs.append(joined((literal(arm.name), tuple_of(inside)), ": "))
    return Code("{" + joined(pairs, ", ") + "}")


def tuple_of(names: list[Code] | tuple[Code, ...]) -> Code:
    """Names as a tuple."""
    inside = joined(names, ", ")
    return Code(f"({inside},)") if len(names) == 1 else Code(f"({inside})")
