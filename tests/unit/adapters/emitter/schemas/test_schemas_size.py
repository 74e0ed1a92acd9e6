from __future__ import annotations

from typing import Any

import pytest

from adapters.emitter.schemas import Schemas
from tests.unit.adapters.emitter.generated_module import Checks
from tests.unit.adapters.emitter.schemas.compared_checks import TREE, deep, the_same
from workflow_ir.diagnostics import DiagnosticsError


@pytest.mark.parametrize("value", [deep(3), deep(3, 1), deep(80, 1), deep(99), deep(101)])
def test_recursive_schemas_follow_values_down(value: Any) -> None:
    the_same(Checks(TREE), TREE, value)


def test_definitions_that_hold_each_other_are_followed() -> None:
    schema: Any = {
        "$ref": "#/$defs/a",
        "$defs": {
            "a": {"$ref": "#/$defs/b", "title": "the same"},
            "b": {"type": "array", "items": {"$ref": "#/$defs/a"}},
        },
    }
    checks = Checks(schema)
    values: list[Any] = [[], [[]], [[1]], 1]
    for value in values:
        the_same(checks, schema, value)


def test_a_schema_that_never_ends_is_told() -> None:
    loop: Any = {"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}}
    the_same(Checks(loop), loop, 1)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda inner: {"items": inner},
        lambda inner: {"type": ["array", "null"], "items": inner, "default": [None]},
        lambda inner: {"anyOf": [inner, {"type": "null"}]},
    ],
)
def test_the_deepest_schema_can_be_written(wrap: Any) -> None:
    schema: Any = {"type": "integer"}
    for _ in range(60):
        schema = wrap(schema)
    value: Any = 1.5
    for _ in range(60):
        value = [value]
    the_same(Checks(schema), schema, value)


def test_the_deepest_object_can_be_written() -> None:
    schema: Any = {"type": "integer"}
    value: Any = "a"
    for _ in range(63):
        schema = {"type": ["object", "null"], "properties": {"a": schema}, "required": ["a"]}
        value = {"a": value}
    the_same(Checks(schema), schema, value)


def test_a_value_too_deep_for_a_literal_is_refused() -> None:
    value: Any = 1
    for _ in range(160):
        value = [value]
    with pytest.raises(DiagnosticsError, match=r"MEL302 .*deeper than 150"):
        Schemas("tune").named({"const": value}, "data")
    with pytest.raises(DiagnosticsError, match=r"MEL302 .*deeper than 150"):
        Schemas("tune").json({"default": value}, "data")


@pytest.mark.parametrize(
    "value",
    [
        list(range(200)),
        {f"k{number}": number for number in range(200)},
        [{f"k{number}": number for number in range(60)}],
        [[["a"] * 300]],
        {"x" * 300: "y" * 300},
        [10**40],
        deep(150, [1]),
    ],
)
@pytest.mark.parametrize(
    "schema",
    [
        {"items": {"type": "string"}},
        {"additionalProperties": {"type": "string"}},
        {"additionalProperties": False},
        {"anyOf": [{"type": "null"}, {"items": {"additionalProperties": {"type": "null"}}}]},
        {"items": {"type": "object", "properties": {"k1": {}}, "additionalProperties": False}},
    ],
)
def test_long_lists_of_violations_are_cut_alike(schema: Any, value: Any) -> None:
    the_same(Checks(schema), schema, value)


INSIDE: Any = {"properties": {"a": {"type": "string"}, "b": {"type": "null"}}}


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
@pytest.mark.parametrize(
    "options",
    [
        [{"type": "null"}, INSIDE],
        [INSIDE, {**INSIDE, "title": "again"}, {"type": "null"}],
        [{**INSIDE, "required": ["c"]}, {"type": "null"}],
        [{**INSIDE, "required": ["c"]}, INSIDE],
        [{**INSIDE, "additionalProperties": False}, {"maxItems": 0, "type": "array"}],
        [INSIDE],
        [{"type": "null"}],
    ],
)
def test_of_alternatives_the_same_one_is_told(keyword: str, options: list[Any]) -> None:
    schema = {keyword: options}
    checks = Checks(schema)
    values: list[Any] = [{"a": 1}, {"a": 1, "b": 2}, {"a": 1, "c": 2}, {"c": 1}, {}, None, [1], 1]
    for value in values:
        the_same(checks, schema, value)


@pytest.mark.parametrize("wrong", [49, 50, 51, 52, 53])
def test_an_alternative_is_left_alike_when_it_has_failed_often_enough(wrong: int) -> None:
    fields = {f"k{number}": {"type": "string"} for number in range(60)}
    inside: Any = {"type": "object", "properties": fields, "additionalProperties": False}
    value = {**{f"k{number}": number for number in range(wrong)}, "other": 1}
    for schema in ({"anyOf": [{"type": "null"}, inside]}, {"oneOf": [inside, {"type": "null"}]}):
        the_same(Checks(schema), schema, value)


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        *("x" * size for size in range(56, 63)),
        *([0] * size for size in range(18, 24)),
        *({str(number): 0 for number in range(size)} for size in (1, 20, 21)),
        *(sign * (10**30 + more) for sign in (1, -1) for more in (-1, 0, 1)),
        *(2**63 - 1, 2**63, -(2**63), -(2**63) - 1),
        *(nested(levels) for levels in (3, 4, 5, 199, 200, 201, 202)),
        {"a": {"b": {"c": {"d": 1}}}},
        "\x00\u2028é\U0001f600\ud800",
    ],
    ids=lambda value: str(value)[:20].encode("ascii", "replace").decode(),
)
def test_values_are_shown_alike(value: Any) -> None:
    the_same(Checks({"type": "boolean"}), {"type": "boolean"}, value)
    the_same(Checks({"enum": [True]}), {"enum": [True]}, {"a": value})


def test_of_very_many_fields_the_nearest_is_told_alike() -> None:
    names = [f"{start}ield_{number}" for start in "fgh" for number in range(500)]
    schema: Any = {"properties": {name: {} for name in names}, "additionalProperties": False}
    checks = Checks(schema)
    for name in ("feld_123", "FIELD_7", "hield_1x", "xield_77", "zzz", "g", "x" * 70, ""):
        the_same(checks, schema, {name: 1})
