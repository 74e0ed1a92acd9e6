from __future__ import annotations

from typing import Any

import pytest

from workflow_ir.types import (
    Constrained,
    compile_schema,
    describe,
    from_json_schema,
    parse_type,
    to_json_schema,
)
from workflow_ir.types.model import NEVER


@pytest.mark.parametrize(
    "written",
    [
        "string", "integer(1..)", "number(0..1)", "boolean", "json", "path", "null",
        "list[map[string?]]", {"enum": ["a", 1]}, {"a": "string", "b": "list[integer]?"}, {},
        {"a": {"type": "string", "default": "x", "description": "d"}},
        {"schema": {"type": "array", "items": {"type": "string"}, "minItems": 1}},
        {"schema": {"$ref": "#/$defs/n", "$defs": {"n": {"type": "integer"}}}},
        {"schema": {"oneOf": [{"type": "string"}, {"const": 3}]}},
    ],
)  # fmt: skip
def test_a_type_and_its_schema_are_two_forms_of_the_same(written: Any) -> None:
    type_ = parse_type(written)
    schema = to_json_schema(type_)
    compile_schema(schema)
    assert from_json_schema(schema) == type_


@pytest.mark.parametrize(
    ("schema", "shown"),
    [
        ({"type": ["string", "null"]}, "string?"),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "string | integer"),
        ({"type": "array"}, "list[json]"),
        ({"type": "object"}, "map[json]"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "map[number]"),
        ({"type": "object", "properties": {"a": {"const": 1}}}, "{a: 1?}"),
        ({"type": "string", "minLength": 2}, "string"),
        ({"enum": ["a", None]}, '"a" | null'),
        ({"allOf": [{"type": "string"}]}, "string"),
        ({"minimum": 3}, "json"),
        (True, "json"),
        (False, "nothing"),
    ],
)
def test_expressions_rely_on_what_the_schema_promises(schema: Any, shown: str) -> None:
    assert describe(from_json_schema(schema)) == shown


def test_a_recursive_definition_is_dynamic_below_its_first_level() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}
    schema: Any = {"$ref": "#/$defs/node", "$defs": {"node": node}}
    type_ = from_json_schema(schema)
    assert isinstance(type_, Constrained)
    assert describe(type_) == "{next: json?}"
    assert to_json_schema(type_) == schema


def test_the_type_without_values_has_a_schema_without_instances() -> None:
    assert compile_schema(to_json_schema(NEVER))(1) != []
