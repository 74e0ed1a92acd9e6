"""Static types of steps and expressions."""

from __future__ import annotations

from collections.abc import Iterable

from compiler.analysis.conditions import Conditions
from compiler.analysis.doubt import CERTAIN, Doubt
from compiler.analysis.names import names_at, waits_for_loop
from compiler.analysis.outputs import may_be_absent, may_give_nothing, type_of_data
from compiler.analysis.performed import given_by, nullable, performed
from compiler.analysis.symbols import ScopeSymbol, StepSymbol, Symbols
from compiler.analysis.uses import Field as FieldKind
from compiler.analysis.uses import Use
from compiler.analysis.visible_steps import HiddenSteps
from compiler.parse import syntax
from compiler.parse.syntax_values import expressions_in
from workflow_ir.expressions.step_view import StepKind, step_type
from workflow_ir.expressions.typecheck import Checked, check, check_boolean
from workflow_ir.types import Field, Json, ListOf, Null, Object, String, Type, join
from workflow_ir.types.model import stripped

MOST_FAULTY = 200
"""Expressions with problems that are looked at; a file with more is no work of a person."""

UNKNOWN = Checked(Json(), ())
"""Of an expression that is not looked at any more."""


class Typing:
    """Types of one Melody. ``find`` comes first."""

    def __init__(self, symbols: Symbols, doubt: Doubt = CERTAIN) -> None:
        self.symbols = symbols
        self._doubt = doubt
        self._conditions = Conditions()
        self._steps: dict[StepSymbol, Type] = {}
        self._iterated: dict[StepSymbol, Type] = {}
        self._items: dict[StepSymbol, Type] = {}
        self._checked: dict[tuple[int, str], Checked] = {}
        self._views: dict[StepSymbol, Type] = {}
        self._faulty = 0
        self._inner: dict[str, list[StepSymbol]] = {}
        for step in symbols.steps:
            if step.home.owner is not None:
                self._inner.setdefault(step.id, []).append(step)
        self.inputs = Object(
            {name: Field(one.type.type, required=True) for name, one in symbols.inputs.items()}
        )
        """The type of ``inputs``."""

    def find(self, order: Iterable[StepSymbol]) -> None:
        """Find the types of steps in an order in which none waits for a later one.

        Within a cycle there is no such order, and what is not known yet is Json there. Nothing is
        found on demand: a chain of steps may be longer than Python's stack.
        """
        for step in order:
            self._steps[step] = self._output(step)
            if isinstance(step.step.verb, syntax.Repeat):
                self._iterated[step] = performed(self, step)

    # --- expressions --------------------------------------------------------------------------

    def check(self, use: Use) -> Checked:
        """The type of an expression where it stands, and what is wrong with it."""
        key = (id(use.expr), use.field)
        found = self._checked.get(key)
        if found is None:
            if self._faulty >= MOST_FAULTY:
                return UNKNOWN
            assume, refute = self._conditions.at(use)
            judge = check_boolean if use.condition else check
            found = judge(
                use.expr.expression,
                names_at(self, use),
                assume=assume,
                refute=refute,
                hidden_steps=self.hidden(use.scope),
            )
            if not waits_for_loop(self, use):
                self._checked[key] = found
                self._faulty += bool(found.problems)
        return found

    def hidden(self, scope: ScopeSymbol) -> HiddenSteps:
        """The steps that cannot be seen from a scope, with what to read instead."""
        return HiddenSteps(self._inner, scope)

    def item(self, step: StepSymbol) -> Type:
        """The type of one item of a map; Json where the list's own type does not tell."""
        if step not in self._items:
            each = step.step.for_each
            assert each is not None
            items = stripped(self.value(each.items, step.home, step, "for_each"))
            self._items[step] = items.item if isinstance(items, ListOf) else Json()
        return self._items[step]

    # --- values -------------------------------------------------------------------------------

    def value(
        self,
        value: syntax.Value | None,
        scope: ScopeSymbol,
        step: StepSymbol | None,
        field: FieldKind,
    ) -> Type:
        """The type of a value as written."""
        match value:
            case None:
                return Null()
            case syntax.Literal(value=str(text)) if self._doubt.anything and "${{" in text:
                return Json()
            case syntax.Literal(value=data):
                return type_of_data(data)
            case syntax.Expr():
                return self.check(Use(value, field, scope, step)).type
            case syntax.Text():
                return String()
            case syntax.List(items=items):
                return ListOf(join([self.value(one, scope, step, field) for one in items]))
            case syntax.Map(entries=entries):
                return Object(
                    {key.text: Field(self.value(one, scope, step, field)) for key, one in entries}
                )

    def sound_value(
        self, value: syntax.Value, scope: ScopeSymbol, step: StepSymbol, field: FieldKind
    ) -> Type | None:
        """The type of a value; None if something is wrong inside it."""
        for expr in expressions_in(value):
            if self.check(Use(expr, field, scope, step)).problems:
                return None
        return self.value(value, scope, step, field)

    # --- steps --------------------------------------------------------------------------------

    def view(self, step: StepSymbol) -> Type:
        """What ``steps.x`` is to those who read it."""
        if step in self._doubt.steps:
            return Json()
        found = self._views.get(step)
        if found is None:
            found = self._view(step)
            if step in self._steps:
                self._views[step] = found
        return found

    def _view(self, step: StepSymbol) -> Type:
        return step_type(
            self.output(step),
            step=step.id,
            may_be_absent=may_be_absent(step),
            kind=_kind(step),
            arms=tuple(arm.name for arm in step.arms),
        )

    def output(self, step: StepSymbol) -> Type:
        """The type of ``steps.x.output`` where there is one; Json where it is not found yet."""
        return self._steps.get(step, Json())

    def _output(self, step: StepSymbol) -> Type:
        one = self.performance(step)
        if step.step.for_each is None:
            return one
        threshold = step.step.succeed_if
        whole = threshold is None or threshold.kind == "all"
        return ListOf(one if whole and not may_give_nothing(step) else nullable(one))

    def performance(self, step: StepSymbol) -> Type:
        """The type of one performance: of the step, or of one item of its map."""
        if step.step.output is not None:
            return step.step.output.type
        return performed(self, step)

    def result(self, scope: ScopeSymbol) -> Type:
        """The type of the result of a scope inside a step."""
        written = None if scope.syntax is None else scope.syntax.result
        return self.value(written, scope, scope.owner, "result")

    def knows(self, loop: StepSymbol) -> bool:
        """Whether the result of a loop's iterations has been found."""
        return loop in self._iterated

    def iterated(self, loop: StepSymbol) -> Type:
        """The type of what an iteration gives; Json while it is being found."""
        return self._iterated.get(loop, Json())

    def is_certain(self, player: syntax.Player) -> bool:
        """Whether everything that is written of a player could be read."""
        return player.name.value not in self._doubt.players

    def given_by(self, player: syntax.Player) -> Type:
        """The type of what a player gives; Json where reading it failed, or nobody knows."""
        if not self.is_certain(player):
            return Json()
        if isinstance(player.kind, syntax.CallKind) and player.output is None:
            called = self.symbols.called.get(f"player:{player.name.value}")
            return Json() if called is None else called.outputs
        return given_by(player)


def _kind(step: StepSymbol) -> StepKind:
    """The outermost layer that has fields of its own."""
    if step.step.for_each is not None:
        return "for_each"
    match step.step.verb:
        case syntax.Branch():
            return "branch"
        case syntax.Parallel():
            return "parallel"
        case syntax.Repeat():
            return "repeat"
        case _:
            return "plain"
