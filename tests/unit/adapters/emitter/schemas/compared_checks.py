"""Generated checks beside those that a run makes, and schemas that both are tried with."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.border import admit
from conductor_core.evaluator import Evaluator
from conductor_core.failed import StepFault
from tests.unit.adapters.emitter.generated_module import Checks
from workflow_ir.types import compile_schema, complete

KEYWORD_CASES: list[tuple[Any, list[Any]]] = [
    ({"enum": ["a", None]}, ["a", None, "b", True, 0, ["a"]]),
    ({"enum": [1, "a", [1], {"a": True}, False]}, [1, 1.0, True, [True], {"a": 1}, {"a": True}, 0]),
    ({"enum": [str(number) for number in range(12)]}, ["11", "x"]),
    ({"const": {"a": 1}}, [{"a": 1.0}, {"a": True}, {}]),
    ({"const": False}, [False, 0, None]),
    ({"minimum": 1}, [0, 1, 1.0, "x", True]),
    ({"maximum": 1.0}, [2, 1, True]),
    ({"exclusiveMinimum": -0.0}, [0, -1, 1]),
    ({"exclusiveMaximum": 10**30}, [0, 2**62]),
    ({"multipleOf": 0.1}, [0.3, 0.35, 1, True]),
    ({"minLength": 1}, ["", "a", []]),
    ({"maxLength": 1}, ["üü", "ü"]),
    ({"minItems": 2}, [[1], [1, 2], "a"]),
    ({"maxItems": 0}, [[1], []]),
    ({"uniqueItems": True}, [[1, 1.0], [1, True], [{"a": 1}, {"a": 1}], [1, 1, 2, 2], 3]),
    ({"uniqueItems": False}, [[1, 1]]),
    ({"pattern": "^a$"}, ["a", "a\n", "b", 1]),
    ({"items": {"type": "integer"}}, [[1, "a"], {}, []]),
    ({"items": False}, [[], [1]]),
    ({"properties": {"a": {"type": "integer"}}}, [{"a": "x"}, {"b": 1}, 1]),
    ({"properties": {"a": False}}, [{"a": 1}, {}]),
    ({"required": ["b", "a", "b"]}, [{}, {"a": 1}, {"a": 1, "b": 2}, []]),
    ({"additionalProperties": False}, [{}, {"a": 1}, 1]),
    ({"additionalProperties": {"type": "null"}}, [{"a": 1, "b": None}]),
    ({"allOf": [{"minimum": 1}, {"maximum": 0}]}, [0.5, 2]),
    ({"anyOf": [{"type": "string"}, {"properties": {"a": {"type": "null"}}}]}, [1, {"a": 1}]),
    ({"oneOf": [{"minimum": 1}, {"minimum": 2}, False]}, [0, 1, 2]),
    ({"$ref": "#/$defs/a", "$defs": {"a": {"type": "null"}}}, [None, 1]),
    ({"$defs": {"a": {"type": "null"}}}, [1]),
    ({"format": "date", "title": "t", "$comment": "c", "readOnly": True}, ["x"]),
    *[({"type": kind}, [None, True, 1, 1.5, "a", [], {}]) for kind in (
        "null", "boolean", "integer", "number", "string", "array", "object",
        ["string", "null"], ["null", "string"], ["object"], ["array", "array"],
    )],
    (True, [1, None]),
    (False, [1, None]),
    ({}, [1]),
]  # fmt: skip
"""A schema for each keyword, with values that do and do not meet it."""

TREE: Any = {
    "$ref": "#/$defs/t",
    "$defs": {
        "t": {
            "type": "object",
            "properties": {"kids": {"type": "array", "items": {"$ref": "#/$defs/u"}}},
            "additionalProperties": False,
        },
        "u": {"anyOf": [{"$ref": "#/$defs/t"}, {"type": "null"}]},
    },
}
"""A schema that holds itself."""


def deep(levels: int, value: Any = None) -> Any:
    """A value of `TREE`: a value inside so many others."""
    for _ in range(levels):
        value = {"kids": [value]}
    return value


def exact(value: Any) -> str:
    """Types, signs and the order of keys count."""
    return repr(value)


def the_same(checks: Checks, schema: Any, value: Any) -> None:
    """A generated check refuses and fills in what a run does, in the same words."""
    expected = [(one.path, one.message) for one in compile_schema(schema)(value)]
    assert checks.violations(value) == expected
    if expected:
        with pytest.raises(StepFault) as fault:
            admit(value, schema, Evaluator())
        with pytest.raises(checks.module.SchemaError) as raised:
            checks.admit(value)
        assert str(raised.value) == fault.value.error.message
    else:
        assert exact(checks.admit(value)) == exact(complete(value, schema))
