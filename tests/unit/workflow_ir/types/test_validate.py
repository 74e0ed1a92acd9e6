from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflow_ir.types import SchemaError, Violation, compile_schema
from workflow_ir.types.validate import KEYWORDS

POINT: Any = {
    "type": "object",
    "properties": {
        "items": {"type": "array", "items": {"type": "object", "properties": {
            "score": {"type": "number", "minimum": 0, "maximum": 1}}, "required": ["score"]}},
    },
    "required": ["items"],
    "additionalProperties": False,
}  # fmt: skip


def test_a_violation_has_a_path_and_the_fact_with_the_value() -> None:
    check = compile_schema(POINT)
    assert check({"items": [{"score": 0.5}, {"score": 2}, {}], "itens": 1}) == [
        Violation("$.items[1].score", "2 is more than the maximum 1"),
        Violation("$.items[2]", 'the field "score" is missing'),
        Violation("$", '"itens" is no field here; did you mean "items"?'),
    ]


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "integer"}, [0, -5, 2**63 - 1], [1.0, True, "1", None, 2**63]),
        ({"type": "number"}, [0, 0.5], [True, "1", None]),
        ({"type": "string"}, ["", "a"], [1, None, ["a"]]),
        ({"type": "boolean"}, [True, False], [0, 1, "true"]),
        ({"type": "null"}, [None], [0, False, ""]),
        ({"type": ["string", "null"]}, ["a", None], [1]),
        ({"enum": [1, "a", [1]]}, [1, 1.0, "a", [1]], [True, "b", [True]]),
        ({"const": {"a": 1}}, [{"a": 1.0}], [{"a": True}, {}]),
        ({"type": "array", "minItems": 1, "maxItems": 2}, [[1], [1, 2]], [[], [1, 2, 3], {}]),
        ({"uniqueItems": True}, [[1, True], [[1], [2]]], [[1, 1.0], [{"a": 1}, {"a": 1}]]),
        ({"items": {"type": "string"}}, [[], ["a"], 3], [["a", 1]]),
        ({"minimum": 1, "maximum": 2}, [1, 2, "x"], [0, 3, 0.999]),
        ({"exclusiveMinimum": 1, "exclusiveMaximum": 2}, [1.5], [1, 2]),
        ({"multipleOf": 0.1}, [0.3, 1, 0], [0.35]),
        ({"multipleOf": 3}, [9, 0, -3], [10, 1e-3]),
        ({"minLength": 2, "maxLength": 3}, ["ab", "üüü", 5], ["a", "abcd"]),
        ({"pattern": "^a+$"}, ["a", "aaa", 3], ["", "b", "ab"]),
        ({"required": ["a"]}, [{"a": 1}, "x"], [{}, {"b": 1}]),
        ({"additionalProperties": {"type": "integer"}}, [{}, {"a": 1}], [{"a": "x"}]),
        ({"properties": {"a": False}}, [{}, {"b": 1}], [{"a": 1}]),
        ({"anyOf": [{"type": "string"}, {"minimum": 3}]}, ["a", 4, None], [2]),
        ({"oneOf": [{"minimum": 3}, {"multipleOf": 2}]}, [5, 2], [4, 1]),
        ({"allOf": [{"minimum": 3}, {"multipleOf": 2}]}, [4], [5, 2]),
        ({"$ref": "#/$defs/n", "$defs": {"n": {"type": "integer"}}}, [1], ["a"]),
        ({"format": "date", "title": "t", "examples": [1], "$comment": "c"}, ["x", 1], []),
        (True, [1, None], []),
        (False, [], [1, None]),
    ],
)
def test_each_keyword_accepts_and_refuses(schema: Any, good: list[Any], bad: list[Any]) -> None:
    check = compile_schema(schema)
    assert [value for value in good if check(value)] == []
    assert [value for value in bad if not check(value)] == []


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (float("nan"), "$"),
        ([1, float("inf")], "$[1]"),
        ({"a": (1,)}, "$.a"),
        ({1: 2}, "$"),
        ({"a b": 2**64}, '$["a b"]'),
        ("\ud800", "$"),
        (object(), "$"),
        (b"x", "$"),
    ],
)
def test_what_is_no_data_meets_no_schema(value: object, path: str) -> None:
    (violation,) = compile_schema(True)(value)
    assert violation.path == path


