from __future__ import annotations

from typing import Any

import pytest

from workflow_ir.types import (
    Enum,
    Json,
    Null,
    Number,
    String,
    assignable,
    describe,
    join,
    may_equal,
    mismatch,
    parse_type,
)
from workflow_ir.types.model import NEVER, without_null


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("integer", "number"),
        ("integer", "number(0..1)"),
        ("string", "string?"),
        ("null", "string?"),
        ("json", "list[string]"),
        ("list[integer]", "json"),
        ("string", {"enum": ["a"]}),
        ({"enum": ["a", "b"]}, "string"),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}),
        ("string", "path"),
        ("list[integer]", "list[number?]"),
        ({"a": "string", "b": "integer"}, {"a": "string", "b": "number", "c": "string?"}),
        ({"a": "integer"}, "map[number]"),
        ({"schema": {"type": "string", "minLength": 1}}, "string"),
        ({"schema": {"anyOf": [{"type": "integer"}, {"type": "null"}]}}, "number?"),
    ],
)
def test_a_value_fits_where_its_kind_is_wanted(source: Any, target: Any) -> None:
    assert mismatch(parse_type(source), parse_type(target)) is None


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("number", "integer", "number where integer is wanted"),
        ("string?", "string", "null is not string"),
        ("integer(2..)", "number(0..1)", "integer(2..) where number(0..1) is wanted"),
        ({"enum": ["a", "c"]}, {"enum": ["a", "b"]}, '"c" is not "a" | "b"'),
        ({"enum": ["a"]}, "integer", '"a" where integer is wanted'),
        ("list[string]", "list[integer]", "at [*]: string is not integer"),
        ({"a": {"b": "string"}}, {"a": {"b": "boolean"}}, "at .a.b: string is not boolean"),
        ({"a": "string"}, {"a": "string", "b": "string"}, "the field 'b' is missing"),
        ({"a": "string", "z": "string"}, {"a": "string"}, "there is no field 'z'"),
        ({"a": "string?"}, {"a": "string"}, "null is not string"),
        ("map[string]", {"a": "string"}, "map[string] where {a: string} is wanted"),
        ("boolean", "number", "boolean where number is wanted"),
    ],
)
def test_what_does_not_fit_is_told_with_the_place_inside(
    source: Any, target: Any, words: str
) -> None:
    reason = mismatch(parse_type(source), parse_type(target))
    assert reason is not None
    assert words in reason
    assert not assignable(parse_type(source), parse_type(target))


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("string", "integer", False),
        ("integer", "number", True),
        ("boolean", "integer", False),
        ("number(0..1)", "integer(2..)", False),
        ({"enum": ["a"]}, {"enum": ["b"]}, False),
        ({"enum": ["a"]}, "string", True),
        ({"enum": [1]}, {"enum": [True]}, False),
        ("string?", "null", True),
        ("string?", "integer?", True),
        ("string", "null", False),
        ("json", "null", True),
        ("list[string]", "list[integer]", True),
    ],
)
def test_sides_that_share_no_value_can_never_be_equal(one: Any, two: Any, expected: bool) -> None:
    assert may_equal(parse_type(one), parse_type(two)) is expected
    assert may_equal(parse_type(two), parse_type(one)) is expected


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (["string", "null"], "string?"),
        (["integer(1..2)", "integer(5..)"], "integer(1..)"),
        (["integer", "number"], "number"),
        ([{"enum": ["a"]}, {"enum": ["b"]}], '"a" | "b"'),
        ([{"enum": ["a"]}, "string"], "string"),
        (["string", "integer"], "string | integer"),
        (["list[integer]", "list[string]"], "list[integer | string]"),
        ([{"a": "integer"}, {"a": "string"}], "{a: integer | string}"),
        ([{"a": "integer"}, {"b": "string"}], "{a: integer} | {b: string}"),
        (["json", "string"], "json"),
        ([], "nothing"),
        (["null"], "null"),
    ],
)
def test_a_join_is_the_least_type_that_all_fit(written: list[Any], shown: str) -> None:
    types = [parse_type(part) for part in written]
    joined = join(types)
    assert describe(joined) == shown
    assert all(assignable(type_, joined) for type_ in types)


def test_many_alternatives_are_dynamic() -> None:
    types = [parse_type({f"f{n}": "string"}) for n in range(20)]
    assert join(types) == Json()


def test_null_can_be_taken_away() -> None:
    assert without_null(Null()) == NEVER
    assert without_null(Enum(("a", None))) == Enum(("a",))
    assert without_null(parse_type("number?")) == Number()
    assert without_null(String()) == String()


def test_a_long_type_is_described_in_short() -> None:
    fields: Any = {f"field_{n}": "string" for n in range(40)}
    assert len(describe(parse_type({"a": {"b": {"c": {"d": fields}}}, **fields}))) < 200
