from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from adapters.emitter.schemas import Types
from tests.unit.adapters.emitter.generated_module import executed, types_body
from tests.unit.adapters.emitter.schemas.drawn_schemas import HOSTILE, is_legal, near, schemas
from workflow_ir.types import compile_schema, complete
from workflow_ir.workflow import Input

CHANGES: Any = {
    "type": "object",
    "properties": {
        "groups": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "note": {"type": ["string", "null"]}},
                "required": ["name"],
            },
        },
        "total": {"type": "integer"},
        "bump": {"enum": ["major", "minor"]},
        "weights": {"type": "object", "additionalProperties": {"type": "number"}},
        "since": {"type": "string", "default": "v0"},
        "until": {"type": "string"},
    },
    "required": ["groups", "total", "bump", "weights"],
}


def test_an_object_is_a_class_and_what_is_filled_in_is_there() -> None:
    types = Types("tune")
    assert types.named(CHANGES, "changes_output") == "types.ChangesOutput"
    assert (
        types_body(types)
        == '''from typing import Literal, NotRequired, TypedDict

class ChangesOutputGroupsItem(TypedDict):
    """An object as `schemas.py` checks it."""

    name: str
    note: str | None

class ChangesOutput(TypedDict):
    """An object as `schemas.py` checks it."""

    groups: list[ChangesOutputGroupsItem]
    total: int
    bump: Literal['major', 'minor']
    weights: dict[str, float]
    since: str
    until: NotRequired[str]'''
    )


@pytest.mark.parametrize(
    ("schema", "annotation"),
    [
        ({"type": "string"}, "str"),
        ({"type": ["null", "integer"]}, "int | None"),
        ({"type": "array", "items": {"type": "boolean"}}, "list[bool]"),
        ({"type": "object", "additionalProperties": {"type": "array"}}, "types.Data"),
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, "float | None"),
        ({"type": "integer", "enum": [1, 2]}, "int"),
        ({"const": 1}, "float"),
        ({"allOf": [{}, {"type": "string"}]}, "str"),
        ({}, "Any"),
        ({"type": "string", "enum": [1]}, "Any"),
        ({"anyOf": [False, {"type": "string"}]}, "str"),
        ({"minimum": 1}, "Any"),
        ({"oneOf": [{"type": "string"}, {}]}, "Any"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}, "str"),
    ],
)
def test_what_builtins_say_needs_no_module(schema: Any, annotation: str) -> None:
    types = Types("tune")
    assert types.named(schema, "data") == annotation
    assert (types.module() is None) is ("types." not in annotation)


@pytest.mark.parametrize(
    ("schema", "declared"),
    [
        ({"enum": ["a", "b", None, "a"]}, "Literal['a', 'b'] | None"),
        ({"enum": ["a", 1], "type": "string"}, "Literal['a']"),
        (
            {"type": "array", "items": {"enum": [{}, [], True]}},
            "list[dict[str, Any] | list[Any] | bool]",
        ),
        ({"type": "object", "additionalProperties": False}, "dict[str, Any]"),
        ({"enum": ["a", "\ud800"]}, "Literal['a']"),
    ],
)
def test_what_needs_an_import_gets_a_name(schema: Any, declared: str) -> None:
    types = Types("tune")
    assert types.named(schema, "data") == "types.Data"
    assert f"\nData = {declared}\n" in str(types.module())


def test_either_of_two_classes_has_a_name_of_its_own() -> None:
    either = {"anyOf": [{**CHANGES, "properties": {key: {}}} for key in "ab"]}
    types = Types("tune")
    assert types.named(either, "data") == "types.Data"
    assert "\nData = Data1 | Data2\n" in str(types.module())


def test_alternatives_fill_nothing_in() -> None:
    types = Types("tune")
    either = {
        "anyOf": [{"type": "object", "properties": {"a": {"type": "null"}}}, {"type": "null"}]
    }
    types.named({"type": "object", "properties": {"x": either}}, "data")
    assert "    a: NotRequired[None]" in str(types.module())
    assert "    x: Data" in str(types.module())


def test_a_class_that_nobody_names_is_left_out() -> None:
    types = Types("tune")
    dead = {"anyOf": [{"type": "object", "properties": {"a": {}}}, {}]}
    types.named({"type": "object", "properties": {"x": dead}}, "data")
    assert str(types.module()).count("class ") == 1


def test_what_a_run_is_given_need_not_be_whole() -> None:
    types = Types("tune")
    inputs = {
        "repo": Input(schema={"type": "string"}),
        "place": Input(schema={"type": "object", "properties": {"x": {"default": 1}}},
                       required=False, default={}),
    }  # fmt: skip
    assert types.inputs(inputs) == "types.Inputs"
    assert (
        types_body(types)
        == '''from typing import Any, NotRequired, TypedDict

class InputsPlace(TypedDict):
    """An object as `schemas.py` checks it."""

    x: NotRequired[Any]

class Inputs(TypedDict):
    """What a run is given."""

    repo: str
    place: NotRequired[InputsPlace]'''
    )


