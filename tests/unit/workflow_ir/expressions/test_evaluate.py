from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from workflow_ir.expressions import EvaluationError, compile, parse
from workflow_ir.types.model import JsonValue

NAMES: dict[str, Any] = {
    "inputs": {"n": 3, "s": "text", "none": None, "xs": [1, 2, 3], "flag": True, "class": "c"},
    "steps": {"a": {"output": {"x": 0.9}, "ok": True}, "b": {"ok": False}},
}


def value(source: str, names: Mapping[str, object] = NAMES) -> JsonValue:
    return compile(parse(source))(names)


def error(source: str, names: Mapping[str, object] = NAMES) -> EvaluationError:
    with pytest.raises(EvaluationError) as caught:
        value(source, names)
    return caught.value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("steps.a.output.x > 0.8", True),
        ("inputs.class + inputs['s']", "ctext"),
        ("1 < inputs.n <= 3 != 4", True),
        ("inputs.xs[-1] + inputs.xs[0]", 4),
        ("inputs.xs[1:] + inputs.xs[:-2]", [2, 3, 1]),
        ("inputs.s[1:3]", "ex"),
        ("'a' if inputs.flag else 1 / 0", "a"),
        ("inputs.flag or 1 / 0 > 1", True),
        ("not inputs.flag and 1 / 0 > 1", False),
        ("[[x, y] for x in inputs.xs for y in [1, 3] if x == y]", [[1, 1], [3, 3]]),
        ("[k + str(v) for k, v in zip(['a', 'b'], inputs.xs)]", ["a1", "b2"]),
        ("any(x == 2 or x / 0 > 1 for x in [2, 0])", True),
        ("{'a': {'b': null}, inputs.s: [true]}", {"a": {"b": None}, "text": [True]}),
        ("null == inputs.none", True),
        ("'' == null", False),
        ("1 == '1'", False),
        ("1 == 1.0", True),
        ("[1, [2.0]] == [1.0, [2]]", True),
        ("'x' in inputs", False),
        ("7 // -2", -4),
        ("-7 % 3", 2),
        ("6 / 3", 2.0),
        ("-9223372036854775808", -(2**63)),
    ],
)
def test_values_are_those_of_python(source: str, expected: object) -> None:
    result = value(source)
    assert (result, type(result)) == (expected, type(expected))


@pytest.mark.parametrize(
    "source",
    [
        "true + 1", "true < 2", "1 == true", "[true] == [1]", "1 in [true]", "'a' < 1", "null < 1",
        "[1] < [2]", "'a' * 3", "[1] * 3", "'a' + 1", "'%s' % 1", "-'a'", "-true", "not 1",
        "1 and true",
        "1 if 1 else 2", "inputs.xs['a']", "inputs.xs[true]", "inputs.xs[0.0]", "inputs[0]",
        "inputs.s.x", "inputs.n[0]", "1 in 'a'", "1 in inputs", "1 in 2", "[x for x in 'abc']",
        "[x for x in inputs]", "[x for x in inputs.xs if x]", "[a for a, b in [[1]]]",
        "{1: 2}['a']", "{inputs.n: 1}", "inputs.xs['0':]", "inputs.xs[null:]", "inputs[1:]",
        "any([1])", "all(x for x in [1])", "sum([true])", "sum('ab')", "max([1, 'a'])",
        "min(true, 1)",
        "max([])", "sorted([1, 'a'])", "sorted([true])", "len(1)", "len(null)", "upper(1)",
        "join([1], ',')", "split('a', '')", "round(true)", "round(1.5, 1.0)", "abs('1')",
        "int(true)",
        "int(null)", "keys([1])", "zip([1], 'a')", "range(1.0)", "contains(1, 1)", "first('ab')",
        "bullets('a')", "nosuch(1)", "len()", "len(1, 2)", "duration(90)", "health(1)",
    ],
)  # fmt: skip
def test_where_python_would_mix_types_the_error_is_a_type_error(source: str) -> None:
    names = {**NAMES, "__health__": lambda name: True}
    assert error(source, names).code == "expression.type"


