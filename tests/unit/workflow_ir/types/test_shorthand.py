from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_ir.types import (
    NO_DEFAULT,
    Boolean,
    Constrained,
    Enum,
    Integer,
    Json,
    ListOf,
    MapOf,
    Nullable,
    Number,
    Object,
    String,
    TypeSyntaxError,
    describe,
    parse_field,
    parse_type,
    to_json_schema,
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("string", String()),
        (" integer ", Integer()),
        ("number", Number()),
        ("boolean", Boolean()),
        ("json", Json()),
        ("path", String("path")),
        ("uri", String("uri")),
        ("duration", String("duration")),
        ("number(0..1)", Number(0, 1)),
        ("number(-1.5..)", Number(-1.5, None)),
        ("number(..1e3)", Number(None, 1000.0)),
        ("integer(1..)", Integer(1, None)),
        ("integer( 1 .. 5 )", Integer(1, 5)),
        ("list[string]", ListOf(String())),
        ("map[list[integer?]]", MapOf(ListOf(Nullable(Integer())))),
        ("string?", Nullable(String())),
        ("list[ number(0..1) ] ?", Nullable(ListOf(Number(0, 1)))),
        ({"enum": ["a", 1, None, True]}, Enum(("a", 1, None, True))),
        ({"type": "number", "minimum": 0}, Number(0, None)),
        ({"schema": {"type": "integer", "minimum": 3}}, Integer(3, None)),
        ({"schema": True}, Json()),
    ],
)
def test_each_form_of_the_shorthand_is_a_type(written: Any, expected: object) -> None:
    assert parse_type(written) == expected


def test_a_mapping_is_a_closed_object_whose_nullable_fields_are_optional() -> None:
    type_ = parse_type({"code": "string", "notes": "list[string]?", "inner": {"n": "integer"}})
    assert isinstance(type_, Object)
    assert type_.closed
    assert [field.required for field in type_.fields.values()] == [True, False, True]
    assert parse_type({}) == Object({})


def test_a_mapping_with_type_and_other_fields_is_an_object_with_a_field_called_type() -> None:
    type_ = parse_type({"type": "string", "title": "string"})
    assert describe(type_) == "{type: string, title: string}"
    assert parse_type({"type": "string", "description": "what it is"}) == String()
    assert describe(parse_type({"enum": "string"})) == "{enum: string}"
    assert describe(parse_type({"schema": "string"})) == "{schema: string}"


def test_a_field_has_its_default_and_description() -> None:
    field = parse_field({"enum": ["python", "go"], "default": "go", "description": "which"})
    assert (field.default, field.required, field.description) == ("go", False, "which")
    assert parse_field("string?").default is NO_DEFAULT
    assert parse_field({"type": "string?", "default": None}).default is None


def test_what_a_type_cannot_say_stays_in_its_schema() -> None:
    type_ = parse_type({"type": "string", "minLength": 3, "pattern": "^[a-z]+$"})
    assert isinstance(type_, Constrained)
    assert type_.of == String()
    assert to_json_schema(type_) == {"type": "string", "minLength": 3, "pattern": "^[a-z]+$"}


