"""The one table of functions, frozen per language version: usage, types, implementation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from workflow_ir.expressions import collection_functions as collections
from workflow_ir.expressions import number_functions as numbers
from workflow_ir.expressions import text_functions as texts
from workflow_ir.expressions.errors import EvaluationError
from workflow_ir.expressions.signatures import (
    ANY,
    LIST,
    READABLE,
    SIZED,
    TEXT,
    Rule,
    abs_rule,
    coalesce_rule,
    contains_rule,
    default_rule,
    extreme_rule,
    item_of_first,
    round_rule,
    same_list,
    sorted_rule,
    sum_rule,
    takes,
    values_rule,
    zip_rule,
)
from workflow_ir.types.model import (
    Boolean,
    Integer,
    Json,
    JsonValue,
    ListOf,
    MapOf,
    Number,
    String,
)

MANY: Final = 500
"""No call has more arguments: an expression has at most 500 parts."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the language."""

    usage: str
    """How it is called, for messages: ``round(x[, digits])``."""
    least: int
    """Fewest arguments."""
    most: int
    """Most arguments."""
    rule: Rule
    """From the types of the arguments to that of the result."""
    run: Callable[..., JsonValue]
    """The implementation: a frame, then the arguments; it checks types itself."""
    builds: bool = False
    """It makes values of any size, so the size of the expression's result is checked."""


def _special(frame: object, *arguments: JsonValue) -> JsonValue:
    # `evaluate` compiles calls of these by a rule of their own; this is never reached.
    raise EvaluationError("expression.type", "the function evaluates its arguments itself")


FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType({
    "len": Function("len(x)", 1, 1, takes(SIZED, gives=Integer(0)), collections.len_),
    "sum": Function("sum(numbers)", 1, 1, sum_rule, numbers.sum_),
    "min": Function("min(list) or min(a, b, …)", 1, MANY, extreme_rule, numbers.min_),
    "max": Function("max(list) or max(a, b, …)", 1, MANY, extreme_rule, numbers.max_),
    "round": Function("round(x[, digits])", 1, 2, round_rule, numbers.round_),
    "abs": Function("abs(x)", 1, 1, abs_rule, numbers.abs_),
    "str": Function("str(x)", 1, 1, takes(ANY, gives=String()), texts.str_, builds=True),
    "int": Function("int(x)", 1, 1, takes(READABLE, gives=Integer()), numbers.int_),
    "float": Function("float(x)", 1, 1, takes(READABLE, gives=Number()), numbers.float_),
    "bool": Function("bool(x)", 1, 1, takes(ANY, gives=Boolean()), collections.bool_),
    "any": Function(
        "any(booleans)", 1, 1, takes(ListOf(Boolean()), gives=Boolean()), collections.any_
    ),
    "all": Function(
        "all(booleans)", 1, 1, takes(ListOf(Boolean()), gives=Boolean()), collections.all_
    ),
    "sorted": Function("sorted(list)", 1, 1, sorted_rule, collections.sorted_, builds=True),
    "unique": Function(
        "unique(list)", 1, 1, takes(LIST, gives=same_list), collections.unique_, builds=True
    ),
    "first": Function("first(list)", 1, 1, takes(LIST, gives=item_of_first), collections.first_),
    "last": Function("last(list)", 1, 1, takes(LIST, gives=item_of_first), collections.last_),
    "default": Function("default(x, y)", 2, 2, default_rule, _special),
    "has": Function("has(x)", 1, 1, takes(ANY, gives=Boolean()), _special),
    "coalesce": Function("coalesce(a, b, …)", 1, MANY, coalesce_rule, _special),
    "lower": Function("lower(text)", 1, 1, takes(TEXT, gives=String()), texts.lower_, builds=True),
    "upper": Function("upper(text)", 1, 1, takes(TEXT, gives=String()), texts.upper_, builds=True),
    "strip": Function("strip(text)", 1, 1, takes(TEXT, gives=String()), texts.strip_, builds=True),
    "split": Function(
        "split(text, separator)",
        2, 2, takes(TEXT, TEXT, gives=ListOf(String())), texts.split_, builds=True,
    ),
    "join": Function(
        "join(list, separator)",
        2, 2, takes(ListOf(String()), TEXT, gives=String()), texts.join_, builds=True,
    ),
    "replace": Function(
        "replace(text, old, new)",
        3, 3, takes(TEXT, TEXT, TEXT, gives=String()), texts.replace_, builds=True,
    ),
    "lines": Function(
        "lines(text)", 1, 1, takes(TEXT, gives=ListOf(String())), texts.lines_, builds=True
    ),
    "bullets": Function(
        "bullets(list)", 1, 1, takes(LIST, gives=String()), texts.bullets_, builds=True
    ),
    "contains": Function("contains(x, part)", 2, 2, contains_rule, collections.contains_),
    "startswith": Function(
        "startswith(text, start)", 2, 2, takes(TEXT, TEXT, gives=Boolean()), texts.startswith_
    ),
    "endswith": Function(
        "endswith(text, end)", 2, 2, takes(TEXT, TEXT, gives=Boolean()), texts.endswith_
    ),
    "json": Function("json(x)", 1, 1, takes(ANY, gives=String()), texts.json_, builds=True),
    "from_json": Function(
        "from_json(text)", 1, 1, takes(TEXT, gives=Json()), texts.from_json_, builds=True
    ),
    "keys": Function(
        "keys(map)",
        1, 1, takes(MapOf(Json()), gives=ListOf(String())), collections.keys_, builds=True,
    ),
    "values": Function("values(map)", 1, 1, values_rule, collections.values_, builds=True),
    "zip": Function("zip(a, b)", 2, 2, zip_rule, collections.zip_, builds=True),
    "range": Function(
        "range(n) or range(a, b)",
        1, 2, takes(Integer(), Integer(), gives=ListOf(Integer())), numbers.range_, builds=True,
    ),
    "now": Function("now()", 0, 0, takes(gives=String()), collections.now_),
    "duration": Function(
        'duration("90s")', 1, 1, takes(TEXT, gives=Number()), numbers.duration_
    ),
    "health": Function("health(name)", 1, 1, takes(TEXT, gives=Boolean()), collections.health_),
})  # fmt: skip
"""Every function by name. ``health`` is known in ``require`` only (spec 8, Command chaining)."""
