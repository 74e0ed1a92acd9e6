"""Which Python expressions are expressions of the language, and why the others are not.

What is admitted is a closed list of node types: whatever a later Python adds is refused by default.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Final

from workflow_ir.expressions.errors import ExpressionError
from workflow_ir.expressions.function_names import FUNCTION_NAMES, TAKES_GENERATOR
from workflow_ir.expressions.limits import DEEPEST_SOURCE, GREATEST_INTEGER, MOST_NODES
from workflow_ir.expressions.methods import method_help
from workflow_ir.expressions.tokens import Token

_CONSTANTS: Final = {"true": True, "false": False, "null": None}
_COMPARISONS: Final = (
    *(ast.Lt, ast.LtE, ast.Gt, ast.GtE),
    *(ast.Eq, ast.NotEq, ast.In, ast.NotIn),
)
_OPERATORS: Final = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)


def admit(tree: ast.expr, tokens: Mapping[int, Token], source: str) -> ast.expr:
    """The same tree with names, strings and constants as written; offsets are those of ``source``.

    Args:
        tree: What Python's parser made of the placeholder text.
        tokens: The tokens by offset.
        source: The text, for messages.

    Raises:
        ExpressionError: For a node, an operator or a name that the language does not have, and for
            expressions over the bounds of depth and size.
    """
    return _Admission(tokens, source).visit(tree, 1)


class _Admission:
    def __init__(self, tokens: Mapping[int, Token], source: str) -> None:
        self._tokens = tokens
        self._source = source
        self._nodes = 0
        self._bound: list[str] = []
        """Names of the comprehensions that are open here."""
        self._closed_to: list[frozenset[str]] = []
        """Names that the iterables being read may not use: they are bound later (see `_loops`)."""

    def visit(self, node: ast.expr, depth: int) -> ast.expr:
        if depth > DEEPEST_SOURCE:
            message = f"The expression is nested deeper than {DEEPEST_SOURCE} levels."
            raise self.error(node, message, "Compute parts of it in `set` steps.")
        rule = ADMITTED.get(type(node))
        if rule is None:
            raise self.error(node, *_refusal(node))
        self._count()
        return rule(self, node, depth)

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            message = f"The expression has more than {MOST_NODES} parts."
            raise ExpressionError(
                message, 0, len(self._source), "Compute parts of it in `set` steps."
            )

    def error(
        self,
        node: ast.expr,
        message: str,
        help: str | None = None,
        suggestion: str | None = None,
    ) -> ExpressionError:
        start, end = node.col_offset, node.end_col_offset or node.col_offset
        return ExpressionError(message, start, end, help, suggestion)

    def text(self, node: ast.expr) -> str:
        return self._source[node.col_offset : node.end_col_offset]

    def constant(self, node: ast.expr, _depth: int) -> ast.expr:
        assert isinstance(node, ast.Constant)
        token = self._tokens[node.col_offset]
        if token.kind in {"number", "string"}:
            node.value = token.value
            if isinstance(token.value, int) and token.value > GREATEST_INTEGER:
                raise self.error(node, "The integer is beyond 64 bits.")
        return node

    def name(self, node: ast.expr, _depth: int) -> ast.expr:
        assert isinstance(node, ast.Name)
        node.id = self._tokens[node.col_offset].text
        if node.id in _CONSTANTS:
            return ast.copy_location(ast.Constant(_CONSTANTS[node.id]), node)
        for names in self._closed_to:
            if node.id in names:
                message = f"{node.id!r} is read before its `for` gives it a value."
                raise self.error(node, message, "Give the loop another name.")
        return node

    def spine(self, node: ast.expr, depth: int) -> ast.expr:
        """Attributes and subscripts: a chain is one level, however long."""
        top = node
        links: list[ast.Attribute | ast.Subscript] = []
        while isinstance(node, ast.Attribute | ast.Subscript):
            if links:
                self._count()
            links.append(node)
            node = node.value
        base = self.visit(node, depth + 1)
        for link in reversed(links):
            link.value = base
            if isinstance(link, ast.Attribute):
                assert link.end_col_offset is not None
                link.attr = self._tokens[link.end_col_offset - len(link.attr)].text
            else:
                link.slice = self.index(link.slice, depth + 1)
            base = link
        return top

    def index(self, node: ast.expr, depth: int) -> ast.expr:
        if not isinstance(node, ast.Slice):
            return self.visit(node, depth)
        self._count()
        if node.step is not None:
            raise self.error(node, "A slice has no step here.", "Write `x[start:end]`.")
        node.lower = None if node.lower is None else self.visit(node.lower, depth)
        node.upper = None if node.upper is None else self.visit(node.upper, depth)
        return node

    def compare(self, node: ast.expr, depth: int) -> ast.expr:
        assert isinstance(node, ast.Compare)
        for operator in node.ops:
            if not isinstance(operator, _COMPARISONS):
                raise self.error(node, "`is` is no operator here.", "Use `==`.")
        node.left = self.visit(node.left, depth + 1)
        node.comparators = [self.visit(part, depth + 1) for part in node.comparators]
        return node

    def logic(self, node: ast.expr, depth: int) -> ast.expr:
        assert isinstance(node, ast.BoolOp)
        node.values = [self.visit(part, depth + 1) for part in node.values]
        return node

    def sign(self, node: ast.expr, depth: int) -> ast.expr:
        assert isinstance(node, ast.UnaryOp)
        operand = node.operand
        if isinstance(node.op, ast.USub) and isinstance(operand, ast.Constant):
            token = self._tokens[operand.col_offset]
            if token.kind == "number" and isinstance(token.value, int | float):
                self._count()
                return ast.copy_location(ast.Constant(-token.value), node)
        if isinstance(node.op, ast.Invert):
            raise self.error(node, "There are no bit operators.", "Use `not`.")
        node.operand = self.visit(operand, depth + 1)
        if isinstance(node.op, ast.USub) and _is_zero(node.operand):
            return ast.copy_location(ast.Constant(0), node)  # `-(-0)`: an integer has one zero
        return node

    def arithmetic(self, node: ast.expr, depth: int) -> ast.expr:
        assert isinstance(node, ast.BinOp)
        if not isinstance(node.op, _OPERATORS):
            raise self.error(node, "The operator is not one of `+ - * / // %`.")
        node.left = self.visit(node.left, depth + 1)
        node.right = self.visit(node.right, depth + 1)
        return node

    def choice(self, node: ast.expr, depth: int) -> ast.expr:
        assert isinstance(node, ast.IfExp)
        node.test = self.visit(node.test, depth + 1)
        node.body = self.visit(node.body, depth + 1)
        node.orelse = self.visit(node.orelse, depth + 1)
        return node

    def list_(self, node: ast.expr, depth: int) -> ast.expr:
        assert isinstance(node, ast.List)
        node.elts = [self.visit(part, depth + 1) for part in node.elts]
        return node

    def map_(self, node: ast.expr, depth: int) -> ast.expr:
        assert isinstance(node, ast.Dict)
        keys: list[ast.expr | None] = []
        for key in node.keys:
            if key is None:
                raise self.error(node, "Nothing can be unpacked here.", "Write the keys out.")
            if isinstance(key, ast.Name) and key.id not in self._bound:
                written = self._tokens[key.col_offset].text
                message = f"The key {written!r} has no quotes, so it would be read as a name."
                raise self.error(key, message, f'Write "{written}".', f'"{written}"')
            keys.append(self.visit(key, depth + 1))
        node.keys = keys
        node.values = [self.visit(part, depth + 1) for part in node.values]
        return node

    def comprehension(self, node: ast.expr, depth: int) -> ast.expr:
        assert isinstance(node, ast.ListComp | ast.GeneratorExp)
        outside = len(self._bound)
        self._loops(node, depth + 1)
        node.elt = self.visit(node.elt, depth + 1)
        del self._bound[outside:]
        return node

    def _loops(self, node: ast.ListComp | ast.GeneratorExp, depth: int) -> None:
        # A name that an iterable reads and a later `for` binds is an error in Python or the outer
        # name, by position. Refusing both keeps one name one meaning.
        names = [self._targets(loop.target) for loop in node.generators]
        for position, loop in enumerate(node.generators):
            self._count()
            if loop.is_async:
                raise self.error(loop.target, "There is no `async` here.")
            later = frozenset(name for group in names[position:] for name in group)
            self._closed_to.append(later)
            loop.iter = self.visit(loop.iter, depth)
            self._closed_to.pop()
            self._bound += names[position]
            unbound = frozenset(name for group in names[position + 1 :] for name in group)
            self._closed_to.append(unbound)
            loop.ifs = [self.visit(part, depth) for part in loop.ifs]
            self._closed_to.pop()

    def _targets(self, node: ast.expr, level: int = 0) -> list[str]:
        if isinstance(node, ast.Tuple | ast.List) and node.elts and level < DEEPEST_SOURCE:
            names = [name for part in node.elts for name in self._targets(part, level + 1)]
            if len(set(names)) < len(names):
                raise self.error(node, "A loop gives one name two values.")
            return names
        if not isinstance(node, ast.Name):
            message = f"A loop cannot give a value to {self.text(node)!r}."
            raise self.error(node, message, "Write one name, or names with commas.")
        self._count()
        node.id = self._tokens[node.col_offset].text
        if node.id in FUNCTION_NAMES or node.id in _CONSTANTS or node.id == "with":
            message = f"{node.id!r} already means something else."
            raise self.error(node, message, "Give the loop another name.")
        if node.id in self._bound:
            message = f"{node.id!r} is already the name of an outer loop."
            raise self.error(node, message, "Give one of them another name.")
        return [node.id]

    def call(self, node: ast.expr, depth: int) -> ast.expr:
        assert isinstance(node, ast.Call)
        if isinstance(node.func, ast.Attribute):
            raise self._method(node, node.func)
        if not isinstance(node.func, ast.Name):
            message = f"{self.text(node.func)!r} is no function."
            raise self.error(node.func, message, "Only the functions of the language are called.")
        node.func.id = self._tokens[node.func.col_offset].text
        if node.func.id in _CONSTANTS or node.func.id in self._bound:
            raise self.error(node.func, f"{node.func.id!r} is no function.")
        if node.keywords:
            first = node.keywords[0]
            message = f"{node.func.id} takes no named arguments."
            help_ = "Nothing can be unpacked." if first.arg is None else "Write the value alone."
            raise self.error(first.value, message, help_)
        for argument in node.args:
            if isinstance(argument, ast.GeneratorExp) and node.func.id not in TAKES_GENERATOR:
                message = f"{node.func.id} takes no generator."
                raise self.error(argument, message, "Write a list: `[x for x in xs]`.")
        node.args = [self._argument(argument, depth + 1) for argument in node.args]
        return node

    def _argument(self, node: ast.expr, depth: int) -> ast.expr:
        if isinstance(node, ast.GeneratorExp):
            self._count()
            return self.comprehension(node, depth)
        return self.visit(node, depth)

    def _method(self, call: ast.Call, function: ast.Attribute) -> ExpressionError:
        assert function.end_col_offset is not None
        start = function.end_col_offset - len(function.attr)
        name = self._tokens[start].text
        subject = self.text(function.value)
        arguments = [self.text(argument) for argument in call.args]
        help_, suggestion = method_help(name, subject, arguments)
        return ExpressionError(
            f"Values have no methods, so {name!r} cannot be called.",
            call.col_offset if suggestion else start,
            call.end_col_offset if suggestion and call.end_col_offset else start + len(name),
            help_,
            suggestion,
        )


ADMITTED: Final[dict[type[ast.expr], Callable[[_Admission, ast.expr, int], ast.expr]]] = {
    ast.Constant: _Admission.constant,
    ast.Name: _Admission.name,
    ast.Attribute: _Admission.spine,
    ast.Subscript: _Admission.spine,
    ast.Compare: _Admission.compare,
    ast.BoolOp: _Admission.logic,
    ast.UnaryOp: _Admission.sign,
    ast.BinOp: _Admission.arithmetic,
    ast.IfExp: _Admission.choice,
    ast.List: _Admission.list_,
    ast.Dict: _Admission.map_,
    ast.ListComp: _Admission.comprehension,
    ast.Call: _Admission.call,
}
"""The node types of the language and the rule of each. Generators and slices stand only inside."""

_REFUSED: Final[dict[type[ast.expr], tuple[str, str | None]]] = {
    ast.Tuple: ("There are no tuples.", "Write a list: `[a, b]`."),
    ast.Set: ("There are no sets.", "Write a list: `[a, b]`."),
    ast.SetComp: ("There are no sets.", "Write `unique([… for … in …])`."),
    ast.DictComp: ("There are no map comprehensions.", "Build the map in a `python` player."),
    ast.GeneratorExp: ("A generator stands alone.", "Put it in brackets: `[x for x in xs]`."),
    ast.Lambda: ("There are no lambdas.", "Use a list comprehension."),
    ast.Starred: ("Nothing can be unpacked here.", "Join lists with `+`."),
    ast.Slice: ("A slice stands alone.", None),
}


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == 0


def _refusal(node: ast.expr) -> tuple[str, str | None]:
    return _REFUSED.get(type(node), ("This form of Python is not part of the language.", None))
