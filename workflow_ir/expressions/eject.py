"""An expression as plain Python, for generated code."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from workflow_ir.expressions.errors import ExpressionError
from workflow_ir.expressions.function_names import GUARDS
from workflow_ir.expressions.parse import Expression, parse


def to_python(expression: Expression, names: Mapping[str, str] | None = None) -> str:
    """Python source whose value is that of the expression wherever the expression has one.

    The name of a loop that a root has in the generated code gives way: ``with_`` becomes
    ``with__``.

    Members become subscripts, so that keys that are Python keywords are legal. The arguments of
    ``default``, ``has`` and ``coalesce`` become lambdas: the function decides whether to read, and
    takes a missing key or position, and a member of None, for nothing. All
    other functions of the language are called by their names; the generated code has to define
    those that are not Python's own (``str``, ``int``, ``float`` and ``zip`` differ from Python's).

    Args:
        expression: The expression.
        names: What the roots are called in the generated code; ``with`` becomes ``with_`` by
            default. A root that is called like a function has to be given another name.

    Raises:
        ExpressionError: If a chain of members is too long to be written.

    >>> to_python(parse("default(steps.a.output.class, 'x') == with.y"), {"steps": "state"})
    "default(lambda: state['a']['output']['class'], lambda: 'x') == with_['y']"
    """
    # Read again: the tree of the expression is shared and must not change.
    tree = parse(expression.source).tree
    renamed = {"with": "with_", **(names or {})}
    try:
        used = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
        return ast.unparse(ast.fix_missing_locations(_Ejector(renamed, used).visit(tree)))
    except RecursionError:
        size = len(expression.source)
        raise ExpressionError("The expression is too deep to be written.", 0, size) from None


class _Ejector(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, str], used: Iterable[str]) -> None:
        self._names = names
        self._taken = {*names.values(), *used}
        self._bound: dict[str, str] = {}
        """What the loops that are open here call their names in Python."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        name = self._bound.get(node.id) or self._names.get(node.id, node.id)
        return ast.Name(name, ast.Load())

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return ast.Subscript(self.visit(node.value), ast.Constant(node.attr), ast.Load())

    def visit_Call(self, node: ast.Call) -> ast.expr:
        assert isinstance(node.func, ast.Name)
        arguments: list[ast.expr] = [self.visit(argument) for argument in node.args]
        if node.func.id in GUARDS:
            arguments = [ast.Lambda(_NO_ARGUMENTS, argument) for argument in arguments]
        return ast.Call(ast.Name(node.func.id, ast.Load()), arguments, [])

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        return self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.expr:
        return self._comprehension(node)

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> ast.expr:
        outside = dict(self._bound)
        for loop in node.generators:
            loop.iter = self.visit(loop.iter)
            for part in ast.walk(loop.target):
                if isinstance(part, ast.Name):
                    name = self._bound[part.id] = self._free(part.id)
                    part.id = name
            loop.ifs = [self.visit(condition) for condition in loop.ifs]
        node.elt = self.visit(node.elt)
        self._bound = outside
        return node

    def _free(self, name: str) -> str:
        """The name of a loop, changed if a root is called so in the generated code."""
        if name not in self._names.values():
            return name
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name


_NO_ARGUMENTS = ast.arguments(
    posonlyargs=[], args=[], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None, defaults=[]
)
