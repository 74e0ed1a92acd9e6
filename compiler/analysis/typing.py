"""Static types of steps and expressions, found on demand and kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from compiler.analysis.symbols import ScopeSymbol, StepSymbol, Symbols
from compiler.analysis.uses import Use
from compiler.parse import syntax
from workflow_ir.expressions import Expression
from workflow_ir.expressions.step_view import StepKind, step_type
from workflow_ir.expressions.typecheck import Checked, check, check_boolean
from workflow_ir.policy import Rung
from workflow_ir.types import (
    Boolean,
    Enum,
    Field,
    Integer,
    Json,
    ListOf,
    MapOf,
    Null,
    Nullable,
    Number,
    Object,
    String,
    Type,
    join,
)
from workflow_ir.types.model import stripped

COMMAND_RESULT = Object(
    {"exit_code": Field(Integer()), "stdout": Field(String()), "stderr": Field(String())}
)
"""What a command gives without ``parse``, and with ``parse: exit``."""


class Typing:
    """Types of one Melody."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._steps: dict[StepSymbol, Type] = {}
        self._going_on: set[StepSymbol] = set()
        self._checked: dict[tuple[int, str], Checked] = {}
        self._views: dict[StepSymbol, Type] = {}
        self._hidden = {
            step.id: f"read `steps.{step.home.owner.id}.output`"
            for step in symbols.steps
            if step.home.owner is not None
        }
        self._inputs = Object(
            {name: Field(one.type.type, required=True) for name, one in symbols.inputs.items()}
        )

    def find(self, order: Iterable[StepSymbol]) -> None:
        """Find the types of steps in an order in which none waits for a later one."""
        for step in order:
            self.output(step)

    # --- expressions --------------------------------------------------------------------------

    def check(self, use: Use) -> Checked:
        """The type of an expression where it stands, and what is wrong with it."""
        key = (id(use.expr), use.field)
        found = self._checked.get(key)
        if found is None:
            assume, refute = _conditions(use)
            judge = check_boolean if use.condition else check
            found = self._checked[key] = judge(
                use.expr.expression,
                self.names(use),
                assume=assume,
                refute=refute,
                hidden_steps=self._hidden,
            )
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
        names["steps"] = Object(_Steps(self, use.scope))
        if use.field == "gate" and use.step is not None:
            names["output"] = self.performance(use.step)
        return names

    def _item_names(self, step: StepSymbol) -> dict[str, Type]:
        each = step.step.for_each
        assert each is not None
        name = "item" if each.as_ is None else each.as_.value
        return {name: self.item(step), "index": Integer(0), f"{name}_index": Integer(0)}

    def item(self, step: StepSymbol) -> Type:
        """The type of one item of a map; Json where the list's own type does not tell."""
        each = step.step.for_each
        assert each is not None
        items = stripped(self.value(each.items, step.home, step, "for_each"))
        return items.item if isinstance(items, ListOf) else Json()

    # --- values -------------------------------------------------------------------------------

    def value(
        self, value: syntax.Value | None, scope: ScopeSymbol, step: StepSymbol | None, field: str
    ) -> Type:
        """The type of a value as written."""
        match value:
            case None:
                return Null()
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
        found = self._views.get(step)
        if found is None:
            found = self._view(step)
            if not self._going_on:
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
        """The type of ``steps.x.output`` where there is one; Json within a cycle."""
        found = self._steps.get(step)
        if found is None:
            if step in self._going_on:
                return Json()
            self._going_on.add(step)
            try:
                found = self._output(step)
            finally:
                self._going_on.discard(step)
            self._steps[step] = found
        return found

    def _output(self, step: StepSymbol) -> Type:
        one = self.performance(step)
        if step.step.for_each is None:
            return one
        threshold = step.step.succeed_if
        whole = threshold is None or threshold.kind == "all"
        full = whole and not leaves_gap(step.step) and not _may_take_no_arm(step)
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
        if player is None:
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


def _conditions(use: Use) -> tuple[tuple[Expression, ...], tuple[Expression, ...]]:
    """Conditions that hold, and those that do not, wherever an expression is evaluated."""
    held: list[Expression] = []
    refuted: list[Expression] = []
    step = use.step
    if step is not None and step.step.when is not None and use.field != "when":
        held.append(step.step.when.expression)
    scope: ScopeSymbol | None = use.scope
    while scope is not None:
        arm, owner = scope.arm, scope.owner
        if arm is not None and owner is not None:
            for sibling in owner.arms:
                if sibling is scope or sibling.arm is None:
                    break
                if sibling.arm.when is not None:
                    refuted.append(sibling.arm.when.expression)
            if arm.when is not None:
                held.append(arm.when.expression)
            if owner is not step and owner.step.when is not None:
                held.append(owner.step.when.expression)
        scope = scope.parent
    return tuple(held), tuple(refuted)


class _Steps(Mapping[str, Field]):
    """The fields of ``steps``, typed when asked for."""

    def __init__(self, typing: Typing, scope: ScopeSymbol) -> None:
        self._typing = typing
        self._scope = scope

    def __getitem__(self, name: str) -> Field:
        step = self._scope.find(name)
        if step is None:
            raise KeyError(name)
        return Field(self._typing.view(step))

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._scope.find(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._scope.visible())

    def __len__(self) -> int:
        return len(self._scope.visible())


def command_output(parse: str | None) -> Type:
    """What a command gives (spec 6, spec 8)."""
    match parse:
        case "text":
            return String()
        case "lines":
            return ListOf(String())
        case "json":
            return Json()
        case _:
            return COMMAND_RESULT


def leaves_gap(step: syntax.Step) -> bool:
    """Its failure may be skipped in writing, so a gap may stand for its output."""
    rungs = list(step.on_failure or ())
    if step.gate is not None and step.gate.on_fail is not None:
        rungs.extend(step.gate.on_fail)
    return any(rung.value is Rung.SKIP for rung in rungs)


def may_be_absent(step: StepSymbol) -> bool:
    """There may be no output to read although the step has settled."""
    written = step.step
    if written.when is not None:
        return True
    if written.for_each is not None:
        return False
    return leaves_gap(written) or _may_take_no_arm(step)


def _may_take_no_arm(step: StepSymbol) -> bool:
    verb = step.step.verb
    return isinstance(verb, syntax.Branch) and not any(arm.is_else for arm in verb.arms)


def type_of_data(data: object) -> Type:
    """The type of a constant.

    >>> type_of_data([1, 2])
    ListOf(item=Integer(minimum=None, maximum=None))
    """
    match data:
        case None:
            return Null()
        case bool():
            return Boolean()
        case int():
            return Integer()
        case float():
            return Number()
        case str():
            return Enum((data,))
        case list():
            return ListOf(join([_widened(type_of_data(item)) for item in data]))
        case dict():
            return Object({str(key): Field(type_of_data(item)) for key, item in data.items()})
        case _:
            return Json()


def _widened(type_: Type) -> Type:
    return String() if isinstance(type_, Enum) else type_


__all__ = ["COMMAND_RESULT", "Typing", "command_output", "leaves_gap", "may_be_absent"]
