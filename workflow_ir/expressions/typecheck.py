"""The static types of an expression, and everything that can be said to be wrong before the run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from workflow_ir.expressions import typecheck_operators as operators
from workflow_ir.expressions.frame import HEALTH
from workflow_ir.expressions.function_names import GUARDS
from workflow_ir.expressions.functions import FUNCTIONS, Function
from workflow_ir.expressions.narrowing import Facts, facts_of
from workflow_ir.expressions.parse import Expression
from workflow_ir.expressions.problem import Problem, TypeProblem
from workflow_ir.expressions.references import spine_of
from workflow_ir.expressions.signatures import ArgumentError
from workflow_ir.expressions.typecheck_members import Members, Scope
from workflow_ir.nearest import nearest
from workflow_ir.types.describe import describe
from workflow_ir.types.join import join
from workflow_ir.types.model import (
    Boolean,
    Enum,
    Field,
    Integer,
    Json,
    JsonValue,
    ListOf,
    MapOf,
    Null,
    Number,
    Object,
    Type,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of an expression before the run."""

    type: Type
    """The type of its value; `Json` where a problem hides it. Never `Absent`."""
    problems: tuple[Problem, ...]
    """What is wrong, in the order of the source; offsets are those of the expression's source."""


def check(
    expression: Expression,
    names: Mapping[str, Type],
    *,
    assume: Iterable[Expression] = (),
    refute: Iterable[Expression] = (),
    hidden_steps: Mapping[str, str] | None = None,
) -> Checked:
    """The type of an expression among names of known types.

    One mistake gives one problem: what has a problem is of type `Json`, which fits everywhere.

    Args:
        expression: The expression.
        names: The roots in scope. ``steps`` is an `Object` whose fields are of `step_type`; a name
            ``__health__`` makes the function ``health`` known.
        assume: Conditions that hold wherever the expression is evaluated: the step's ``when``.
        refute: Conditions that do not hold there: the ``when`` of earlier arms.
        hidden_steps: Steps that exist but cannot be seen from here, each with the help to give
            ("read `steps.route.output`").

    >>> from workflow_ir.expressions.parse import parse
    >>> from workflow_ir.types import String
    >>> names = {"inputs": Object({"brief": Field(String())})}
    >>> [problem.message for problem in check(parse("len(inputs.breif)"), names).problems]
    ["There is no input 'breif'."]
    """
    facts = frozenset(
        fact
        for conditions, holds in ((assume, True), (refute, False))
        for condition in conditions
        for fact in facts_of(condition.tree, holds=holds)
    )
    checker = _Checker(expression.source, Scope(names, hidden_steps or {}))
    type_ = checker.infer(expression.tree, Place(facts))
    problems = sorted(set(checker.problems), key=lambda problem: (problem.start, problem.end))
    return Checked(type_, tuple(problems))


