"""``repeat``: a loop with a bound."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from adapters.emitter.code import Code, literal, words
from adapters.emitter.steps.pieces import Locals, Piece
from adapters.emitter.steps.scene import INNER, Scene
from adapters.emitter.steps.site import Site
from adapters.emitter.steps.writing import Writing
from workflow_ir.steps import Repeat, Step


@dataclass(frozen=True, slots=True)
class LoopView:
    """``for iteration in range(…)``, or ``while`` with a counter."""

    template: ClassVar[str] = "steps/loop.jinja"
    about: Code
    """For its docstring."""
    region: Code
    max: Code
    last: Code
    """The number after the highest."""
    while_: Code | None
    until: Code | None
    result: Code | None
    """None: there is no value."""
    round: Code | None
    """A function that gives both; None: they are read in the loop itself."""
    lead: tuple[Locals, ...]
    """What they read of the inside."""
    accept: bool
    """Reaching ``max`` is no failure."""
    failure: Code | None
    """``Failure``; None: it is never raised."""
    exhausted: Code
    """What is said of a loop that did not end."""
    skipped: Code | None
    """``SKIPPED``, of a loop that need not begin."""


@dataclass(frozen=True, slots=True)
class RoundView:
    """The function that reads what a round has come to.

    What is read only if it is there is read by functions without arguments, and those that are
    written in a loop would see what the loop's names stand for later.
    """

    template: ClassVar[str] = "steps/round.jinja"
    names: ClassVar[tuple[str, ...]] = ("Any", "Scope")
    name: Code
    doc: Code
    lead: tuple[Locals, ...]
    result: Code | None
    until: Code | None


@dataclass(frozen=True, slots=True)
class AgainView:
    """The function that says whether there is another round; as `RoundView`."""

    template: ClassVar[str] = "steps/again.jinja"
    names: ClassVar[tuple[str, ...]] = ("Any", "Place")
    name: Code
    doc: Code
    lead: tuple[Locals, ...]
    holds: Code


_ROUND = {"iteration": Code("iteration"), "previous": Code("previous")}


def repeat(verb: Repeat, at: Site) -> LoopView:
    """A loop; ``while`` sees the steps outside, ``until`` and the result those of the round, too.

    ``until`` is tested before the result is read, and sees the round before as ``previous``.
    """
    names, scope = at.names, verb.scope
    again = _again(at.writing, at.step, verb)
    while_ = None if verb.while_ is None else at.scene.given(_ROUND).condition(verb.while_)
    if again is not None:
        while_ = Code(f"{again.name}(here, iteration, previous)")
    apart = _round(at.writing, at.step, verb)
    inner = at.scene.inside(_ROUND, "steps" if while_ is None else "inside")
    until = result = None
    if apart is None:
        until = None if verb.until is None else inner.condition(verb.until)
        result = None if scope.result is None else inner.value(scope.result)
    accept = verb.on_max == "accept"
    return LoopView(
        about=Code(f"perform the steps inside, {verb.max} times at most"),
        region=names.inside,
        max=literal(verb.max),
        last=literal(verb.max + 1),
        while_=while_,
        until=until,
        result=result,
        round=None if apart is None else names.round,
        lead=inner.lead(),
        accept=accept,
        failure=None if accept else at.writing.policy("Failure"),
        exhausted=literal(f"the loop did not end within {verb.max} iterations"),
        skipped=None if while_ is None else at.writing.run("SKIPPED"),
    )


def rounds(writing: Writing, step: Step, verb: Repeat) -> Iterator[Piece]:
    """The functions that a loop needs beside it."""
    for view in (_again(writing, step, verb), _round(writing, step, verb)):
        if view is not None:
            yield view


def _round(writing: Writing, step: Step, verb: Repeat) -> RoundView | None:
    scene = Scene(writing, here=INNER)
    until = None if verb.until is None else scene.condition(verb.until)
    result = None if verb.scope.result is None else scene.value(verb.scope.result)
    if not _delays(until) and not _delays(result):
        return None
    doc = Code(f"What a round of {words(step.id)} comes to.")
    return RoundView(writing.names(step).round, doc, scene.lead(), result, until)


def _again(writing: Writing, step: Step, verb: Repeat) -> AgainView | None:
    if verb.while_ is None:
        return None
    scene = Scene(writing, _ROUND, made=_ROUND)
    holds = scene.condition(verb.while_)
    if not _delays(holds):
        return None
    doc = Code(f"Whether {words(step.id)} has another round.")
    return AgainView(writing.names(step).again, doc, scene.lead(), holds)


def _delays(code: Code | None) -> bool:
    if code is None or "lambda" not in code:
        return False  # which a text may say, too
    return any(isinstance(node, ast.Lambda) for node in ast.walk(ast.parse(code, mode="eval")))
