"""What an expression is made of, by name: so that a test can show that nothing was never tried."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from workflow_ir.expressions import Expression
from workflow_ir.expressions.function_names import FUNCTION_NAMES, TAKES_GENERATOR
from workflow_ir.expressions.tokens import tokenise

_OPERATORS = (
    "Add", "Sub", "Mult", "Div", "FloorDiv", "Mod", "Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "In",
    "NotIn", "And", "Or", "Not", "USub", "UAdd",
)  # fmt: skip
_FORMS = (
    "attribute", "keyword attribute", "attribute that is not ASCII", "text index", "position",
    "position from the end", "computed position", "[a:b]", "[a:]", "[:b]", "[:]", "choice",
    "chain of comparisons", "list", "empty list", "map", "empty map", "computed key", "two loops",
    "loop with two conditions", "names with commas", "names in names", "names in [ ]",
    "list of a loop", "the name with", "a name that is not ASCII", "redundant brackets",
    "comma at the end", "several lines",
)  # fmt: skip
_LITERALS = (
    "true", "false", "null", "True", "False", "None", "integer", "negative integer", "float",
    "float with exponent", ".5", "1.", '"text"', "'text'", "escape \\n", "escape \\x", "escape \\u",
    "escape \\U", "escape \\\\", "escaped quote", "text that is not ASCII", "empty text",
    "least integer", "-0.0",
)  # fmt: skip

ALL_FORMS = frozenset({
    *(f"{name}()" for name in FUNCTION_NAMES),
    *(f"{name}() of a generator" for name in TAKES_GENERATOR),
    *(f"{name}(), {count} values" for name, count in (("round", 2), ("range", 2), ("min", 2),
                                                      ("max", 3), ("coalesce", 3))),
    *(f"operator {name}" for name in _OPERATORS),
    *_FORMS,
    *(f"literal {name}" for name in _LITERALS),
})  # fmt: skip
"""Every function, operator, form and literal of the language (spec 2 and 8)."""


def forms_of(expression: Expression) -> set[str]:
    """The names of everything that an expression is made of; all are in `ALL_FORMS`."""
    found = {form for node in ast.walk(expression.tree) for form in _of_node(node)}
    found.update(_of_text(expression.source))
    return found & ALL_FORMS


def _of_node(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id=name), args=arguments):
            yield f"{name}()"
            yield f"{name}(), {len(arguments)} values"
            if any(isinstance(argument, ast.GeneratorExp) for argument in arguments):
                yield f"{name}() of a generator"
        case ast.operator() | ast.cmpop() | ast.boolop() | ast.unaryop():
            yield f"operator {type(node).__name__}"
        case ast.Attribute() | ast.Subscript() | ast.Name():
            yield from _read(node)
        case ast.IfExp():
            yield "choice"
        case ast.Compare(ops=[_, _, *_]):
            yield "chain of comparisons"
        case ast.List() | ast.Dict():
            yield from _display(node)
        case ast.ListComp(generators=loops) | ast.GeneratorExp(generators=loops):
            yield "list of a loop" if isinstance(node, ast.ListComp) else "generator"
            yield "two loops" if len(loops) > 1 else "one loop"
        case ast.comprehension(target=target, ifs=conditions):
            yield from _targets(target)
            yield "loop with two conditions" if len(conditions) > 1 else "loop"
        case ast.Constant(value=value):
            yield from _constant(value)
        case _:
            pass


def _read(node: ast.Attribute | ast.Subscript | ast.Name) -> Iterator[str]:
    match node:
        case ast.Attribute(attr=key):
            yield "attribute"
            if key in {"class", "from", "if", "with", "None", "lambda", "not"}:
                yield "keyword attribute"
            if not key.isascii():
                yield "attribute that is not ASCII"
        case ast.Subscript(slice=index):
            yield _index(index)
        case ast.Name(id=name):
            yield f"the name {name}"
            if not name.isascii():
                yield "a name that is not ASCII"


def _display(node: ast.List | ast.Dict) -> Iterator[str]:
    match node:
        case ast.List(elts=items):
            if isinstance(node.ctx, ast.Load):
                yield "list" if items else "empty list"
        case ast.Dict(keys=keys):
            yield "map" if keys else "empty map"
            if not all(isinstance(key, ast.Constant) for key in keys):
                yield "computed key"


def _index(index: ast.expr) -> str:
    match index:
        case ast.Slice(lower=low, upper=high):
            return f"[{'a' if low else ''}:{'b' if high else ''}]"
        case ast.Constant(value=str()):
            return "text index"
        case ast.Constant(value=int(position)):
            return "position" if position >= 0 else "position from the end"
        case _:
            return "computed position"


def _targets(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Tuple):
        yield "names with commas"
        if any(isinstance(part, ast.Tuple) for part in target.elts):
            yield "names in names"
    if isinstance(target, ast.List):
        yield "names in [ ]"


def _constant(value: object) -> Iterator[str]:
    match value:
        case "":
            yield "literal empty text"
        case str() if not value.isascii():
            yield "literal text that is not ASCII"
        case int() if not isinstance(value, bool) and value < 0:
            yield "literal negative integer"
            if value == -(2**63):
                yield "literal least integer"
        case float() if repr(value) == "-0.0":
            yield "literal -0.0"
        case _:
            pass


def _of_text(source: str) -> Iterator[str]:
    if "\n" in source:
        yield "several lines"
    if "((" in source:
        yield "redundant brackets"
    if re.search(r",\s*[\]})]", source):
        yield "comma at the end"
    for token in tokenise(source):
        match token.kind:
            case "name":
                yield f"literal {token.text}"
            case "number" if isinstance(token.value, int):
                yield "literal integer"
            case "number":
                yield "literal float with exponent" if "e" in token.text else "literal float"
                yield f"literal {token.text}"
            case "string":
                quote = token.text[0]
                yield f"literal {quote}text{quote}"
                for escape in re.findall(r"\\(.)", token.text):
                    yield (
                        "literal escaped quote" if escape in "\"'" else f"literal escape \\{escape}"
                    )
            case _:
                pass
