"""An expression as the text of a Python expression, for generated code.

The text is plain ASCII wherever values and names are written so, and the same on every Python. It
is one that linters leave alone: ``is None``, ``not in``, no key written twice, no ``--x``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from workflow_ir.expressions.function_names import GUARDS
from workflow_ir.expressions.references import Link, spine_of

CHOICE, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, MEMBER = range(9)
"""How tightly a form holds together; an operand that holds less tightly stands in brackets."""

Spelled = tuple[str, int]
"""A text, and how tightly it holds together."""

_ARITHMETIC: Final[dict[type[ast.operator], tuple[str, int]]] = {
    ast.Add: ("+", SUM),
    ast.Sub: ("-", SUM),
    ast.Mult: ("*", PRODUCT),
    ast.Div: ("/", PRODUCT),
    ast.FloorDiv: ("//", PRODUCT),
    ast.Mod: ("%", PRODUCT),
}
_COMPARISON: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_IDENTITY: Final = {"==": "is", "!=": "is not"}
_OPPOSITE: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


class PythonWriter:
    """Writes one expression. Subclasses may write calls and loops in another way."""

    def __init__(
        self,
        literal: Callable[[object], str],
        root: Callable[[str], str],
        loop: Callable[[str], str],
    ) -> None:
        """Begin.

        Args:
            literal: A constant as Python.
            root: What a root of the language is called in Python.
            loop: What the name of a loop is called; no root and no function may be called so.
        """
        self._literal = literal
        self._root = root
        self._loop = loop
        self._bound: dict[str, str] = {}
        """What the loops that are open here call their names in Python."""

    def text(self, node: ast.expr, least: int = CHOICE) -> str:
        """A part, in brackets if it holds less tightly than its place asks for."""
        text, level = self.part(node)
        return text if level >= least else f"({text})"

    def part(self, node: ast.expr) -> Spelled:
        """A part, and how tightly it holds together."""
        return self.spelled(node)

    def listed(self, nodes: Iterable[ast.expr]) -> str:
        """Parts with commas between them."""
        return ", ".join(self.text(node) for node in nodes)

    def spelled(self, node: ast.expr) -> Spelled:
        """What is written for a form."""
        match node:
            case ast.Constant(value=value):
                return self.constant(value)
            case ast.Name(id=name):
                return self._bound.get(name) or self._root(name), MEMBER
            case ast.Attribute() | ast.Subscript():
                return self._path(node), MEMBER
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self.call(name, arguments)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.negated(operand) or (f"not {self.text(operand, NOT)}", NOT)
            case ast.UnaryOp(op=operator, operand=operand):
                return self._signed(operand, negative=isinstance(operator, ast.USub))
            case ast.BinOp(left=left, op=operator, right=right):
                symbol, level = _ARITHMETIC[type(operator)]
                return f"{self.text(left, level)} {symbol} {self.text(right, level + 1)}", level
            case ast.Compare(left=left, ops=operators, comparators=others):
                return self.comparison([left, *others], operators)
            case ast.BoolOp(op=operator, values=parts):
                word, level = (" and ", AND) if isinstance(operator, ast.And) else (" or ", OR)
                return word.join(self.text(part, level + 1) for part in parts), level
            case ast.IfExp(test=test, body=body, orelse=other):
                chosen = f"{self.text(body, OR)} if {self.text(test, OR)}"
                return f"{chosen} else {self.text(other)}", CHOICE
            case ast.List(elts=items):
                return f"[{self.listed(items)}]", MEMBER
            case ast.Dict(keys=keys, values=values):
                return self._map([key for key in keys if key is not None], values), MEMBER
            case ast.ListComp():
                return f"[{self.loops(node)}]", MEMBER
            case ast.GeneratorExp():
                return f"({self.loops(node)})", MEMBER
            case _:
                raise AssertionError(f"reading refuses this form: {type(node).__name__}")

    def constant(self, value: object) -> Spelled:
        """A constant."""
        text = self._literal(value)
        return text, SIGN if text.startswith("-") else MEMBER

    def call(self, name: str, arguments: Sequence[ast.expr]) -> Spelled:
        """A function by its name in the language; what it may not evaluate is a lambda."""
        if name in GUARDS:
            return f"{name}({', '.join(self.delayed(argument) for argument in arguments)})", MEMBER
        return f"{name}({self.arguments(arguments)})", MEMBER

    def arguments(self, nodes: Sequence[ast.expr]) -> str:
        """What stands between the brackets of a call; a generator alone has none of its own."""
        if len(nodes) == 1 and isinstance(nodes[0], ast.GeneratorExp):
            return self.loops(nodes[0])
        return self.listed(nodes)

    def delayed(self, node: ast.expr) -> str:
        """A part as a function without arguments that holds on to the values of its loops."""
        read = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        held = [python for name, python in self._bound.items() if name in read]
        parameters = ", ".join(f"{name}={name}" for name in held)
        return f"lambda {parameters}: {self.text(node)}" if held else f"lambda: {self.text(node)}"

    def loops(self, node: ast.ListComp | ast.GeneratorExp) -> str:
        """A comprehension without its brackets."""
        outside = dict(self._bound)
        parts: list[str] = []
        for loop in node.generators:
            items = self.items(loop)
            for part in ast.walk(loop.target):
                if isinstance(part, ast.Name):
                    self._bound[part.id] = self._loop(part.id)
            parts.append(f"for {self._targets(loop.target)} in {items}")
            parts += [f"if {self.text(condition, OR)}" for condition in loop.ifs]
        value = self.text(node.elt)
        self._bound = outside
        return " ".join([value, *parts])

    def items(self, loop: ast.comprehension) -> str:
        """What a loop goes over."""
        return self.text(loop.iter, OR)

    def _targets(self, node: ast.expr, *, inside: bool = False) -> str:
        if isinstance(node, ast.Name):
            return self._bound[node.id]
        assert isinstance(node, ast.Tuple | ast.List)
        listed = ", ".join(self._targets(part, inside=True) for part in node.elts)
        if len(node.elts) == 1:
            return f"[{listed}]"
        return f"({listed})" if inside else listed

    def _path(self, node: ast.Attribute | ast.Subscript) -> str:
        base, links = spine_of(node)
        text = self.text(base, MEMBER)
        for link in links:
            inside = link is not links[0]
            text = f"{self.whole(link.value, text) if inside else text}[{self.index(link)}]"
        return text

    def whole(self, node: ast.expr, text: str) -> str:  # noqa: ARG002  # subclasses look at it
        """A member out of which another one is read, given as written."""
        return text

    def index(self, link: Link) -> str:
        """What stands in the brackets of a member."""
        if isinstance(link, ast.Attribute):
            return self._literal(link.attr)
        if not isinstance(link.slice, ast.Slice):
            return self.text(link.slice)
        bounds = (link.slice.lower, link.slice.upper)
        return ":".join("" if bound is None else self.text(bound) for bound in bounds)

    def negated(self, operand: ast.expr) -> Spelled | None:
        """The opposite of a part, where it can be written without ``not``."""
        if isinstance(operand, ast.UnaryOp) and isinstance(operand.op, ast.Not):
            return self.part(operand.operand)
        if isinstance(operand, ast.Compare) and len(operand.ops) == 1:
            opposite = _OPPOSITE.get(type(operand.ops[0]))
            if opposite is not None:
                return self.comparison([operand.left, *operand.comparators], [opposite()])
        return None

    def _signed(self, operand: ast.expr, *, negative: bool) -> Spelled:
        # Two signs are one: `--x` is no decrement, but looks like one.
        while isinstance(operand, ast.UnaryOp) and not isinstance(operand.op, ast.Not):
            negative ^= isinstance(operand.op, ast.USub)
            operand = operand.operand
        number = number_of(operand)
        if number is not None:
            return self.constant(-number if negative else number)
        return f"{'-' if negative else '+'}{self.text(operand, SIGN)}", SIGN

    def comparison(self, parts: list[ast.expr], operators: Sequence[ast.cmpop]) -> Spelled:
        """A chain. Null and the booleans are compared by identity, as Python's style wants it."""
        symbols = [_COMPARISON[type(operator)] for operator in operators]
        if symbols[0] in _IDENTITY and len(parts) == 2 and is_single(parts[0]):
            parts = [parts[1], parts[0]]
        hidden = set()
        for place, symbol in enumerate(symbols):
            if symbol in _IDENTITY and any(map(is_single, parts[place : place + 2])):
                if any(map(is_display, parts[place : place + 2])):
                    hidden |= {place, place + 1}  # `1 is None` is taken for a slip of the pen
                else:
                    symbols[place] = _IDENTITY[symbol]
        text = ""
        for place, part in enumerate(parts):
            written = self.text(part, COMPARE + 1)
            if place in hidden and is_single(part):
                written = f"({written},)[0]"
            text += f" {symbols[place - 1]} {written}" if place else written
        return text, COMPARE

    def _map(self, keys: Sequence[ast.expr], values: Sequence[ast.expr]) -> str:
        entries: list[str] = []
        seen: set[str] = set()
        for key, value in zip(keys, values, strict=True):
            written = self.text(key)
            entry = f"{written}: {self.text(value)}"
            # A key that is there already keeps its place and gets the later value.
            entries.append(f"**{{{entry}}}" if written in seen else entry)
            seen.add(written)
        return f"{{{', '.join(entries)}}}"


def is_single(node: ast.expr) -> bool:
    """Null, true or false."""
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))


def number_of(node: ast.expr) -> int | float | None:
    """A number that is written out, with its signs."""
    match node:
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
            number = number_of(operand)
            return -number if isinstance(sign, ast.USub) and number is not None else number
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
    return None


def is_display(node: ast.expr) -> bool:
    """A number, text, list or map that is written out, or what Python may shorten to one."""
    match node:
        case ast.Constant():
            return not is_single(node)
        case ast.Call(args=arguments):
            return any(map(is_display, arguments))
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return is_display(operand)
        case ast.BinOp(left=left, right=right):
            return is_display(left) and is_display(right)
        case ast.Subscript(value=ast.Constant()):
            return True
        case _:
            return isinstance(node, ast.List | ast.Dict | ast.ListComp)
