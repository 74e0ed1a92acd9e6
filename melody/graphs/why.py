"""Why one step waits for another one: the references that say so (spec 2, Dependencies)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from compiler.analysis.dependencies import Dependencies, Read
from compiler.analysis.symbols import ScopeSymbol, StepSymbol, Symbols
from compiler.analysis.uses import uses_of
from compiler.parse import syntax
from workflow_ir.span import Span

_Moment = tuple[StepSymbol, Literal["start", "end"]]
"""A step can be waited for at its end; an inner step waits for the start of what it stands in."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One link of the chain."""

    fact: str
    """``publish reads draft``."""
    places: tuple[Span, ...]
    """The references; of a link that follows from nesting, the inner step's id."""


@dataclass(frozen=True, slots=True)
class Why:
    """What makes ``waiting`` wait for ``awaited``."""

    waiting: str
    awaited: str
    reasons: tuple[Reason, ...]
    """The shortest chain, from the waiting step on; empty: nothing makes it wait."""
    only_to_end: bool = False
    """It starts without waiting; its end waits, for its arms' results read the other step."""


class Waits:
    """Answers for one Melody that was checked and has no errors."""

    def __init__(self, melody: syntax.Melody) -> None:
        symbols = Symbols.of(melody, None)
        self._steps = {step.address: step for step in symbols.steps}
        self._dependencies = Dependencies.of(symbols, tuple(uses_of(symbols)))

    def why(self, awaited: str, waiting: str) -> Why:
        """Why the step ``waiting`` waits for the step ``awaited``; both are addresses."""
        before, after = self._steps[awaited], self._steps[waiting]
        goal: _Moment = (before, "start" if _stands_in(after, before) else "end")
        for moment in ("start", "end"):
            chain = self._chain((after, moment), goal)
            if chain:
                return Why(waiting, awaited, chain, only_to_end=moment == "end")
        return Why(waiting, awaited, ())

    def _chain(self, start: _Moment, goal: _Moment) -> tuple[Reason, ...]:
        """The reasons along a shortest way, breadth first; empty where there is none."""
        came: dict[_Moment, tuple[_Moment, Reason | None]] = {}
        ahead = [start]
        for moment in ahead:  # grows while it is read
            if moment == goal and moment != start:
                break
            for following, reason in self._waits(moment):
                if following not in came and following != start:
                    came[following] = (moment, reason)
                    ahead.append(following)
        reasons: list[Reason] = []
        moment = goal
        while moment != start:
            if moment not in came:
                return ()
            moment, reason = came[moment]
            if reason is not None:
                reasons.append(reason)
        return tuple(reversed(reasons))

    def _waits(self, moment: _Moment) -> Iterator[tuple[_Moment, Reason | None]]:
        step, when = moment
        if when == "start":
            yield from self._reads(step, self._dependencies.of_step[step], "")
            outer = step.home.owner
            if outer is not None:
                fact = f"{step.address} stands in {_place(step.home)}{outer.address}"
                yield (outer, "start"), Reason(fact, (step.step.id.span,))
            return
        yield (step, "start"), None
        inside = "the arm taken" if step.arms else "what stands in it"
        for scope in step.inner:
            reads = self._dependencies.of_result.get(scope, [])
            yield from self._reads(step, reads, "the result of ")
            for inner in scope.steps.values():
                fact = f"{step.address} ends when {inside} has ended, so after {inner.address}"
                yield (inner, "end"), Reason(fact, (inner.step.id.span,))

    def _reads(
        self, step: StepSymbol, reads: list[Read], whose: str
    ) -> Iterator[tuple[_Moment, Reason]]:
        by_target: dict[StepSymbol, list[Read]] = {}
        for read in reads:
            by_target.setdefault(read.target, []).append(read)
        for target, found in by_target.items():
            verb = "needs" if all(read.ordering for read in found) else "reads"
            places = tuple(dict.fromkeys(read.span for read in found))
            yield (target, "end"), Reason(f"{whose}{step.address} {verb} {target.address}", places)


def _place(scope: ScopeSymbol) -> str:
    """Which of several insides of a step is meant: an arm, or a branch of a ``parallel``."""
    if not scope.name:
        return ""
    return f"{'branch' if scope.arm is None else 'arm'} {scope.name} of "


def _stands_in(inner: StepSymbol, outer: StepSymbol) -> bool:
    owner = inner.home.owner
    while owner is not None and owner is not outer:
        owner = owner.home.owner
    return owner is not None
