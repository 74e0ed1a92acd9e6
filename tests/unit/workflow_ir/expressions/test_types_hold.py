"""What the type check says before the run is true of the value at the run."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings

from tests.unit.workflow_ir.expressions.sources import NAMES, SOURCES
from workflow_ir.expressions import EvaluationError, Expression, ExpressionError, compile, parse
from workflow_ir.expressions.typecheck import check, type_of_value
from workflow_ir.types import Nullable, Number, compile_schema, to_json_schema
from workflow_ir.types.model import Field, Integer, Json, ListOf, MapOf, Null, Object, String, Type


def _written(value: Type) -> Type:
    """The type an author would have declared: without the bounds of one example."""
    match value:
        case ListOf(item):
            return ListOf(_written(item))
        case Object(fields, closed):
            return Object(
                {key: Field(_written(field.type)) for key, field in fields.items()}, closed
            )
        case _:
            return value


TYPES: dict[str, Type] = {
    **{name: _written(type_of_value(value)) for name, value in NAMES.items()},
    "a": Integer(),
    "f": Number(),
    "s": String(),
    "n": Nullable(Json()),
    "xs": ListOf(Integer()),
    "ys": ListOf(Number()),
    "words": ListOf(String()),
    "mixed": ListOf(Json()),
    "m": Object(
        {
            "k": Field(Integer()),
            "class": Field(String()),
            "deep": Field(MapOf(ListOf(Object({"v": Field(Nullable(Integer()))})))),
            "none": Field(Null()),
            "gone": Field(Nullable(Object({"gone": Field(Integer())})), required=False),
        }
    ),
}


def code_of(expression: Expression) -> str | None:
    try:
        compile(expression)(NAMES)
    except EvaluationError as error:
        return error.code
    return None


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SOURCES)
def test_a_value_is_of_the_type_that_the_check_gave(source: str) -> None:
    try:
        expression = parse(source)
    except ExpressionError:
        return
    checked = check(expression, TYPES)
    try:
        value = compile(expression)(NAMES)
    except EvaluationError:
        return
    # A comparison that is never equal has a value all the same, and a loop named like a root.
    if {problem.code for problem in checked.problems} - {"MEL216", "MEL212"}:
        return
    assert compile_schema(to_json_schema(checked.type))(value) == [], (source, checked.type)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SOURCES)
def test_what_passes_the_check_with_known_types_never_ends_in_a_type_error(source: str) -> None:
    if re.search(r"\b(mixed|n|m\.deep|from_json|min|max|split)\b", source):
        return  # dynamic data, lists that may be empty, separators too
    try:
        expression = parse(source)
    except ExpressionError:
        return
    if check(expression, TYPES).problems:
        return
    assert code_of(expression) != "expression.type", source
