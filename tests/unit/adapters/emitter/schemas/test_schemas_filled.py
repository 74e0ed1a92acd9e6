from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.emitter.schemas import Schemas
from tests.unit.adapters.emitter.generated_module import Checks
from tests.unit.adapters.emitter.schemas.compared_checks import deep, the_same
from workflow_ir.types import SchemaError


def test_defaults_without_an_end_are_refused() -> None:
    schema: Any = {
        "$ref": "#/$defs/d",
        "$defs": {"d": {"properties": {"d": {"$ref": "#/$defs/d"}}, "default": {}}},
    }
    with pytest.raises(SchemaError, match="holds itself"):
        Schemas("tune").named(schema, "data")


def test_a_default_that_stops_by_itself_is_followed() -> None:
    schema: Any = {
        "$ref": "#/$defs/d",
        "$defs": {"d": {"properties": {"d": {"$ref": "#/$defs/d"}}, "default": {"d": None}}},
    }
    values: list[Any] = [{}, {"d": {}}, {"d": 1}]
    for value in values:
        the_same(Checks(schema), schema, value)


@pytest.mark.parametrize("levels", [1, 4, 60, 99])
def test_absent_fields_are_filled_in_on_every_level(levels: int) -> None:
    node = {
        "properties": {
            "kids": {"type": "array", "items": {"$ref": "#/$defs/n"}},
            "note": {"type": ["string", "null"]},
            "tags": {"default": [{}]},
        }
    }
    schema: Any = {"$ref": "#/$defs/n", "$defs": {"n": node}}
    the_same(Checks(schema), schema, deep(levels, {}))


def test_beside_a_reference_nothing_else_fills_in() -> None:
    schema: Any = {
        "$ref": "#/$defs/a",
        "properties": {"b": {"default": 2}},
        "items": {"properties": {"c": {"default": 3}}},
        "$defs": {"a": {"properties": {"a": {"default": 1}}}},
    }
    checks = Checks(schema)
    values: list[Any] = [{}, {"b": 1}, [{}]]
    for value in values:
        the_same(checks, schema, value)
    assert checks.complete({}) == {"a": 1}


@pytest.mark.parametrize("name", ["a/b", "a~b", "a~1b", "~", "/", "~01", "a/b~c"])
def test_what_a_reference_with_escapes_names_is_filled_in(name: str) -> None:
    pointer = name.replace("~", "~0").replace("/", "~1")
    definitions: Any = {name: {"properties": {"x": {"default": 1}}, "default": {}}}
    schema: Any = {
        "properties": {"it": {"$ref": f"#/$defs/{pointer}"}},
        "$defs": {**definitions, "a": {"default": 2}},
    }
    checks = Checks(schema)
    values: list[Any] = [{}, {"it": {}}, {"it": {"x": 3}}, {"it": 1}]
    for value in values:
        the_same(checks, schema, value)
    assert checks.complete({}) == {"it": {"x": 1}}


def test_definitions_that_escapes_tell_apart_are_told_apart() -> None:
    definitions = {"a/b": {"default": 1}, "a~1b": {"default": 2}}
    schema: Any = {
        "properties": {"x": {"$ref": "#/$defs/a~1b"}, "y": {"$ref": "#/$defs/a~01b"}},
        "$defs": definitions,
    }
    checks = Checks(schema)
    the_same(checks, schema, {})
    assert checks.complete({}) == {"x": 1, "y": 2}


def test_what_is_filled_in_is_not_shared() -> None:
    schema: Any = {"properties": {"a": {"default": [[]]}}}
    checks = Checks(schema)
    checks.complete({})["a"][0].append(1)
    assert checks.complete({}) == {"a": [[]]}
    assert json.dumps(schema) == '{"properties": {"a": {"default": [[]]}}}'
