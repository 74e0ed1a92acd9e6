from __future__ import annotations

from typing import Any

import pytest

from workflow_ir.expressions import EvaluationError, compile, parse
from workflow_ir.expressions.function_names import FUNCTION_NAMES, GUARDS, TAKES_GENERATOR
from workflow_ir.expressions.functions import FUNCTIONS
from workflow_ir.types.model import JsonValue

NAMES: dict[str, Any] = {
    "s": "Grüße",
    "m": {"b": 1, "a": [None]},
    "__now__": "2000-01-01T00:00:00Z",
}


def value(source: str) -> JsonValue:
    return compile(parse(source))(NAMES)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("len(s) + len([1, 2]) + len(m)", 9),
        ("sum([])", 0),
        ("sum([1, 2.5])", 3.5),
        ("min([3, 1.5])", 1.5),
        ("max('b', 'a')", "b"),
        ("max(1, 2, 3)", 3),
        ("round(2.5)", 2),
        ("round(3.5)", 4),
        ("round(2.675, 2)", 2.67),
        ("round(1234, -2)", 1200),
        ("abs(-2.5)", 2.5),
        ("str('a') + str(1) + str(1.0) + str(true) + str(null)", "a11.0truenull"),
        ("str({'a': ['ü', 1e16]})", '{"a":["ü",1e+16]}'),
        ("int(-2.9)", -2),
        ("int(' 12 ')", 12),
        ("float('1e3')", 1000.0),
        ("float(3)", 3.0),
        ("[bool(x) for x in [0, 0.0, '', [], {}, null, false]]", [False] * 7),
        ("[bool(x) for x in [1, ' ', [0], {'a': 0}, true]]", [True] * 5),
        ("any([])", False),
        ("all([])", True),
        ("sorted([3, 1, 2.5])", [1, 2.5, 3]),
        ("sorted(['b', 'B', 'ä'])", ["B", "b", "ä"]),
        ("unique([1, 1.0, true, 'a', 'a', [1], [1.0], null])", [1, True, "a", [1], None]),
        ("first([1, 2]) + last([1, 2])", 3),
        ("lower('ÄB') + upper('ß') + strip('\\t a ')", "äbSSa"),
        ("split('a,,b', ',')", ["a", "", "b"]),
        ("join(['a', 'b'], ', ')", "a, b"),
        ("replace('aXbX', 'X', '')", "ab"),
        ("bullets(['a', 'b\\nc', 1, {'k': null}])", '- a\n- b\n  c\n- 1\n- {"k":null}'),
        ("bullets([])", ""),
        ("lines('a\\nb\\r\\nc\\n')", ["a", "b", "c"]),
        ("contains('abc', 'b') and contains([1], 1) and contains(m, 'a')", True),
        ("startswith('abc', 'a') and endswith('abc', 'c')", True),
        ("json({'b': 1, 'a': [null, true, 'é\\n', 0.1]})", '{"b":1,"a":[null,true,"é\\n",0.1]}'),
        ("from_json('{\"a\": [1, 2.0]}')", {"a": [1, 2.0]}),
        ("keys(m)", ["b", "a"]),
        ("values(m)", [1, [None]]),
        ("zip([1, 2, 3], ['a', 'b'])", [[1, "a"], [2, "b"]]),
        ("range(3) + range(2, 4)", [0, 1, 2, 2, 3]),
        ("range(-1) + range(3, 1)", []),
        ("now()", "2000-01-01T00:00:00Z"),
        ("duration('90s')", 90),
        ("duration('1h30m')", 5400),
        ("duration('1.5s')", 1.5),
        ("duration('0.0001ms')", 1e-7),
        ("duration('0.000000001ms')", 1e-12),
        ("duration('100ms') == duration('0.1s')", True),
    ],
)
def test_each_function_gives_what_the_table_says(source: str, expected: object) -> None:
    result = value(source)
    assert (result, type(result)) == (expected, type(expected))


@pytest.mark.parametrize("source", ["range(3, m.a[0])", "range(m.a[0])", "range(m.a[0], 3)"])
def test_no_bound_of_a_range_may_be_null(source: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        value(source)
    assert caught.value.code == "expression.type"


@pytest.mark.parametrize(
    "text",
    ["", "{", "NaN", "[Infinity]", "1e999", "99999999999999999999", '"\\ud800"', "[" * 5000, "'a'"],
)
def test_text_that_is_no_json_data_is_a_format_error(text: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        compile(parse("from_json(t)"))({"t": text})
    assert caught.value.code == "output.format"


def test_the_table_and_the_names_that_the_reader_knows_are_the_same() -> None:
    assert set(FUNCTIONS) == FUNCTION_NAMES
    assert FUNCTION_NAMES > GUARDS | TAKES_GENERATOR


def test_the_table_is_that_of_language_version_1() -> None:
    spec = (
        "len sum min max round abs str int float bool any all sorted unique first last default has "
        "lower upper strip split join replace bullets lines contains startswith endswith json "
        "from_json keys values zip range coalesce now duration"
    )
    assert set(spec.split()) | {"health"} == FUNCTION_NAMES


@pytest.mark.parametrize("name", sorted(FUNCTION_NAMES))
def test_a_usage_shows_the_functions_own_name(name: str) -> None:
    assert FUNCTIONS[name].usage.startswith(f"{name}(")
