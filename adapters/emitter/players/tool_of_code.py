"""What a function of the user's own says of itself as a tool, read from its text: not imported."""

from __future__ import annotations

import ast
from typing import Any, Final

from adapters.emitter.own_code import tree_of
from adapters.emitter.player_api import handed_in
from adapters.emitter.project import Sources
from conductor_core.agents.tools import Tool
from conductor_core.models.port import ToolSpec
from workflow_ir.players import Player, PythonPlayer

_KINDS: Final = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}


def tool_of_code(name: str, player: Player, sources: Sources) -> Tool | None:
    """Its parameters by their type hints, its docstring's first paragraph; None: it is not ours.

    What it is handed in (its ``Grant``) no model is told of. A hint that says nothing here, like a
    class of the user's own, leaves its parameter open.
    """
    found = _function(player, sources)
    if found is None:
        return None
    function, handed = found
    given = function.args
    first = len(given.args) - len(given.defaults)
    properties = {one.arg: schema_of(one.annotation) for one in (*given.args, *given.kwonlyargs)
                  if one.arg not in handed}  # fmt: skip
    required = [one.arg for one in given.args[:first] if one.arg not in handed]
    required += [
        one.arg
        for one, usual in zip(given.kwonlyargs, given.kw_defaults, strict=True)
        if usual is None and one.arg not in handed
    ]
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    if given.kwarg is None:
        schema["additionalProperties"] = False
    said = player.description or _first_paragraph(function)
    return Tool(ToolSpec(name, said, schema))


def schema_of(hint: ast.expr | None) -> dict[str, Any]:
    """A type hint as JSON Schema.

    >>> schema_of(ast.parse("list[int] | None", mode="eval").body)
    {'anyOf': [{'items': {'type': 'integer'}, 'type': 'array'}, {'type': 'null'}]}
    """
    match hint:
        case ast.Name(id=kind) if kind in _KINDS:
            return {"type": _KINDS[kind]}
        case ast.Constant(value=None):
            return {"type": "null"}
        case ast.Name(id="list"):
            return {"type": "array", "items": {}}
        case ast.Name(id="dict"):
            return {"type": "object"}
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return {"items": schema_of(item), "type": "array"}
        case ast.Subscript(value=ast.Name(id="dict"), slice=ast.Tuple(elts=[_, item])):
            return {"type": "object", "additionalProperties": schema_of(item)}
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            sides = [schema_of(left), schema_of(right)]
            return {"anyOf": sides} if all(sides) else {}
    return {}


def _function(
    player: Player, sources: Sources
) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, frozenset[str]] | None:
    """It, and what is handed in to it."""
    if not isinstance(player, PythonPlayer):
        return None
    module, _, name = player.target.partition(":")
    path = module.replace(".", "/")
    text = sources.files.get(f"{path}.py") or sources.files.get(f"{path}/__init__.py")
    tree = tree_of(text or "")
    if tree is None:
        return None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            return node, handed_in(tree, node)
    return None


def _first_paragraph(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    told = ast.get_docstring(function) or ""
    return told.strip().split("\n\n")[0].replace("\n", " ")
