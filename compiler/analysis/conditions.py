"""Which conditions hold where an expression is evaluated, and which do not."""

from __future__ import annotations

from compiler.analysis.symbols import ScopeSymbol
from compiler.analysis.uses import Use
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
        """The step's own ``when``, and what led into the arms around it."""
        held: list[Expression] = []
        refuted: list[Expression] = []
        step = use.step
        if step is not None and step.step.when is not None and use.field != "when":
            held.append(step.step.when.expression)
        if use.arm is not None:
            refuted.extend(self._refuted_before(use.arm))
        scope: ScopeSymbol | None = use.scope
        while scope is not None:
            arm, owner = scope.arm, scope.owner
            if arm is not None and owner is not None:
                refuted.extend(self._refuted_before(scope))
                if arm.when is not None:
                    held.append(arm.when.expression)
                if owner is not step and owner.step.when is not None:
                    held.append(owner.step.when.expression)
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
