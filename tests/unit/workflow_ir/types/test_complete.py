from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.adapters.emitter.schemas.drawn_schemas import is_legal, near, schemas
from workflow_ir.types import SchemaError, compile_schema, complete, from_json_schema
from workflow_ir.types.definitions import MOST_FILLED, definition_name

IT: Any = {"$ref": "#/$defs/d"}
OBJECT: Any = {"type": "object", "default": {}}


def fields(*names: str, of: Any = IT) -> Any:
    """An object whose absent fields each become something."""
    return {**OBJECT, "properties": dict.fromkeys(names, of)}


def chain(length: int, *names: str) -> Any:
    """Definitions of which each holds the next."""
    links = {
        f"d{number}": fields(*names, of={"$ref": f"#/$defs/d{number + 1}"})
        for number in range(length)
    }
    return {"properties": {"top": {"$ref": "#/$defs/d0"}}, "$defs": {**links, f"d{length}": OBJECT}}


def test_absent_optional_fields_are_filled() -> None:
    schema: Any = {
        "type": "object",
        "properties": {
            "a": {"type": ["string", "null"]},
            "b": {"type": "integer", "default": 3},
            "c": {"type": "string"},
            "d": {"$ref": "#/$defs/d"},
            "e": {"type": "array", "items": {"$ref": "#/$defs/d"}},
        },
        "$defs": {"d": {"type": "object", "properties": {"x": {"anyOf": [{"type": "null"}]}},
                        "default": {}}},
    }  # fmt: skip
    value: Any = {"e": [{}], "z": 1}
    assert complete(value, schema) == {
        "e": [{"x": None}], "z": 1, "a": None, "b": 3, "d": {"x": None},
    }  # fmt: skip
    assert value == {"e": [{}], "z": 1}


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ({"properties": {"d": IT}, "$defs": {"d": fields("x")}}, ("$defs", "d", "properties", "x")),
        ({**IT, "$defs": {"d": fields("x", "y")}}, ("$defs", "d", "properties", "x")),
        (
            {**IT, "$defs": {"d": fields("x", of={"$ref": "#/$defs/e"}), "e": fields("y")}},
            ("$defs", "d", "properties", "x"),
        ),
        (
            {"$defs": {"a/b": fields("x", of={"$ref": "#/$defs/a~1b"})}},
            ("$defs", "a/b", "properties", "x"),
        ),
        (
            {"$defs": {"d": {**fields("x"), "default": {"y": [{}]},
                             "additionalProperties": {"items": IT}}}},
            ("$defs", "d", "properties", "x"),
        ),
        (chain(14, "a", "b"), ("$defs", "d0", "properties", "a")),
        (chain(201, "a"), ("properties", "top")),
    ],
)  # fmt: skip
def test_a_default_that_could_be_filled_in_for_ever_is_refused(
    schema: Any, path: tuple[str, ...]
) -> None:
    with pytest.raises(SchemaError, match=f"holds itself, or over {MOST_FILLED} values") as caught:
        compile_schema(schema)
    assert caught.value.path == path
    assert caught.value.help is not None
    assert "leave the default out" in caught.value.help


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"d": IT}, "$defs": {"d": {**fields("x"), "default": {"x": None}}}},
        {"properties": {"d": IT}, "$defs": {"d": {**fields("x"), "default": None}}},
        {"properties": {"d": IT}, "$defs": {"d": {"type": "object", "properties": {"x": IT}}}},
        {"properties": {"d": {"default": [0] * (MOST_FILLED + 1)}}},
        {"properties": {"d": {"items": fields("x", of={"default": 1}), "default": [{}] * 9_999}}},
        {"$defs": {"d": fields("x", of={"anyOf": [IT], "default": {}})}},
        chain(12, "a", "b"),
        chain(200, "a"),
    ],
)
def test_a_default_that_comes_to_an_end_is_filled_in(schema: Any) -> None:
    compile_schema(schema)
    completed = complete({}, schema)
    assert complete(completed, schema) == completed


def test_how_much_a_default_may_grow_is_exact() -> None:
    item = fields("x", of={"default": 1})
    for size, legal in ((MOST_FILLED, True), (MOST_FILLED + 1, False)):
        assert is_legal({"properties": {"d": {"items": item, "default": [{}] * size}}}) is legal


@pytest.mark.parametrize("name", ["a/b", "a~b", "a~1b", "~", "/", "~01"])
def test_references_are_json_pointers(name: str) -> None:
    reference = "#/$defs/" + name.replace("~", "~0").replace("/", "~1")
    assert definition_name(reference) == name
    schema: Any = {
        "type": "object",
        "properties": {"it": {"$ref": reference}},
        "$defs": {name: {"type": "string", "default": "x"}},
    }
    assert compile_schema(schema)({"it": 1})
    assert complete({}, schema) == {"it": "x"}
    assert "string" in repr(from_json_schema(schema)).lower()


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_completing_ends_and_completes_nothing_twice(data: st.DataObject) -> None:
    schema = data.draw(schemas().filter(is_legal))
    completed = complete(data.draw(near(schema)), schema)
    assert repr(complete(completed, schema)) == repr(completed)
