"""Which conditions hold where an expression is evaluated, and which do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.analysis.symbols import ScopeSymbol, StepSymbol
from compiler.analysis.uses import BEFORE_ITEMS, Use
from compiler.parse import syntax
from workflow_ir.expressions import Expression
from workflow_ir.expressions.narrowing import Facts, facts_of

MOST_ARMS = 64
"""Earlier arms that are kept in mind; a person reads no longer branch."""

Known = tuple[tuple[Expression, ...], tuple[Expression, ...]]
"""Conditions that hold, conditions that do not."""


class Conditions:
    """What is known at every place of one Melody (spec 8, Expressions)."""

    def __init__(self) -> None:
        self._before: dict[ScopeSymbol, tuple[Expression, ...]] = {}

    def at(self, use: Use) -> Known:
        """The conditions of the step itself, and what led into the scopes around it."""
        step = None if use.step is None else use.step.host
        held = [] if step is None else list(_of_step(step, use))
        refuted: list[Expression] = []
        if use.arm is not None:
            refuted.extend(self._refuted_before(use.arm))
        scope: ScopeSymbol | None = use.scope
        crossed = False
        while scope is not None and scope.owner is not None:
            owner = scope.owner
            verb = owner.step.verb
            if isinstance(verb, syntax.Repeat):
                if verb.while_ is not None:
                    held.extend(_still_meant([verb.while_.expression], crossed=crossed))
                crossed = True
            into = [] if owner is step else list(_of_step(owner, None))
            if scope.arm is not None:
                refuted.extend(_still_meant(self._refuted_before(scope), crossed=crossed))
                if scope.arm.when is not None:
                    into.append(scope.arm.when.expression)
            held.extend(_still_meant(into, crossed=crossed))
            scope = scope.parent
        return tuple(held), tuple(refuted)

    def _refuted_before(self, arm: ScopeSymbol) -> tuple[Expression, ...]:
        """The conditions of earlier arms that teach something by not holding."""
        assert arm.owner is not None
        if arm not in self._before:
            useful: tuple[Expression, ...] = ()
            known: Facts = frozenset()
            for sibling in arm.owner.arms:
                self._before[sibling] = useful
                when = None if sibling.arm is None else sibling.arm.when
                if when is not None and len(useful) < MOST_ARMS:
                    facts = facts_of(when.expression.tree, holds=False)
                    if not facts <= known:
                        useful, known = (*useful, when.expression), known | facts
        return self._before[arm]


def _of_step(step: StepSymbol, use: Use | None) -> Iterator[Expression]:
    """``when`` and ``require`` of a step, as far as they are asked before ``use``."""
    field = None if use is None else use.field
    if step.step.when is not None and field != "when":
        yield step.step.when.expression
    if step.step.require is not None and (field not in BEFORE_ITEMS or field == "for_each"):
        yield step.step.require.expression


def _still_meant(conditions: Iterable[Expression], *, crossed: bool) -> Iterator[Expression]:
    """Those whose names mean the same inside; ``previous`` is another one inside a loop."""
    for condition in conditions:
        roots = {one.path[0] for one in condition.references}
        if not (crossed and roots & {"previous", "iteration"}):
            yield condition
