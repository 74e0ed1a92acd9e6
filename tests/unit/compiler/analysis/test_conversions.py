from __future__ import annotations

import pytest

from compiler.analysis.conversions import Conversion, conversion, misfit
from workflow_ir.types import Json, Type, parse_type


def _type(text: str) -> Type:
    return parse_type(text)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("integer", "number", Conversion("number")),
        ("integer?", "number?", Conversion("number")),
        ("number", "number", None),
        ("number", "integer", None),
        ("string", "number", None),
        ("boolean", "number", None),
        ("integer", {"n": "number"}, Conversion("object", "n")),
        ("string", {"text": "string"}, Conversion("object", "text")),
        ("string", {"n": "number"}, None),
        ("string", {"a": "string", "b": "string"}, None),
        ("string?", {"text": "string"}, None),
        ({"text": "string"}, "string", Conversion("field", "text")),
        ({"text": "string?"}, "string", None),
        ({"a": "string", "b": "string"}, "string", None),
        ({"text": "string"}, "number", None),
        ({"text": "string"}, {"other": "string"}, None),
        ({"text": "string"}, "map[string]", None),
        ("json", "number", None),
        ("string", "json", None),
        ("list[string]", {"items": "list[string]"}, Conversion("object", "items")),
    ],
)
def test_only_what_is_safe_is_converted(
    source: object, target: object, expected: Conversion | None
) -> None:
    assert conversion(parse_type(source), parse_type(target)) == expected  # type: ignore[arg-type]


def test_what_can_be_converted_fits_and_what_cannot_does_not() -> None:
    assert misfit(_type("integer"), _type("number")) is None
    assert misfit(_type("string"), parse_type({"t": "string"})) is None
    assert misfit(Json(), _type("number")) is None
    assert misfit(_type("string"), _type("number")) == "string where number is wanted"
