"""Expressions in the Python that a person would write: methods, builtins, a few functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from adapters.emitter.code import Code
from adapters.emitter.expressions.kinds import NUMBERS, Kind
from adapters.emitter.expressions.seen_kinds import Kinds, is_paired
from adapters.emitter.expressions.texts import text_literal
from adapters.emitter.naming.names import Names
from workflow_ir.expressions.errors import ExpressionError
from workflow_ir.expressions.function_names import GUARDS
from workflow_ir.expressions.functions import FUNCTIONS
from workflow_ir.expressions.parse import Expression
from workflow_ir.expressions.python_writer import MEMBER, PythonWriter, Spelled, number_of

NOW: Final = "now()"
"""What ``now()`` reads, among the roots: no name of the language looks like it."""
HEALTH: Final = "health()"
"""What ``health(…)`` asks, likewise."""

_METHODS: Final[Mapping[str, str]] = {
    "lower": "lower", "upper": "upper", "strip": "strip", "lines": "splitlines", "split": "split",
    "replace": "replace", "startswith": "startswith", "endswith": "endswith",
}  # fmt: skip
"""Methods of texts that do exactly what the function does."""
_OF_MAPS: Final = {"keys": "keys", "values": "values"}
_ENDS: Final = {"first": "0", "last": "-1"}
_BUILTINS: Final = frozenset(
    {"len", "sum", "min", "max", "abs", "round", "bool", "any", "all", "sorted"}
)
_GENERATED: Final[Mapping[str, str]] = {
    "str": "as_text", "json": "as_json", "int": "read_integer", "float": "read_number",
    "zip": "pairs", "from_json": "from_json", "unique": "unique", "bullets": "bullets",
    "duration": "duration", "default": "default", "has": "has", "coalesce": "coalesce",
}  # fmt: skip
"""What the generated module of functions calls the others."""
_PYTHON_TYPES: Final = {"int": int, "float": float, "bool": bool, "str": str}


class IdiomaticWriter(PythonWriter):
    """Writes one expression, and keeps what its text needs round it."""

    def __init__(self, expression: Expression, roots: Mapping[str, Code], loops: Names) -> None:
        """Begin.

        Args:
            expression: The expression.
            roots: What each root that it reads is called.
            loops: Gives the names of its loops.
        """
        super().__init__(text_literal, self._named, self._looped)
        self._expression = expression
        self._names = roots
        self._loop_names = loops
        self._kinds = Kinds(expression.tree)
        self._demanded: set[ast.expr] = set()
        self.roots: set[str] = set()
        self.functions: set[str] = set()

    def written(self) -> Spelled:
        """The whole, and how tightly it holds together."""
        return self.part(self._expression.tree)

    def demand_boolean(self) -> None:
        """The whole is a condition: what of it may be no boolean is to be looked at."""
        ahead = [self._expression.tree]
        while ahead:
            match ahead.pop():
                case ast.BoolOp(values=parts):
                    ahead += parts
                case ast.UnaryOp(op=ast.Not(), operand=operand):
                    ahead.append(operand)
                case part:
                    kind = self._kinds.of(part)
                    if not (kind.sure and kind.name == "boolean"):
                        self._demanded.add(part)

    @property
    def kind(self) -> Kind:
        """The kind of the whole."""
        return self._kinds.of(self._expression.tree)

    def function(self, name: str) -> str:
        """The name of a function of the generated module, which is then needed."""
        self.functions.add(name)
        return name

    def part(self, node: ast.expr) -> Spelled:
        """As `PythonWriter.part`; what a type checker would misread may be anything."""
        text, level = self.spelled(node)
        if node in self._kinds.unclear:
            text, level = self.whole(node, text), MEMBER
        if node in self._demanded:
            text, level = f"{self.function('truth')}({text})", MEMBER
        return text, level

    def whole(self, node: ast.expr, text: str) -> str:
        """Likewise, inside a chain of members."""
        return f"{self.function('untyped')}({text})" if node in self._kinds.unclear else text

    def _looped(self, name: str) -> str:
        return name if name == "_" else self._loop_names.of(("loop", name), name)

    def _named(self, root: str) -> str:
        self.roots.add(root)
        return self._names[root]

    def call(self, name: str, arguments: Sequence[ast.expr]) -> Spelled:
        """A function of the language."""
        known = FUNCTIONS.get(name)
        if known is None or not known.least <= len(arguments) <= known.most:
            raise ExpressionError(
                f"{name} is called in a way that no check lets through.",
                0,
                len(self._expression.source),
            )
        if name in _PYTHON_TYPES:
            return self._converted(name, arguments[0])
        if name == "contains":
            return self.comparison([arguments[1], arguments[0]], [ast.In()])
        return self._called(name, arguments), MEMBER

    def negated(self, operand: ast.expr) -> Spelled | None:
        """Likewise of ``contains``, which is a comparison in Python."""
        match operand:
            case ast.Call(func=ast.Name(id="contains"), args=[whole, item]):
                return self.comparison([item, whole], [ast.NotIn()])
        return super().negated(operand)

    def _called(self, name: str, arguments: Sequence[ast.expr]) -> str:
        if name in _METHODS:
            others = self.listed(arguments[1:])
            return f"{self._subject(arguments[0])}.{_METHODS[name]}({others})"
        if name in _OF_MAPS:
            return f"list({self._subject(arguments[0])}.{_OF_MAPS[name]}())"
        if name in _ENDS:
            return f"{self._subject(arguments[0])}[{_ENDS[name]}]"
        if name in _BUILTINS:
            return f"{name}({self.arguments(arguments)})"
        if name in GUARDS:
            delayed = ", ".join(self.delayed(argument) for argument in arguments)
            return f"{self.function(_GENERATED[name])}({delayed})"
        match name:
            case "join":
                return f"{self._subject(arguments[1])}.join({self.text(arguments[0])})"
            case "range":
                return f"list(range({self.arguments(arguments)}))"
            case "now":
                return self._named(NOW)
            case "health":
                return f"{self._named(HEALTH)}({self.arguments(arguments)})"
        return f"{self.function(_GENERATED[name])}({self.arguments(arguments)})"

    def _subject(self, node: ast.expr) -> str:
        return self.text(node, MEMBER)

    def _converted(self, name: str, argument: ast.expr) -> Spelled:
        """``int``, ``float``, ``bool`` or ``str`` of what may be known to be one already."""
        match argument:
            case ast.Call(func=ast.Name(id=inner), args=[_]) if inner == name:
                return self.part(argument)  # twice is once
        value = argument.value if isinstance(argument, ast.Constant) else number_of(argument)
        if type(value) is _PYTHON_TYPES[name]:
            return self.constant(value)
        kind = self._kinds.of(argument)
        if name == "str" and kind.sure and kind.name == "text":
            return self.part(argument)
        known = kind.sure and kind.name in NUMBERS
        function = name if name == "bool" or known else self.function(_GENERATED[name])
        return f"{function}({self.text(argument)})", MEMBER

    def items(self, loop: ast.comprehension) -> str:
        """What a loop goes over: no list need be made of what is looked at once."""
        match loop.iter:
            case ast.Call(func=ast.Name(id="zip"), args=[_, _] as arguments) if is_paired(loop):
                return f"zip({self.listed(arguments)}, strict=False)"
            case ast.Call(func=ast.Name(id="range" | "keys" | "values" as name), args=arguments):
                if loop.iter not in self._kinds.unclear:
                    return self._called(name, arguments).removeprefix("list(").removesuffix(")")
        return super().items(loop)


def asked_for(expression: Expression) -> Iterator[str]:
    """`NOW` and `HEALTH`, if an expression asks for them."""
    for node in ast.walk(expression.tree):
        match node:
            case ast.Call(func=ast.Name(id="now")):
                yield NOW
            case ast.Call(func=ast.Name(id="health")):
                yield HEALTH