def test_recursive_definitions_are_followed() -> None:
    tree: Any = {
        "type": "object",
        "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/t"}}},
    }
    check = compile_schema({"$ref": "#/$defs/t", "$defs": {"t": tree}})
    assert check({"kids": [{"kids": []}, {}]}) == []
    assert check({"kids": [{"kids": [3]}]})[0].path == "$.kids[0].kids[0]"


@pytest.mark.parametrize(
    ("schema", "path", "words"),
    [
        ({"minimun": 1}, ("minimun",), "Did you mean `minimum`?"),
        ({"definitions": {}}, ("definitions",), "Did you mean `$defs`?"),
        ({"if": {}}, ("if",), "'if' is not supported"),
        ({"properties": {"a": {"not": {}}}}, ("properties", "a", "not"), "'not'"),
        ({"$ref": "other.json"}, ("$ref",), "not local"),
        ({"$ref": "#/$defs/b", "$defs": {"a": {}}}, ("$ref",), "'b'"),
        ({"$defs": {"a": {"$ref": "#/$defs/a"}}}, ("$defs", "a", "$ref"), "itself"),
        ({"$defs": {"a/b": {"$ref": "#/$defs/a~1b"}}}, ("$defs", "a/b", "$ref"), "itself"),
        ({"type": "strng"}, ("type",), "Did you mean 'string'?"),
        ({"type": []}, ("type",), "no type"),
        ({"pattern": "(a)\\1"}, ("pattern",), "not supported"),
        ({"minItems": -1}, ("minItems",), "whole number"),
        ({"multipleOf": 0}, ("multipleOf",), "above 0"),
        ({"required": "a"}, ("required",), "list of names"),
        ({"anyOf": []}, ("anyOf",), "list of schemas"),
        ({"enum": []}, ("enum",), "list with values"),
        ({"items": 3}, ("items",), "A schema is wanted"),
        ([], (), "A schema is wanted"),
    ],
)
def test_a_schema_outside_the_subset_is_refused_by_the_keyword(
    schema: Any, path: tuple[str, ...], words: str
) -> None:
    with pytest.raises(SchemaError) as caught:
        compile_schema(schema)
    assert caught.value.path == path
    assert words in f"{caught.value.message} {caught.value.help}"


def test_of_alternatives_the_one_that_got_furthest_is_told() -> None:
    options: Any = [
        {"type": "string"},
        {"type": "object", "properties": {"a": {"type": "integer"}}},
    ]
    check = compile_schema({"anyOf": options})
    assert check({"a": "x"})[0].path == "$.a"
    assert "none of 2" in check(3)[0].message


def test_a_long_list_of_violations_is_cut() -> None:
    assert len(compile_schema({"items": {"type": "string"}})(list(range(1000)))) <= 51


SCHEMAS = st.recursive(
    st.one_of(st.booleans(), st.none(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from([*sorted(KEYWORDS), "not"]), inner, max_size=4),
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(SCHEMAS, SCHEMAS)
def test_any_schema_is_compiled_or_refused_and_then_never_fails(schema: Any, value: Any) -> None:
    try:
        check = compile_schema(schema)
    except SchemaError:
        return
    for violation in check(value):
        assert violation.path.startswith("$")


def test_deep_schemas_and_values_are_errors() -> None:
    deep: Any = {}
    for _ in range(3000):
        deep = {"items": deep}
    with pytest.raises(SchemaError, match="deeper"):
        compile_schema(deep)
    value: Any = []
    for _ in range(3000):
        value = [value]
    assert "deeper" in compile_schema(True)(value)[0].message
    loop: Any = {"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}]}}}
    assert "too deep" in compile_schema(loop)(1)[0].message