def check_boolean(
    expression: Expression,
    names: Mapping[str, Type],
    *,
    assume: Iterable[Expression] = (),
    refute: Iterable[Expression] = (),
    hidden_steps: Mapping[str, str] | None = None,
) -> Checked:
    """As `check`, for the fields that are conditions: MEL214 unless the value is boolean."""
    checked = check(expression, names, assume=assume, refute=refute, hidden_steps=hidden_steps)
    if checked.problems or operators.is_boolean(checked.type):
        return checked
    problem = TypeProblem(
        "MEL214",
        f"A condition is true or false; this is {describe(checked.type)}.",
        operators.boolean_help(checked.type, expression.source),
    ).at(0, len(expression.source))
    return Checked(Json(), (problem,))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part of an expression stands."""

    facts: Facts
    """What is known there."""
    guarded: bool = False
    """Inside ``default``, ``has`` or ``coalesce``: a read may find nothing."""

    def where(self, condition: ast.expr, *, holds: bool) -> Place:
        """The same place, reached only if a condition holds, or does not."""
        return Place(self.facts | facts_of(condition, holds=holds), self.guarded)

    def guard(self) -> Place:
        """The same place inside a guard."""
        return Place(self.facts, guarded=True)


class _Checker:
    """Infers types from the leaves up."""

    def __init__(self, source: str, scope: Scope) -> None:
        self._source = source
        self._scope = scope
        self.problems: list[Problem] = []

    def infer(self, node: ast.expr, place: Place) -> Type:
        try:
            return _RULES[type(node)](self, node, place)
        except TypeProblem as problem:
            self.report(node, problem)
            return Json()

    def report(self, node: ast.expr, problem: TypeProblem) -> None:
        assert node.end_col_offset is not None  # the parser sets it
        self.problems.append(problem.at(node.col_offset, node.end_col_offset))

    def text(self, node: ast.expr) -> str:
        return self._source[node.col_offset : node.end_col_offset]

    def constant(self, node: ast.expr, _place: Place) -> Type:
        assert isinstance(node, ast.Constant)
        return type_of_literal(node.value)

    def path(self, node: ast.expr, place: Place) -> Type:
        base, links = spine_of(node)
        members = Members(self._source, self._scope, place.facts, guarded=place.guarded)
        if isinstance(base, ast.Name):
            members.begin(base)
        else:
            members.begin_with(base, self.infer(base, place))
        for link in links:
            index = None
            if isinstance(link, ast.Subscript) and not isinstance(link.slice, ast.Slice):
                index = self.infer(link.slice, place)
            elif isinstance(link, ast.Subscript):
                self._check_bounds(link.slice, place)
            members.enter(link, index)
        self.problems += members.finish(node)
        return members.type

    def _check_bounds(self, node: ast.expr, place: Place) -> None:
        assert isinstance(node, ast.Slice)
        for bound in (node.lower, node.upper):
            if bound is not None:
                type_ = self.infer(bound, place)
                self._require(operators.require_index, bound, type_)

    def _require(self, rule: Callable[[Type], None], node: ast.expr, type_: Type) -> None:
        try:
            rule(type_)
        except TypeProblem as problem:
            self.report(node, problem)

    def compare(self, node: ast.expr, place: Place) -> Type:
        assert isinstance(node, ast.Compare)
        left_node = node.left
        left = self.infer(left_node, place)
        for operator, right_node in zip(node.ops, node.comparators, strict=True):
            right = self.infer(right_node, place)
            try:
                operators.compare(
                    operator, left, right, self.text(left_node), self.text(right_node)
                )
            except TypeProblem as problem:
                assert right_node.end_col_offset is not None
                start, end = left_node.col_offset, right_node.end_col_offset
                self.problems.append(problem.at(start, end))
            left_node, left = right_node, right
        return Boolean()

    def logic(self, node: ast.expr, place: Place) -> Type:
        assert isinstance(node, ast.BoolOp)
        continues = isinstance(node.op, ast.And)
        word = "and" if continues else "or"
        for part in node.values:
            self._require_boolean(part, word, place)
            place = place.where(part, holds=continues)
        return Boolean()

    def _require_boolean(
        self, node: ast.expr, word: str, place: Place, *, code: str = "MEL210"
    ) -> None:
        type_ = self.infer(node, place)
        if not operators.is_boolean(type_):
            message = f"`{word}` wants true or false, not {describe(type_)}."
            help_ = operators.boolean_help(type_, self.text(node))
            self.report(node, TypeProblem(code, message, help_))

    def sign(self, node: ast.expr, place: Place) -> Type:
        assert isinstance(node, ast.UnaryOp)
        if isinstance(node.op, ast.Not):
            self._require_boolean(node.operand, "not", place)
            return Boolean()
        type_ = self.infer(node.operand, place)
        return operators.sign(type_, self.text(node.operand))

    def arithmetic(self, node: ast.expr, place: Place) -> Type:
        assert isinstance(node, ast.BinOp)
        left = self.infer(node.left, place)
        right = self.infer(node.right, place)
        texts = self.text(node.left), self.text(node.right)
        return operators.arithmetic(node.op, left, right, *texts)

    def choice(self, node: ast.expr, place: Place) -> Type:
        assert isinstance(node, ast.IfExp)
        self._require_boolean(node.test, "if", place, code="MEL214")
        return join(
            [
                self.infer(node.body, place.where(node.test, holds=True)),
                self.infer(node.orelse, place.where(node.test, holds=False)),
            ]
        )

    def list_(self, node: ast.expr, place: Place) -> Type:
        assert isinstance(node, ast.List)
        # A list: every item is checked, whatever ``join`` needs to see.
        return ListOf(join([self.infer(part, place) for part in node.elts]))

    def map_(self, node: ast.expr, place: Place) -> Type:
        assert isinstance(node, ast.Dict)
        fields: dict[str, Field] = {}
        computed = False
        for key, value in zip(node.keys, node.values, strict=True):
            assert key is not None  # nothing is unpacked
            type_ = self.infer(value, place)
            key_type = self.infer(key, place)
            self._require(operators.require_key, key, key_type)
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                fields[key.value] = Field(type_)
            else:
                computed = True
                fields[f"computed {len(fields)}"] = Field(type_)
        if computed:
            return MapOf(join(field.type for field in fields.values()))
        return Object(fields)

    def comprehension(self, node: ast.expr, place: Place) -> Type:
        assert isinstance(node, ast.ListComp | ast.GeneratorExp)
        bound: list[str] = []
        for loop in node.generators:
            whole = self.infer(loop.iter, place)
            item: Type = Json()
            try:
                item = operators.item_of(whole, self.text(loop.iter))
            except TypeProblem as problem:
                self.report(loop.iter, problem)
            bound += self._bind(loop.target, item)
            for condition in loop.ifs:
                self._require_boolean(condition, "if", place, code="MEL214")
                place = place.where(condition, holds=True)
        type_ = self.infer(node.elt, place)
        for name in bound:
            self._scope.release(name)
        return ListOf(type_)

    def _bind(self, target: ast.expr, item: Type) -> list[str]:
        if isinstance(target, ast.Name):
            if self._scope.is_outer(target.id):
                message = f"The loop's name {target.id!r} is already a name outside."
                help_ = "Give the loop another name."
                self.report(target, TypeProblem("MEL212", message, help_))
            self._scope.bind(target.id, item)
            return [target.id]
        assert isinstance(target, ast.Tuple | ast.List)
        member: Type = Json()
        try:
            member = operators.item_of(item, self.text(target))
        except TypeProblem as problem:
            self.report(target, problem)
        return [name for part in target.elts for name in self._bind(part, member)]

    def call(self, node: ast.expr, place: Place) -> Type:
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        given: list[Type] = []
        for position, argument in enumerate(node.args):
            guards = name in GUARDS and not (name == "default" and position)
            given.append(self.infer(argument, place.guard() if guards else place))
        function = FUNCTIONS.get(name)
        if function is None or (name == "health" and not self._scope.knows(HEALTH)):
            self.report(node.func, _unknown_function(name))
            return Json()
        if not function.least <= len(given) <= function.most:
            raise _wrong_count(name, function, len(given))
        try:
            return function.rule(given)
        except ArgumentError as error:
            help_ = error.help or f"Use it as {function.usage}."
            argument = node.args[error.position]
            self.report(argument, TypeProblem("MEL215", f"{name}: {error.message}.", help_))
            return Json()


def type_of_literal(value: object) -> Type:
    """The type of a literal: exact, so that ``x == "ruby"`` can be compared with an enum."""
    if value is None:
        return Null()
    if isinstance(value, bool):
        return Boolean()
    if isinstance(value, int):
        return Integer(value, value)
    if isinstance(value, float):
        return Number(value, value)
    return Enum((str(value),))


def type_of_value(value: JsonValue) -> Type:
    """The type of a constant of the Melody that is written without ``${{ }}``."""
    if isinstance(value, list):
        return ListOf(join(type_of_value(item) for item in value))
    if isinstance(value, dict):
        return Object({key: Field(type_of_value(item)) for key, item in value.items()})
    return type_of_literal(value)


def _unknown_function(name: str) -> TypeProblem:
    meant = nearest(name, FUNCTIONS)
    if name == "health":
        return TypeProblem("MEL205", "`health` is known in `require` only.", "Move it there.")
    help_ = f"Did you mean `{meant}`?" if meant else "The functions are a fixed list."
    return TypeProblem("MEL205", f"There is no function {name!r}.", help_, meant)


def _wrong_count(name: str, function: Function, count: int) -> TypeProblem:
    given = "1 value" if count == 1 else f"{count} values"
    return TypeProblem("MEL215", f"`{name}` is given {given}.", f"Use it as {function.usage}.")


_Rule = Callable[[_Checker, ast.expr, Place], Type]

_RULES: Final[dict[type[ast.expr], _Rule]] = {
    ast.Constant: _Checker.constant,
    ast.Name: _Checker.path,
    ast.Attribute: _Checker.path,
    ast.Subscript: _Checker.path,
    ast.Compare: _Checker.compare,
    ast.BoolOp: _Checker.logic,
    ast.UnaryOp: _Checker.sign,
    ast.BinOp: _Checker.arithmetic,
    ast.IfExp: _Checker.choice,
    ast.List: _Checker.list_,
    ast.Dict: _Checker.map_,
    ast.ListComp: _Checker.comprehension,
    ast.GeneratorExp: _Checker.comprehension,
    ast.Call: _Checker.call,
}
"""One rule for each node type that `admit` lets through."""
