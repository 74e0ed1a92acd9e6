from __future__ import annotations

from typing import Any

import pytest

from melody.running.written_value import WrittenValueError, written_value

TEXT = {"type": "string"}


@pytest.mark.parametrize("text", ["3", "true", "null", "", "[1]", "a=b", "{"])
def test_a_text_stays_as_it_was_written(text: str) -> None:
    assert written_value(text, TEXT) == text
    assert written_value(text, {"type": ["string", "null"]}) == text
    assert written_value(text, {"enum": ["3", "x"]}) == text


@pytest.mark.parametrize(
    ("text", "schema", "value"),
    [
        ("3", {"type": "integer"}, 3),
        ("0.5", {"type": "number"}, 0.5),
        ("true", {"type": "boolean"}, True),
        ("null", {"type": ["integer", "null"]}, None),
        ('["a", "b"]', {"type": "array", "items": TEXT}, ["a", "b"]),
        ('{"a": 1}', {"type": "object"}, {"a": 1}),
        ("2", {"enum": [1, 2]}, 2),
        ("3", {}, 3),
        ("plain words", {}, "plain words"),
        ("b", {"enum": ["b", 1]}, "b"),
    ],
)
def test_everything_else_is_json(text: str, schema: dict[str, Any], value: object) -> None:
    assert written_value(text, schema) == value


@pytest.mark.parametrize(
    ("text", "schema", "told"),
    [
        ("abc", {"type": "integer", "minimum": 1}, "integer(1..)"),
        ("yes", {"type": "boolean"}, "no boolean"),
        ("[1, ", {"type": "array"}, "not JSON"),
        ("{a: 1}", {}, "not JSON"),
        ("NaN", {"type": "number"}, "no number"),
        ("[" * 100_000, {"type": "array"}, "too deeply"),
    ],
)
def test_text_that_is_no_value_of_the_type_is_refused(
    text: str, schema: dict[str, Any], told: str
) -> None:
    with pytest.raises(WrittenValueError) as refused:
        written_value(text, schema)
    assert told in str(refused.value)