@pytest.mark.parametrize(
    "source",
    [
        "9223372036854775807 + 1", "-9223372036854775808 - 1", "9223372036854775807 * 2",
        "-(-9223372036854775808)", "abs(-9223372036854775808)", "1e308 * 10", "1e308 + 1e308",
        "1 / 0", "1 // 0", "1 % 0", "1.0 / 0.0", "1e308 / 1e-300", "sum([1e308, 1e308])",
        "sum([9223372036854775807, 1])", "int('x')", "int('1.5')", "int(1e300)", "float('nan')",
        "float('inf')", "float('1e999')", "int('9223372036854775808')", "round(1e300)",
        "round(1.5, 400)", "duration('soon')", "-9223372036854775808 // -1",
    ],
)  # fmt: skip
def test_a_number_out_of_range_or_without_a_result_is_a_number_error(source: str) -> None:
    assert error(source).code == "expression.number"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("inputs.nam", "'nam'"),
        ("inputs.flog", "did you mean 'flag'?"),
        ("inputs.gone", "default(inputs.gone, y)"),
        ("steps.b.output.x", "'output'"),
        ("inputs.none.x", "null has no key 'x'"),
        ("inputs.xs[9]", "no item 9 among 3"),
        ("[x.k for x in [{}]]", "'k'"),
        ("other.x", "'other'"),
        ("first([])", "empty"),
        ("coalesce(inputs.gone, inputs.none)", "coalesce"),
        ("now()", "now()"),
    ],
)
def test_a_read_that_finds_nothing_names_the_key_and_the_way_out(source: str, words: str) -> None:
    caught = error(source)
    assert caught.code == "expression.missing"
    assert words in caught.message


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("default(steps.b.output.x, 1)", 1),
        ("default(inputs.none, 1)", 1),
        ("default(inputs.none.x.y, 1)", 1),
        ("default(inputs.xs[7], 1)", 1),
        ("default(inputs.n, 1 / 0)", 3),
        ("default(first([]), 'none')", "none"),
        ("has(steps.b.output)", False),
        ("has(inputs.none)", False),
        ("has(inputs.flag)", True),
        ("coalesce(steps.b.output, inputs.none, inputs.n, 1 / 0)", 3),
    ],
)
def test_guards_answer_what_is_missing_or_null(source: str, expected: object) -> None:
    assert value(source) == expected


def test_guards_hide_no_other_error() -> None:
    assert error("default(inputs.s + 1, 0)").code == "expression.type"
    assert error("has(1 / 0)").code == "expression.number"
    assert error("default(inputs.gone, inputs.also_gone)").code == "expression.missing"


class View(Mapping[str, object]):
    """What the conductor gives in place of a map: members come when they are read."""

    def __init__(self, held: dict[str, object], *, listed: tuple[str, ...] = ()) -> None:
        self.held = held
        self.listed = (*held, *listed)

    def __getitem__(self, key: str) -> object:
        return self.held[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.listed)

    def __len__(self) -> int:
        return len(self.listed)


def test_views_are_read_like_maps_and_become_maps() -> None:
    steps = View({"a": View({"output": [1]}, listed=("error",))})
    assert value("steps.a.output[0]", {"steps": steps}) == 1
    assert value("steps", {"steps": steps}) == {"a": {"output": [1]}}
    assert value("keys(steps.a)", {"steps": steps}) == ["output"]
    assert error("steps.b.output", {"steps": steps}).code == "expression.missing"


@pytest.mark.parametrize("hostile", [(1, 2), {1}, object(), b"x", 1j])
def test_python_objects_never_enter(hostile: object) -> None:
    assert error("x", {"x": hostile}).code == "expression.type"
    assert error("x.real", {"x": hostile}).code == "expression.type"
    assert error("x.y", {"x": {"y": hostile}}).code == "expression.type"


def test_now_is_the_time_that_the_caller_gives() -> None:
    assert value("now()", {"__now__": "2000-01-01T00:00:00Z"}) == "2000-01-01T00:00:00Z"


def test_health_asks_the_caller() -> None:
    assert value("health('db')", {"__health__": lambda name: name == "db"}) is True
    assert error("health('db')").code == "expression.missing"


def test_loops_keep_their_names_to_themselves() -> None:
    assert value("[x for x in [1]] + [x]", {"x": 5}) == [1, 5]
