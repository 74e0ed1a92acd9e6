from __future__ import annotations

import json
from typing import Any

import pytest

from conductor_core.models.tightened import strict, unwrapped, wrapped


def closed(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


TEXT = {"type": "string"}


@pytest.mark.parametrize(
    "schema",
    [
        closed(a=TEXT),
        closed(a={"type": "array", "items": closed(b={"enum": [1, 2]})}),
        closed(a={"anyOf": [TEXT, {"type": "null"}]}),
        {**closed(a={"$ref": "#/$defs/b"}), "$defs": {"b": closed(c=TEXT)}},
    ],
    ids=json.dumps,
)
def test_a_closed_schema_is_strict_as_it_stands(schema: dict[str, Any]) -> None:
    assert strict(schema) == schema


@pytest.mark.parametrize(
    "schema",
    [
        {**closed(a=TEXT), "additionalProperties": True},
        {"type": "object", "properties": {"a": TEXT}, "required": ["a"]},
        {**closed(a=TEXT, b=TEXT), "required": ["a"]},
        closed(),
        closed(a={}),
        closed(a={**TEXT, "minLength": 3}),
        closed(a={"type": "array"} | {"items": {}}),
        closed(a={"anyOf": [TEXT, {}]}),
        closed(a={"allOf": [TEXT]}),
        {**closed(a=TEXT), "$defs": {"b": {}}},
    ],
    ids=json.dumps,
)
def test_what_strict_mode_would_refuse_is_not_asked_for_strictly(schema: dict[str, Any]) -> None:
    assert strict(schema) is None


def test_a_field_that_may_be_missing_and_null_is_asked_for() -> None:
    schema = {**closed(a=TEXT, b={"type": ["integer", "null"]}), "required": ["a"]}
    tight = strict(schema)
    assert tight["required"] == ["a", "b"]
    assert schema["required"] == ["a"]


def test_definitions_stay_at_the_top_of_what_is_put_around() -> None:
    schema = {"$ref": "#/$defs/b", "$defs": {"b": TEXT}}
    outer, around = wrapped(schema)
    assert around
    assert outer["$defs"] == {"b": TEXT}
    assert outer["properties"] == {"value": {"$ref": "#/$defs/b"}}
    assert wrapped(closed(a=TEXT)) == (closed(a=TEXT), False)


@pytest.mark.parametrize("text", ['{"value": 1, "more": 2}', '{"other": 1}', "[1]", "", "["])
def test_what_has_nothing_around_it_stays(text: str) -> None:
    assert unwrapped(text) == text
