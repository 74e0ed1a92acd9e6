"""What a type checker makes of an expression whose roots are `Any`, and where it would object.

It knows less than the language's own types: to it ``[1, "a"][0] + 1`` adds to an `object`, and
``1 == "a"`` is a slip of the pen. Such operands are found here, so that the generated code can say
that they may be anything.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from adapters.emitter.expressions.kinds import (
    ANY,
    BOOLEAN,
    INTEGER,
    NUMBER,
    NUMBERS,
    TEXT,
    TEXTS,
    Kind,
    either,
    joined,
    kind_of_constant,
    may_equal,
    may_hold,
)
from workflow_ir.expressions.python_writer import is_single

_TEXT: Final = frozenset({"text"})
_ORDERED: Final = (NUMBERS, _TEXT)
_OF_TEXTS: Final[Mapping[str, Kind]] = {
    "lower": TEXT, "upper": TEXT, "strip": TEXT, "replace": TEXT, "startswith": BOOLEAN,
    "endswith": BOOLEAN, "split": TEXTS, "lines": TEXTS, "duration": NUMBER, "from_json": ANY,
    "health": BOOLEAN,
}  # fmt: skip
"""Functions that take texts only."""
_OF_LISTS: Final[Mapping[str, Kind]] = {
    "any": BOOLEAN, "all": BOOLEAN, "bullets": TEXT, "unique": Kind("list", ANY),
    "zip": Kind("list", Kind("list", ANY)),
}  # fmt: skip
"""Functions that take lists, whatever the items are."""
_OF_ANYTHING: Final[Mapping[str, Kind]] = {
    "bool": BOOLEAN, "has": BOOLEAN, "str": TEXT, "json": TEXT, "now": TEXT, "int": INTEGER,
    "float": NUMBER,
}  # fmt: skip


class Kinds:
    """The kinds of all parts of one expression."""

    def __init__(self, tree: ast.expr) -> None:
        self._loops: dict[str, Kind] = {}
        self._known: dict[ast.expr, Kind] = {}
        self.unclear: set[ast.expr] = set()
        """Parts that a type checker takes for something else than what is done with them."""
        self._visit(tree)

    def of(self, node: ast.expr) -> Kind:
        """The kind of a part."""
        return ANY if node in self.unclear else self._known[node]

    def _visit(self, node: ast.expr) -> Kind:
        if node not in self._known:
            self._known[node] = self._found(node)
        return self._known[node]

    def _found(self, node: ast.expr) -> Kind:
        match node:
            case ast.Constant(value=value):
                return kind_of_constant(value)
            case ast.Name() | ast.Attribute() | ast.Subscript():
                return self._read(node)
            case ast.Compare(left=left, ops=operators, comparators=others):
                return self._comparison([left, *others], operators)
            case ast.BoolOp(values=parts):
                return self._logic(parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._logic([operand])
            case ast.UnaryOp(operand=operand):
                return self._wanted(operand, NUMBERS)
            case ast.BinOp(left=left, op=operator, right=right):
                return self._arithmetic(left, operator, right)
            case ast.IfExp(test=test, body=body, orelse=other):
                self._visit(test)
                return either(self._visit(body), self._visit(other))
            case ast.List(elts=items):
                return Kind("list", joined([self._visit(item) for item in items]))
            case ast.Dict(keys=keys, values=values):
                return self._map(keys, values)
            case ast.ListComp() | ast.GeneratorExp():
                return self._comprehension(node)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._call(name, arguments)
            case _:
                raise AssertionError(f"reading refuses this form: {type(node).__name__}")

    def _read(self, node: ast.Name | ast.Attribute | ast.Subscript) -> Kind:
        match node:
            case ast.Name(id=name):
                return self._loops.get(name, ANY)
            case ast.Attribute(value=whole):
                member = self._member(whole, "text")
                return BOOLEAN if self._is_word_on_a_step(node) else member
            case ast.Subscript(value=whole, slice=ast.Slice(lower=low, upper=high)):
                for bound in (low, high):
                    if bound is not None:
                        self._wanted(bound, {"integer"})
                return self._wanted(whole, {"list", "text"})
            case ast.Subscript(value=whole, slice=index):
                return self._member(whole, self._visit(index).name)

    def _is_word_on_a_step(self, node: ast.Attribute) -> bool:
        """``steps.ID.ok``: the conductor's own word, always a boolean."""
        match node:
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id="steps")), attr="ok"):
                return "steps" not in self._loops
        return False

    def _logic(self, parts: Iterable[ast.expr]) -> Kind:
        for part in parts:
            self._visit(part)
        return BOOLEAN

    def _map(self, keys: Iterable[ast.expr | None], values: Iterable[ast.expr]) -> Kind:
        for key in keys:
            if key is not None:
                self._wanted(key, _TEXT)
        return Kind("map", joined([self._visit(value) for value in values]))

    def _hide(self, node: ast.expr) -> Kind:
        # A generator is hidden by its values: it is no value itself.
        self.unclear.add(node.elt if isinstance(node, ast.GeneratorExp) else node)
        return ANY

    def _wanted(self, node: ast.expr, names: Iterable[str]) -> Kind:
        """The kind of an operand, which is hidden if it is none of those that fit."""
        kind = self._visit(node)
        return kind if kind.name in {"any", *names} else self._hide(node)

    def _items(self, node: ast.expr, *groups: Iterable[str]) -> Kind:
        """The kind of the items of what must be a list; they are of one of the groups, if given."""
        kind = self._wanted(node, {"list"})
        if kind.name == "any":
            return ANY
        item = kind.inside
        fits = any(item.name in group for group in groups) or not groups
        return item if item.name == "any" or (fits and item.name != "nothing") else self._hide(node)

    def _entries(self, node: ast.expr) -> Kind:
        """The kind of the values of what must be a map."""
        kind = self._wanted(node, {"map"})
        if kind.name == "any":
            return ANY
        return kind.inside if kind.inside.name != "nothing" else self._hide(node)

    def _member(self, whole: ast.expr, index: str) -> Kind:
        kind = self._visit(whole)
        positions, keys = {"integer", "any"}, {"text", "any"}
        if kind.name == "text" and index in positions:
            return replace(TEXT, sure=kind.sure)
        if (kind.name == "list" and index in positions) or (kind.name == "map" and index in keys):
            return kind.inside if kind.inside.name != "nothing" else self._hide(whole)
        return ANY if kind.name == "any" else self._hide(whole)

    def _comparison(self, parts: Sequence[ast.expr], operators: Sequence[ast.cmpop]) -> Kind:
        for place, operator in enumerate(operators):
            left, right = parts[place : place + 2]
            one, two = self._visit(left), self._visit(right)
            match operator:
                case ast.In() | ast.NotIn():
                    if not may_hold(two, one):
                        self._hide(right)
                case ast.Eq() | ast.NotEq():
                    if not _compares(left, right, one, two):
                        self._hide(right if is_single(left) else left)
                case _:
                    if not any({one.name, two.name} <= {"any", *group} for group in _ORDERED):
                        self._hide(left)
                        self._hide(right)
        return BOOLEAN

    def _arithmetic(self, left: ast.expr, operator: ast.operator, right: ast.expr) -> Kind:
        one, two = self._visit(left), self._visit(right)
        names = {one.name, two.name}
        if isinstance(operator, ast.Add) and names <= {"any", "text"} and names != {"any"}:
            return replace(TEXT, sure=TEXT in {one, two})
        if isinstance(operator, ast.Add) and names <= {"any", "list"} and names != {"any"}:
            return Kind("list", joined([kind.of or ANY for kind in (one, two)]))
        one, two = self._wanted(left, NUMBERS), self._wanted(right, NUMBERS)
        if isinstance(operator, ast.Div):
            return NUMBER
        if "any" in {one.name, two.name}:
            return ANY
        name = INTEGER if one.name == two.name == "integer" else NUMBER
        return replace(name, sure=one.sure and two.sure)

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> Kind:
        outside = dict(self._loops)
        for loop in node.generators:
            parts = loop.target.elts if isinstance(loop.target, ast.Tuple | ast.List) else []
            if is_paired(loop):
                assert isinstance(loop.iter, ast.Call)
                self._visit(loop.iter)
                for part, argument in zip(parts, loop.iter.args, strict=True):
                    self._bind(part, self._items(argument), argument)
            else:
                self._bind(loop.target, self._items(loop.iter), loop.iter)
            for condition in loop.ifs:
                self._visit(condition)
        item = self._visit(node.elt)
        self._loops = outside
        return Kind("list", item)

    def _bind(self, target: ast.expr, kind: Kind, items: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._loops[target.id] = kind
            return
        assert isinstance(target, ast.Tuple | ast.List)
        if kind.name == "list" and kind.inside.name != "nothing":
            kind = kind.inside
        elif kind.name != "any":
            kind = self._hide(items)
        for part in target.elts:
            self._bind(part, kind, items)

    def _call(self, name: str, arguments: Sequence[ast.expr]) -> Kind:
        for argument in arguments:
            self._visit(argument)
            if name in _OF_TEXTS:
                self._wanted(argument, _TEXT)
            elif name in _OF_LISTS:
                self._items(argument)
        match name, arguments:
            case "len", [whole]:
                self._wanted(whole, {"text", "list", "map"})
                return INTEGER
            case "first" | "last", [items]:
                return self._member(items, "integer")
            case "join", [items, separator]:
                for item in items.elts if isinstance(items, ast.List) else []:
                    self._wanted(item, _TEXT)  # each is looked at by itself
                self._items(items, _TEXT)
                self._wanted(separator, _TEXT)
                return TEXT
            case "contains", [whole, item]:
                return self._comparison([item, whole], [ast.In()])
            case "keys", [whole]:
                self._entries(whole)
                return TEXTS
            case "values", [whole]:
                return Kind("list", self._entries(whole))
        return self._calculation(name, arguments)

    def _calculation(self, name: str, arguments: Sequence[ast.expr]) -> Kind:
        match name, arguments:
            case "sum", [items]:
                return either(self._items(items, NUMBERS), INTEGER)  # of none it is 0
            case "min" | "max", [items]:
                return self._items(items, *_ORDERED)
            case "min" | "max", _:
                return self._several(arguments)
            case "sorted", [items]:
                return Kind("list", self._items(items, *_ORDERED))
            case "abs", [number]:
                return self._wanted(number, NUMBERS)
            case "round", [number, *digits]:
                kind = self._wanted(number, NUMBERS)
                for places in digits:
                    self._wanted(places, {"integer"})
                return kind if digits else INTEGER
            case "range", _:
                for bound in arguments:
                    self._wanted(bound, {"integer"})
                return Kind("list", INTEGER)
        known = (table.get(name) for table in (_OF_TEXTS, _OF_LISTS, _OF_ANYTHING))
        return next((kind for kind in known if kind is not None), ANY)

    def _several(self, arguments: Sequence[ast.expr]) -> Kind:
        kinds = [self._visit(argument) for argument in arguments]
        names = {kind.name for kind in kinds}
        if any(names <= {"any", *group} for group in _ORDERED):
            return joined(kinds)
        for argument in arguments:
            self._hide(argument)
        return ANY


def is_paired(loop: ast.comprehension) -> bool:
    """``for a, b in zip(…)``: Python's own `zip` does, since the pairs are taken apart at once."""
    match loop:
        case ast.comprehension(
            target=ast.Tuple(elts=[_, _]) | ast.List(elts=[_, _]),
            iter=ast.Call(func=ast.Name(id="zip"), args=[_, _]),
        ):
            return True
    return False


def _is_written(node: ast.expr) -> bool:
    """A type checker knows the value itself."""
    if isinstance(node, ast.UnaryOp):
        return _is_written(node.operand)
    return isinstance(node, ast.Constant | ast.IfExp)


def _compares(left: ast.expr, right: ast.expr, one: Kind, two: Kind) -> bool:
    """Whether a type checker sees a sense in asking if two values are equal."""
    if is_single(left) and is_single(right):
        return True
    for single, kind in ((left, two), (right, one)):
        if is_single(single):  # by identity
            assert isinstance(single, ast.Constant)
            return single.value is None or kind.name in {"any", "boolean", "mixed"}
    return may_equal(one, two) and not (_is_written(left) and _is_written(right))
