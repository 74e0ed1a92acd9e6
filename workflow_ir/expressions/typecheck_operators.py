"""The types of operators, and the words for operands that do not fit."""

from __future__ import annotations

import ast
from typing import Final

from workflow_ir.expressions.problem import TypeProblem
from workflow_ir.expressions.signatures import widened
from workflow_ir.nearest import nearest
from workflow_ir.types.compare import kind, may_equal
from workflow_ir.types.describe import describe, show
from workflow_ir.types.join import join
from workflow_ir.types.model import (
    NEVER,
    Enum,
    Integer,
    Json,
    ListOf,
    MapOf,
    Null,
    Number,
    Object,
    String,
    Type,
    atoms,
    may_be_null,
    stripped,
    without_null,
)

_SYMBOLS: Final[dict[type[ast.AST], str]] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_EXAMPLES: Final = {"number": "0", "string": '""', "boolean": "false", "list": "[]"}


def kinds(type_: Type) -> frozenset[str]:
    """The JSON kinds of a type's values; ``json`` stands for any."""
    return frozenset(kind(atom) for atom in atoms(type_))


def is_boolean(type_: Type) -> bool:
    """Whether a value of the type may stand as a condition."""
    return kinds(type_) <= {"boolean", "json"}


def boolean_help(type_: Type, text: str) -> str | None:
    """What to write where a boolean is wanted."""
    shown = short(text)
    if is_boolean(without_null(type_)):
        return f"Write `default({shown}, false)`."
    found = kinds(type_)
    if found == {"number"}:
        return f"Write `{shown} != 0`, or compare it with what you mean."
    if found <= {"string", "list", "object"} and len(found) == 1:
        return f"Write `len({shown}) > 0`, or compare it with what you mean."
    return f"Compare it with something: `{shown} == …`."


def short(text: str) -> str:
    """A piece of source on one short line."""
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"


def _null_problem(symbol: str, type_: Type, text: str) -> TypeProblem:
    found = kinds(without_null(type_))
    example = _EXAMPLES.get(next(iter(found)), "y") if len(found) == 1 else "y"
    return TypeProblem(
        "MEL210",
        f"`{short(text)}` may be null, which `{symbol}` does not take.",
        f"Write `default({short(text)}, {example})`, or test `{short(text)} != null` before.",
    )


def sign(type_: Type, text: str) -> Type:
    """The type of ``-x`` and ``+x``."""
    found = kinds(type_)
    if found <= {"number", "json"}:
        return widened(type_)
    if found <= {"number", "json", "null"}:
        raise _null_problem("-", type_, text)
    raise TypeProblem("MEL210", f"A sign stands before a number, not {describe(type_)}.")


def arithmetic(operator: ast.operator, left: Type, right: Type, one: str, two: str) -> Type:
    """The type of ``left operator right``.

    Raises:
        TypeProblem: MEL210.
    """
    symbol = _SYMBOLS[type(operator)]
    for type_, text in ((left, one), (right, two)):
        if may_be_null(type_) and kinds(type_) != {"null"}:
            raise _null_problem(symbol, type_, text)
    both = kinds(left) | kinds(right)
    if both <= {"number"}:
        return _number(operator, left, right)
    if both == {"json"} or (isinstance(operator, ast.Add) and both <= _ADDED_WITH_JSON):
        return _added(left, right)
    if "json" in both and both <= {"number", "json"}:
        return Number() if isinstance(operator, ast.Div) else Json()
    raise TypeProblem(
        "MEL210",
        f"`{symbol}` cannot take {describe(left)} and {describe(right)}.",
        _arithmetic_help(symbol, left, right, one, two),
    )


_ADDED_WITH_JSON: Final = frozenset({"string", "list", "json"})


def _number(operator: ast.operator, left: Type, right: Type) -> Type:
    if isinstance(operator, ast.Div):
        return Number()
    return join([widened(left), widened(right)])


def _added(left: Type, right: Type) -> Type:
    both = kinds(left) | kinds(right)
    if both == {"string"}:
        return String()
    if both == {"list"}:
        return join([left, right])
    if "json" in both:
        return Json()
    raise TypeProblem("MEL210", f"`+` cannot take {describe(left)} and {describe(right)}.")


def _arithmetic_help(symbol: str, left: Type, right: Type, one: str, two: str) -> str | None:
    texts = kinds(left) == {"string"}, kinds(right) == {"string"}
    if symbol == "+" and any(texts):
        other = two if texts[0] else one
        if all(texts):
            return None
        return f"Write `str({short(other)})` to make text of it."
    if symbol == "%" and texts[0]:
        return "`%` is for numbers; join text with `+`."
    if symbol == "*" and (any(texts) or "list" in kinds(left) | kinds(right)):
        return "`*` is for numbers; texts and lists are not repeated."
    if any(texts):
        text = one if texts[0] else two
        return f"Write `int({short(text)})` or `float({short(text)})` to read the text as a number."
    return None


