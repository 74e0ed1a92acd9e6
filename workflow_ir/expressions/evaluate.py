"""Expressions as closures: compiled once, evaluated many times without looking at a tree."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Final

from workflow_ir.expressions.errors import EvaluationError
from workflow_ir.expressions.frame import Code, Frame, require_size
from workflow_ir.expressions.functions import FUNCTIONS
from workflow_ir.expressions.lazy_calls import first_there, is_there, or_default, stop_early
from workflow_ir.expressions.loops import Bind, Loop, Values, bind_name, collect, turns, unpack
from workflow_ir.expressions.operators import (
    ARITHMETIC,
    COMPARISON,
    is_number,
    named,
    number,
    truth,
    type_error,
)
from workflow_ir.expressions.parse import Expression
from workflow_ir.expressions.reads import read_item, read_key, read_local, read_name, read_slice
from workflow_ir.expressions.references import Link, member_of, spine_of
from workflow_ir.nearest import nearest
from workflow_ir.types.model import JsonValue

Evaluator = Callable[[Mapping[str, object]], JsonValue]
"""From the names in scope to the value."""


def compile(expression: Expression) -> Evaluator:
    """A function from the names in scope to the value of an expression.

    A scope is any mapping; its values are JSON data or mappings that look members up when they are
    read, raising KeyError for what is not there. ``now()`` reads the name ``__now__``.

    Returns:
        A function that gives exact JSON data, or raises `EvaluationError` and nothing else.

    >>> from workflow_ir.expressions.parse import parse
    >>> compile(parse("steps.a.output.x > 0.8"))({"steps": {"a": {"output": {"x": 0.9}}}})
    True
    """
    compiler = _Compiler(expression.source)
    code = compiler.code(expression.tree)
    locals_ = compiler.locals_needed
    checks_size = compiler.builds

    def evaluate(names: Mapping[str, object]) -> JsonValue:
        frame = Frame(names, locals_)
        try:
            value = code(frame)
            if checks_size:
                require_size(frame, value)
        except RecursionError:
            raise EvaluationError("expression.cost", "the data is nested too deep") from None
        except MemoryError:
            raise EvaluationError("expression.cost", "the memory does not suffice") from None
        return value

    return evaluate


class _Compiler:
    def __init__(self, source: str) -> None:
        self._source = source
        self._slots: dict[str, int] = {}
        self.locals_needed = 0
        self.builds = False
        """Whether the expression makes new values, so that the size of its result is checked."""

    def code(self, node: ast.expr) -> Code:
        return _RULES[type(node)](self, node)

    def shown(self, node: ast.expr) -> str:
        text = " ".join(self._source[node.col_offset : node.end_col_offset].split())
        return text if len(text) <= 60 else text[:59] + "…"

    def constant(self, node: ast.expr) -> Code:
        assert isinstance(node, ast.Constant)
        value = node.value
        assert value is None or isinstance(value, bool | int | float | str)
        return lambda frame: value

    def path(self, node: ast.expr) -> Code:
        base, links = spine_of(node)
        keys: list[str] = []
        if isinstance(base, ast.Name) and base.id not in self._slots:
            for link in links:
                key = member_of(link)
                if key is None:
                    break
                keys.append(key)
            shown = self.shown(links[len(keys) - 1]) if keys else base.id
            code = read_name(base.id, tuple(keys), shown)
        elif isinstance(base, ast.Name):
            code = read_local(self._slots[base.id])
        else:
            code = self.code(base)
        for link in links[len(keys) :]:
            code = self._member(code, link)
        return code

    def _member(self, whole: Code, link: Link) -> Code:
        shown = self.shown(link)
        key = member_of(link)
        if key is not None:
            return read_key(whole, key, shown)
        assert isinstance(link, ast.Subscript)
        if isinstance(link.slice, ast.Slice):
            bounds = [
                None if b is None else self.code(b) for b in (link.slice.lower, link.slice.upper)
            ]
            return read_slice(whole, bounds[0], bounds[1], shown)
        return read_item(whole, self.code(link.slice), shown)

    def compare(self, node: ast.expr) -> Code:
        assert isinstance(node, ast.Compare)
        first = self.code(node.left)
        operators = [COMPARISON[type(operator).__name__] for operator in node.ops]
        others = [self.code(part) for part in node.comparators]
        if len(others) == 1:
            operator, second = operators[0], others[0]
            return lambda frame: operator(frame, first(frame), second(frame))

        def chain(frame: Frame) -> JsonValue:
            left = first(frame)
            for operator, other in zip(operators, others, strict=True):
                right = other(frame)
                if not operator(frame, left, right):
                    return False
                left = right
            return True

        return chain

    def logic(self, node: ast.expr) -> Code:
        assert isinstance(node, ast.BoolOp)
        parts = [self.code(part) for part in node.values]
        decides = isinstance(node.op, ast.Or)
        word = "or" if decides else "and"

        def logic(frame: Frame) -> JsonValue:
            for part in parts:
                if truth(part(frame), word) is decides:
                    return decides
            return not decides

        return logic

    def sign(self, node: ast.expr) -> Code:
        assert isinstance(node, ast.UnaryOp)
        operand = self.code(node.operand)
        if isinstance(node.op, ast.Not):
            return lambda frame: not truth(operand(frame), "not")
        negative = isinstance(node.op, ast.USub)

        def sign(frame: Frame) -> JsonValue:
            value = operand(frame)
            if not is_number(value):
                raise type_error(f"a sign stands before a number, not {named(value)}")
            return number(-value if negative else value)  # type: ignore[operator]  # a number

        return sign

    def arithmetic(self, node: ast.expr) -> Code:
        assert isinstance(node, ast.BinOp)
        operator = ARITHMETIC[type(node.op).__name__]
        left, right = self.code(node.left), self.code(node.right)
        self.builds = self.builds or isinstance(node.op, ast.Add)
        return lambda frame: operator(frame, left(frame), right(frame))

    def choice(self, node: ast.expr) -> Code:
        assert isinstance(node, ast.IfExp)
        test, body, other = self.code(node.test), self.code(node.body), self.code(node.orelse)
        return lambda frame: body(frame) if truth(test(frame), "if") else other(frame)

    def list_(self, node: ast.expr) -> Code:
        assert isinstance(node, ast.List)
        self.builds = True
        items = [self.code(part) for part in node.elts]
        return lambda frame: [item(frame) for item in items]

    def map_(self, node: ast.expr) -> Code:
        assert isinstance(node, ast.Dict)
        self.builds = True
        keys = [self.code(key) for key in node.keys if key is not None]
        values = [self.code(value) for value in node.values]

        def build(frame: Frame) -> JsonValue:
            result: dict[str, JsonValue] = {}
            for key_code, value_code in zip(keys, values, strict=True):
                key = key_code(frame)
                if not isinstance(key, str):
                    raise type_error(f"the keys of a map are texts, not {named(key)}")
                result[key] = value_code(frame)
            return result

        return build

    def comprehension(self, node: ast.expr) -> Code:
        assert isinstance(node, ast.ListComp | ast.GeneratorExp)
        self.builds = True
        return collect(self._turns(node))

    def _turns(self, node: ast.ListComp | ast.GeneratorExp) -> Values:
        outside = dict(self._slots)
        loops = [self._loop(loop) for loop in node.generators]
        value = self.code(node.elt)
        self._slots = outside
        # Every turn of the innermost loop evaluates at most this many nodes.
        return turns(loops, value, cost=1 + sum(1 for _ in ast.walk(node)))

    def _loop(self, loop: ast.comprehension) -> Loop:
        items, shown = self.code(loop.iter), self.shown(loop.iter)
        bind = self._target(loop.target)
        return Loop(items, bind, tuple(self.code(part) for part in loop.ifs), shown)

    def _target(self, node: ast.expr) -> Bind:
        if isinstance(node, ast.Name):
            self._slots[node.id] = self.locals_needed
            self.locals_needed += 1
            return bind_name(self._slots[node.id])
        assert isinstance(node, ast.Tuple | ast.List)
        return unpack([self._target(part) for part in node.elts])

    def call(self, node: ast.expr) -> Code:
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        function = FUNCTIONS.get(name)
        if function is None:
            meant = nearest(name, FUNCTIONS)
            hint = f"; did you mean {meant}?" if meant else ""
            return _fails(f"there is no function {name!r}{hint}")
        if not function.least <= len(node.args) <= function.most:
            return _fails(f"{name} is called as {function.usage}, not with {len(node.args)} values")
        self.builds = self.builds or function.builds
        special = _SPECIAL.get(name)
        if special is not None:
            return special(self, node.args)
        arguments = [self.code(argument) for argument in node.args]
        run = function.run
        if len(arguments) == 1:
            only = arguments[0]
            return lambda frame: run(frame, only(frame))
        return lambda frame: run(frame, *[argument(frame) for argument in arguments])

    def default(self, arguments: list[ast.expr]) -> Code:
        return or_default(self.code(arguments[0]), self.code(arguments[1]))

    def has(self, arguments: list[ast.expr]) -> Code:
        return is_there(self.code(arguments[0]))

    def coalesce(self, arguments: list[ast.expr]) -> Code:
        return first_there([self.code(argument) for argument in arguments])

    def any_or_all(self, name: str, arguments: list[ast.expr]) -> Code:
        argument = arguments[0]
        if isinstance(argument, ast.GeneratorExp):
            return stop_early(name, self._turns(argument))
        code, run = self.code(argument), FUNCTIONS[name].run
        return lambda frame: run(frame, code(frame))


def _fails(message: str) -> Code:
    def fail(frame: Frame) -> JsonValue:
        raise type_error(message)

    return fail


_SPECIAL: Final[dict[str, Callable[[_Compiler, list[ast.expr]], Code]]] = {
    "default": _Compiler.default,
    "has": _Compiler.has,
    "coalesce": _Compiler.coalesce,
    "any": lambda compiler, arguments: compiler.any_or_all("any", arguments),
    "all": lambda compiler, arguments: compiler.any_or_all("all", arguments),
}
"""Functions that do not evaluate all their arguments first."""

_RULES: Final[dict[type[ast.expr], Callable[[_Compiler, ast.expr], Code]]] = {
    ast.Constant: _Compiler.constant,
    ast.Name: _Compiler.path,
    ast.Attribute: _Compiler.path,
    ast.Subscript: _Compiler.path,
    ast.Compare: _Compiler.compare,
    ast.BoolOp: _Compiler.logic,
    ast.UnaryOp: _Compiler.sign,
    ast.BinOp: _Compiler.arithmetic,
    ast.IfExp: _Compiler.choice,
    ast.List: _Compiler.list_,
    ast.Dict: _Compiler.map_,
    ast.ListComp: _Compiler.comprehension,
    ast.GeneratorExp: _Compiler.comprehension,
    ast.Call: _Compiler.call,
}
"""One rule for each node type that `admit` lets through."""