def test_no_inputs_are_a_class_too() -> None:
    types = Types("tune")
    types.inputs({})
    module = executed(str(types.module()), "types_under_test")
    assert module.Inputs() == {}


def test_keys_that_no_class_body_takes_are_written_as_texts() -> None:
    types = Types("tune")
    types.named({"type": "object", "properties": {"a-b": {"type": "string"}, "c": {}}}, "data")
    assert types_body(types).endswith('''Data = TypedDict('Data', {
    'a-b': NotRequired[str],
    'c': NotRequired[Any],
})
"""An object as `schemas.py` checks it."""''')


def test_langgraph_wants_the_class_of_typing_extensions() -> None:
    types = Types("tune", typed_dict="typing_extensions")
    types.named(CHANGES, "data")
    assert types_body(types).startswith(
        "from typing import Literal, NotRequired\n\nfrom typing_extensions import TypedDict\n"
    )


def test_a_class_may_hold_itself() -> None:
    tree: Any = {
        "$ref": "#/$defs/tree",
        "$defs": {
            "tree": {
                "type": "object",
                "properties": {
                    "kids": {"type": "array", "items": {"$ref": "#/$defs/tree"}},
                    "next": {"$ref": "#/$defs/tree"},
                },
                "required": ["kids"],
            }
        },
    }
    types = Types("tune")
    assert types.named(tree, "outline") == "types.OutlineTree"
    assert "    kids: 'list[OutlineTree]'\n    next: NotRequired['OutlineTree']" in types_body(
        types
    )


def test_two_classes_never_share_a_name() -> None:
    types = Types("tune")
    names = [
        types.named(CHANGES, hint) for hint in ("a b", "a_b", "any", "typed_dict", "I", "None")
    ]
    assert len({name.lower() for name in names}) == len(names)
    assert not {"types.Any", "types.TypedDict", "types.I", "types.None"} & set(names)


# --- types hold -----------------------------------------------------------------------------------


@contextmanager
def importable(text: str) -> Iterator[Any]:
    """The module, where forward references find it."""
    module = executed(text, "types_under_test")
    sys.modules["types_under_test"] = module
    try:
        yield module
    finally:
        del sys.modules["types_under_test"]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_what_meets_a_schema_is_of_its_type(data: st.DataObject) -> None:
    schema = data.draw(schemas().filter(is_legal))
    values = [data.draw(near(schema)) for _ in range(4)]
    check = compile_schema(schema)
    types = Types("tune", typed_dict="typing_extensions")
    # In an object, so that the type has a name whatever it is.
    whole: Any = {"type": "object", "properties": {"it": schema}, "required": ["it"]}
    if isinstance(schema, dict):
        whole |= {"$defs": schema["$defs"], "properties": {"it": {**schema}}}
        del whole["properties"]["it"]["$defs"]
    name = types.named(whole, "whole").removeprefix("types.")
    with importable(str(types.module())) as module:
        adapter = TypeAdapter(getattr(module, name))
        for value in values:
            if not check(value):
                adapter.validate_python({"it": complete(value, schema)}, strict=True)


def test_a_value_of_another_type_would_be_noticed() -> None:
    types = Types("tune", typed_dict="typing_extensions")
    types.named(CHANGES, "changes")
    with importable(str(types.module())) as module:
        adapter = TypeAdapter(module.Changes)
        whole = {"groups": [], "total": 1, "bump": "minor", "weights": {"a": 1}, "since": "v1"}
        assert adapter.validate_python(whole, strict=True) == whole
        for key, wrong in (
            ("total", 1.5),
            ("bump", "x"),
            ("groups", [{}]),
            ("weights", {"a": "b"}),
        ):
            with pytest.raises(ValidationError):
                adapter.validate_python({**whole, key: wrong}, strict=True)


@pytest.mark.parametrize("text", HOSTILE)
def test_any_key_comes_back_exactly(text: str) -> None:
    schema: Any = {
        "type": "object",
        "title": text,
        "properties": {text: {"enum": [text, "other"]}, "tree": {"$ref": "#/$defs/t"}},
        "$defs": {"t": {"type": "object", "properties": {text: {"type": "array",
                  "items": {"anyOf": [{"$ref": "#/$defs/t"}, {"const": text}]}}}}},
    }  # fmt: skip
    types = Types(text)
    name = types.named(schema, text).removeprefix("types.")
    module = executed(str(types.module()), "types_under_test")
    # No data holds half of a surrogate pair, so no class tells of such a key.
    kept = ["tree"] if text == "\ud800" else [text, "tree"]
    assert list(getattr(module, name).__annotations__) == kept
