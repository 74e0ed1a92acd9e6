"""An expression as plain Python whose functions keep the names that they have in the language."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from workflow_ir.expressions.parse import Expression
from workflow_ir.expressions.python_writer import PythonWriter


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

    >>> from workflow_ir.expressions.parse import parse
    >>> to_python(parse("default(steps.a.output.class, 'x') == with.y"), {"steps": "state"})
    "default(lambda: state['a']['output']['class'], lambda: 'x') == with_['y']"
    """
    renamed = {"with": "with_", **(names or {})}
    taken = {*renamed.values()}
    taken |= {node.id for node in ast.walk(expression.tree) if isinstance(node, ast.Name)}
    loops: dict[str, str] = {}

    def loop(name: str) -> str:
        if name not in loops:
            free = name
            while free in renamed.values() or (free != name and free in taken):
                free += "_"
            taken.add(free)
            loops[name] = free
        return loops[name]

    writer = PythonWriter(ascii, lambda name: renamed.get(name, name), loop)
    return writer.text(expression.tree)
