"""What stands before the verb: ``when``, ``window`` and ``require``, in this order (spec 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from adapters.emitter.code import Code, joined, literal
from adapters.emitter.expressions.idioms import HEALTH
from adapters.emitter.steps.pieces import View
from adapters.emitter.steps.scene import Scene
from adapters.emitter.steps.spoken import argument
from adapters.emitter.steps.writing import Writing
from workflow_ir.steps import Guard, Layers, OpenTime, Require, When, Window

_EVERY_DAY = OpenTime.model_fields["days"].default


@dataclass(frozen=True, slots=True)
class WhenView:
    """``if …: return SKIPPED``."""

    template: ClassVar[str] = "steps/when.jinja"
    fails: Code
    """The opposite of the condition."""
    gives: Code
    """What is returned then."""


@dataclass(frozen=True, slots=True)
class WindowView:
    """``await here.window(…)``."""

    template: ClassVar[str] = "steps/window.jinja"
    times: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class RequireView:
    """``await here.require(…)``."""

    template: ClassVar[str] = "steps/require.jinja"
    holds: Code
    """A function without arguments that reads and decides."""
    problem: Code
    """What is said if it does not hold."""
    within_s: Code | None
    """How long it is looked at again; None: once is enough."""


def conditions(
    writing: Writing, parts: Layers, scene: Scene, skipped: Code | None = None
) -> tuple[View, ...]:
    """Those that are written.

    Args:
        writing: The file.
        parts: Of the step.
        scene: Of the function.
        skipped: What a function returns whose step is skipped; None: ``SKIPPED``.
    """
    return tuple(_conditions(writing, parts, scene, skipped))


def _conditions(
    writing: Writing, parts: Layers, scene: Scene, skipped: Code | None
) -> Iterator[View]:
    if parts.when is not None:
        yield _when(writing, parts.when, scene, skipped)
    if parts.window is not None:
        yield _window(writing, parts.window)
    if parts.require is not None:
        yield _require(parts.require, parts.guard, scene)


def _when(writing: Writing, when: When, scene: Scene, skipped: Code | None) -> WhenView:
    gives = writing.run("SKIPPED") if skipped is None else skipped
    return WhenView(scene.unless(when.condition), gives)


def _window(writing: Writing, window: Window) -> WindowView:
    name = writing.run("Opening")
    return WindowView(tuple(_opening(name, time) for time in window.times))


def _opening(name: Code, time: OpenTime) -> Code:
    facts = [literal(_clock(time.start_minute)), literal(_clock(time.end_minute))]
    if time.days != _EVERY_DAY:
        facts.append(Code(f"days={literal(time.days)}"))
    if time.zone != "UTC":
        facts.append(Code(f"zone={literal(time.zone)}"))
    return Code(f"{name}({joined(facts, ', ')})")


def _clock(minutes: int) -> str:
    """``22:00``; the end of a day is ``24:00``."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _require(required: Require, guard: Guard | None, scene: Scene) -> RequireView:
    known = {"host": Code("host"), HEALTH: Code("health")}
    holds = scene.given(known).value(required.condition)
    text = f"the requirement does not hold: {required.condition.source}"
    within_s = None if guard is None else guard.policy.total_timeout_s
    return RequireView(
        Code(f"lambda host, health: {holds}"),
        argument(text),
        None if within_s is None else literal(within_s),
    )