def compare(operator: ast.cmpop, left: Type, right: Type, one: str, two: str) -> None:
    """Refuses a comparison that fails, or can have one result only.

    Raises:
        TypeProblem: MEL210, or MEL216 if the sides can never be equal.
    """
    if isinstance(operator, ast.Eq | ast.NotEq):
        _equality(operator, left, right)
    elif isinstance(operator, ast.In | ast.NotIn):
        _membership(operator, left, right, two)
    else:
        _order(_SYMBOLS[type(operator)], left, right, one, two)


def _equality(operator: ast.cmpop, left: Type, right: Type) -> None:
    if may_equal(left, right):
        return
    result = "true" if isinstance(operator, ast.NotEq) else "false"
    message = f"{_subject(left)} can never equal {_subject(right)}, so this is always {result}."
    raise TypeProblem("MEL216", message, _equality_help(left, right))


def _subject(type_: Type) -> str:
    match stripped(type_):
        case Integer(low, high) | Number(low, high) if low is not None and low == high:
            return show(low)
        case Null():
            return "null"
        case _:
            return describe(type_)


def _equality_help(left: Type, right: Type) -> str | None:
    for enum, literal in ((left, right), (right, left)):
        given, choices = stripped(literal), stripped(without_null(enum))
        if isinstance(given, Enum) and isinstance(choices, Enum) and len(given.values) == 1:
            texts = [value for value in choices.values if isinstance(value, str)]
            meant = nearest(str(given.values[0]), texts)
            return f"Did you mean {show(meant)}?" if meant else f"It is one of {describe(enum)}."
    both = kinds(left) | kinds(right)
    if both == {"boolean", "number"}:
        return "A boolean is no number; use it as it is, or with `not`."
    if both == {"boolean", "string"}:
        return "Write true or false without quotes."
    if both == {"number", "string"}:
        return "Write the number without quotes, or read the text with `float(x)`."
    return None


def _membership(operator: ast.cmpop, item: Type, whole: Type, text: str) -> None:
    symbol = _SYMBOLS[type(operator)]
    if may_be_null(whole):
        raise _null_problem(symbol, whole, text)
    for atom in atoms(whole):
        match atom:
            case Json():
                continue
            case ListOf(member):
                if member != NEVER and not may_equal(item, member):
                    result = "true" if isinstance(operator, ast.NotIn) else "false"
                    message = f"{_subject(item)} is never an item of {describe(atom)}"
                    help_ = _equality_help(member, item)
                    raise TypeProblem("MEL216", f"{message}, so this is always {result}.", help_)
            case MapOf() | Object() | String() | Enum() if kind(atom) in {"object", "string"}:
                if not kinds(item) <= {"string", "json"}:
                    message = f"`{symbol}` {describe(atom)} wants a text, not {describe(item)}."
                    raise TypeProblem("MEL210", message)
            case _:
                message = f"`{symbol}` looks into a list, a map or a text, not {describe(atom)}."
                raise TypeProblem("MEL210", message)


def _order(symbol: str, left: Type, right: Type, one: str, two: str) -> None:
    for type_, text in ((left, one), (right, two)):
        if may_be_null(type_) and kinds(type_) != {"null"}:
            raise _null_problem(symbol, type_, text)
    both = (kinds(left) | kinds(right)) - {"json"}
    if both in _ORDERED:
        return
    help_ = None
    if both == {"number", "string"}:
        text = one if "string" in kinds(left) else two
        help_ = f"Write `float({short(text)})` to read the text as a number."
        if text[:1] in {'"', "'"}:
            help_ = "Write the number without quotes."
    message = f"`{symbol}` cannot order {describe(left)} and {describe(right)}."
    raise TypeProblem("MEL210", message, help_)


_ORDERED: Final = (frozenset[str](), frozenset({"number"}), frozenset({"string"}))


def item_of(whole: Type, text: str) -> Type:
    """The type of the items that a ``for`` goes over.

    Raises:
        TypeProblem: MEL210 if it is no list.
    """
    if may_be_null(whole) and kinds(whole) != {"null"}:
        raise _null_problem("for", whole, text)
    items: list[Type] = []
    for atom in atoms(whole):
        match atom:
            case Json():
                items.append(Json())
            case ListOf(item):
                items.append(item)
            case MapOf() | Object():
                help_ = f"Write `keys({short(text)})` or `values({short(text)})`."
                raise TypeProblem(
                    "MEL210", f"A loop goes over a list, not {describe(atom)}.", help_
                )
            case _:
                raise TypeProblem("MEL210", f"A loop goes over a list, not {describe(atom)}.")
    return items[0] if len(items) == 1 else join(items)


def require_index(type_: Type) -> None:
    """Refuses a bound of a slice that is no integer."""
    if any(isinstance(atom, Json) or _is_integer(atom) for atom in atoms(type_)):
        return
    raise TypeProblem("MEL210", f"A position is an integer, not {describe(type_)}.")


def _is_integer(atom: Type) -> bool:
    return isinstance(atom, Integer) or (isinstance(atom, Enum) and type(atom.values[0]) is int)


def require_key(type_: Type) -> None:
    """Refuses a key of a map that is no text."""
    if not kinds(type_) <= {"string", "json"}:
        raise TypeProblem("MEL210", f"The keys of a map are texts, not {describe(type_)}.")
