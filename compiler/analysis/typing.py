"""Static types of steps and expressions."""

from __future__ import annotations

from collections.abc import Iterable

from compiler.analysis.conditions import Conditions
from compiler.analysis.doubt import CERTAIN, Doubt
from compiler.analysis.outputs import (
    command_output,
    leaves_gap,
    may_be_absent,
    may_take_no_arm,
    type_of_data,
)
from compiler.analysis.symbols import ScopeSymbol, StepSymbol, Symbols
from compiler.analysis.uses import Use
from compiler.analysis.visible_steps import HiddenSteps, VisibleSteps
from compiler.parse import syntax
from workflow_ir.expressions.step_view import StepKind, step_type
from workflow_ir.expressions.typecheck import Checked, check, check_boolean
from workflow_ir.types import (
    Field,
    Integer,
    Json,
    ListOf,
    MapOf,
    Null,
    Nullable,
    Object,
    String,
    Type,
    join,
)
from workflow_ir.types.model import stripped

MOST_FAULTY = 200
"""Expressions with problems that are looked at; a file with more is no work of a person."""

UNKNOWN = Checked(Json(), ())
"""Of an expression that is not looked at any more."""


class Typing:
    """Types of one Melody. ``find`` comes first."""

    def __init__(self, symbols: Symbols, doubt: Doubt = CERTAIN) -> None:
        self._symbols = symbols
        self._doubt = doubt
        self._conditions = Conditions()
        self._steps: dict[StepSymbol, Type] = {}
        self._items: dict[StepSymbol, Type] = {}
        self._checked: dict[tuple[int, str], Checked] = {}
        self._views: dict[StepSymbol, Type] = {}
        self._faulty = 0
        self._inner: dict[str, list[StepSymbol]] = {}
        for step in symbols.steps:
            if step.home.owner is not None:
                self._inner.setdefault(step.id, []).append(step)
        self._inputs = Object(
            {name: Field(one.type.type, required=True) for name, one in symbols.inputs.items()}
        )

    def find(self, order: Iterable[StepSymbol]) -> None:
        """Find the types of steps in an order in which none waits for a later one.

        Within a cycle there is no such order, and what is not known yet is Json there. Nothing is
        found on demand: a chain of steps may be longer than Python's stack.
        """
        for step in order:
            self._steps[step] = self._output(step)

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
            found = self._checked[key] = judge(
                use.expr.expression,
                self.names(use),
                assume=assume,
                refute=refute,
                hidden_steps=self.hidden(use.scope),
            )
            self._faulty += bool(found.problems)
        return found

    def names(self, use: Use) -> dict[str, Type]:
        """The names an expression may use."""
        if use.field == "player":
            return {"with": MapOf(Json())}
        names: dict[str, Type] = {"inputs": self._inputs}
        if use.step is not None:
            for step in reversed(tuple(use.step.maps())):
                if step is not use.step or use.in_item:
                    names |= self._item_names(step)
        names["steps"] = Object(VisibleSteps(self.view, use.scope))
        if use.field == "gate" and use.step is not None:
            names["output"] = self.performance(use.step)
        return names

    def hidden(self, scope: ScopeSymbol) -> HiddenSteps:
        """The steps that cannot be seen from a scope, with what to read instead."""
        return HiddenSteps(self._inner, scope)

    def _item_names(self, step: StepSymbol) -> dict[str, Type]:
        each = step.step.for_each
        assert each is not None
        name = "item" if each.as_ is None else each.as_.value
        return {name: self.item(step), "index": Integer(0), f"{name}_index": Integer(0)}

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
        self, value: syntax.Value | None, scope: ScopeSymbol, step: StepSymbol | None, field: str
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
                return self.check(Use(value, field, scope, step)).type  # type: ignore[arg-type]
            case syntax.Text():
                return String()
            case syntax.List(items=items):
                return ListOf(join([self.value(one, scope, step, field) for one in items]))
            case syntax.Map(entries=entries):
                return Object(
                    {key.text: Field(self.value(one, scope, step, field)) for key, one in entries}
                )

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
        kind: StepKind = "plain"
        if step.step.for_each is not None:
            kind = "for_each"
        elif step.arms:
            kind = "branch"
        return step_type(
            self.output(step),
            step=step.id,
            may_be_absent=may_be_absent(step),
            kind=kind,
            arms=tuple(arm.arm.name.value for arm in step.arms if arm.arm is not None),
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
        full = whole and not leaves_gap(step.step) and not may_take_no_arm(step)
        return ListOf(one if full else Nullable(one))

    def performance(self, step: StepSymbol) -> Type:
        """The type of one performance: of the step, or of one item of its map."""
        written = step.step
        if written.output is not None:
            return written.output.type
        verb = written.verb
        match verb:
            case syntax.Set(value=value):
                return self.value(value, step.home, step, "set")
            case syntax.Branch():
                return join([self.result(arm) for arm in step.arms])
            case syntax.Run(parse=parse):
                return command_output(parse.value if parse is not None else None)
            case syntax.Play():
                return self._played(step)
            case _:
                return Json()

    def result(self, arm: ScopeSymbol) -> Type:
        """The type of an arm's result."""
        assert arm.arm is not None
        return self.value(arm.arm.scope.result, arm, arm.owner, "result")

    def _played(self, step: StepSymbol) -> Type:
        player = self._symbols.player_of(step.step)
        if player is None or player.name.value in self._doubt.players:
            return Json()
        if player.output is not None:
            return player.output.type
        match player.kind:
            case syntax.ModelKind():
                return String()
            case syntax.CommandKind(parse=parse):
                return command_output(parse.value if parse is not None else None)
            case _:
                return Json()