@pytest.mark.parametrize(
    ("written", "message", "help_", "suggestion"),
    [
        ("strng", "There is no type 'strng'.", "Did you mean `string`?", "string"),
        ("str", "There is no type 'str'.", "Did you mean `string`?", "string"),
        ("float", "There is no type 'float'.", "Did you mean `number`?", "number"),
        ("url", "There is no type 'url'.", "Did you mean `uri`?", "uri"),
        ("list[intger]", "There is no type 'intger'.", "Did you mean `integer`?", "integer"),
        ("list", "`list` does not say what its items are.", "Write `list[string]`", "list[json]"),
        ("list[string", "`list[` is not closed.", "Add `]`.", None),
        ("number(1..0)", "No number lies between 1 and 0.", None, None),
        ("number(..)", "The range has no bound.", "Write `number`.", None),
        ("number(0)", "A range is written `(low..high)`.", "`number(0..1)`", None),
        ("integer(0.5..)", "The bound 0.5 of an integer is not whole.", None, None),
        ("number(1e999..)", "The bound 1e999 is out of range.", None, None),
        ("string??", "A type has two question marks.", None, None),
        ("string x", "'x' stands after the end of the type.", None, None),
        ("string(0..1)", "'(0..1)' stands after the end of the type.", None, None),
        ("", "The name of a type is wanted, not nothing.", "string, integer", None),
    ],
)
def test_a_misspelt_name_of_a_type_is_told_with_its_place_in_the_text(
    written: str, message: str, help_: str | None, suggestion: str | None
) -> None:
    with pytest.raises(TypeSyntaxError) as caught:
        parse_type({"a": {"b": written}})
    error = caught.value
    assert (error.message, error.path, error.suggestion) == (message, ("a", "b"), suggestion)
    assert help_ is None or help_ in (error.help or "")
    assert error.offset is not None
    assert error.end is not None
    if suggestion is not None:
        mended = written[: error.offset] + suggestion + written[error.end :]
        parse_type(mended)


@pytest.mark.parametrize(
    ("written", "path", "words"),
    [
        (3, (), "A type is wanted, not 3."),
        (None, (), "A type is wanted, not null."),
        (["string"], (), 'Write "list[string]".'),
        ({"a": ["x", "y"]}, ("a",), "{enum: [a, b]}"),
        ({"enum": []}, ("enum",), "lists no value"),
        ({"enum": ["a", "a"]}, ("enum", 1), "twice"),
        ({"enum": [{}]}, ("enum", 0), "no single value"),
        ({"type": "integer", "enum": ["a"]}, ("enum", 0), "is not integer"),
        ({"type": "string", "default": "a"}, ("default",), "default"),
        ({"a": {"type": "integer", "default": "3"}}, ("a", "default"), "does not fit its type"),
        ({"type": "string", "description": 3}, ("description",), "text"),
        ({"type": "integer", "minLength": 3}, ("minLength",), "says nothing about integer"),
        ({"type": "string", "minimum": 3}, ("minimum",), "minLength"),
        ({"type": "number", "minimum": 2, "maximum": 1}, ("minimum",), "between 2 and 1"),
        ({"type": "string", "pattern": "(?=a)"}, ("pattern",), "not supported"),
        ({"schema": {"type": "strin"}}, ("schema", "type"), "Did you mean 'string'?"),
        ({"schema": {"properties": {"a": {"minimun": 1}}}},
         ("schema", "properties", "a", "minimun"), "Did you mean `minimum`?"),
        ({"schema": {"$ref": "http://x/y"}}, ("schema", "$ref"), "not local"),
    ],
)  # fmt: skip
def test_a_malformed_type_is_told_with_the_keys_down_to_it(
    written: Any, path: tuple[str | int, ...], words: str
) -> None:
    with pytest.raises(TypeSyntaxError) as caught:
        parse_type(written)
    assert caught.value.path == path
    assert words in f"{caught.value.message} {caught.value.help}"


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["enum", "type", "schema", "default", "minimum", "items", "a", "$ref"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=10,
)
NAMES = st.lists(
    st.sampled_from(
        ["string", "list", "map", "[", "]", "?", "(", ")", "..", "0", "-1", "1.5", " "]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.one_of(JSON, NAMES, st.dictionaries(st.sampled_from(["a", "type"]), NAMES)))
def test_any_value_is_a_type_or_an_error_with_a_path(written: Any) -> None:
    try:
        type_ = parse_type(written)
    except TypeSyntaxError:
        return
    assert describe(type_)
    assert to_json_schema(type_) is not None


def test_deep_nesting_is_an_error() -> None:
    deep: Any = "string"
    for _ in range(5000):
        deep = {"a": deep}
    with pytest.raises(TypeSyntaxError, match="deeper"):
        parse_type(deep)
    with pytest.raises(TypeSyntaxError, match="deeper"):
        parse_type("list[" * 200 + "string" + "]" * 200)
