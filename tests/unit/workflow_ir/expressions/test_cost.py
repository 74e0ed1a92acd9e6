"""No expression of 4 KiB, over any data, takes long or makes much."""

from __future__ import annotations

from typing import Any

import pytest

from workflow_ir.expressions import EvaluationError, compile, parse
from workflow_ir.expressions.frame import measure
from workflow_ir.types.model import JsonValue

MEGA = 1_000_000
BIG: dict[str, Any] = {
    "s": "a" * MEGA,
    "t": "a" * (MEGA - 1) + "b",
    "xs": list(range(100_000)),
    "ss": ["ab"] * 50_000,
}


def nested(levels: int) -> Any:
    data: Any = []
    for _ in range(levels):
        data = [data]
    return data


@pytest.mark.parametrize(
    "source",
    [
        "[x * y for x in range(10000) for y in range(10000)]",
        "sum(x * y for x in range(10000) for y in range(10000))",
        "[x for x in range(10000) for y in range(10000) if false]",
        "s + s",
        "xs + xs",
        "replace(s, 'a', 'aa')",
        "replace(s, '', 'bb')",
        "join(ss, s)",
        "join([s, s], '')",
        "bullets([s, s])",
        "split(s, 'a')",
        "json([s, s])",
        "str([[s, s], [s, s]])",
        "[s, s]",
        "{'a': s, 'b': s}",
        "[[s for x in range(100)] for y in range(100)]",
        "any(contains(s, 'b') for x in range(10000))",
        "any(s == t for x in range(10000))",
        "any(s > t for x in range(10000))",
        "any(startswith(s, t) for x in range(10000))",
        "any(xs != xs + [] for x in range(100))",
        "any(len(sorted(xs)) == 0 for x in range(100))",
        "any(len(unique(xs)) == 0 for x in range(100))",
        "any(max(xs) == -1 for x in range(100))",
        "any(sum(xs) == -1 for x in range(100))",
        "any(len(xs[1:]) == 1 for x in range(100))",
        "any(len(lines(s)) == 2 for x in range(10000))",
        "any(upper(s) == '' for x in range(10000))",
        "any(-1 in xs for x in range(100))",
        "any(len(json(xs)) == 1 for x in range(10000))",
        "range(10001)",
        "range(-5000, 5002)",
        "[from_json('1') for x in range(10000) for y in xs]",
    ],
)
def test_work_and_size_are_refused_before_they_are_done(source: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        compile(parse(source))(BIG)
    assert caught.value.code == "expression.cost"


def test_a_large_input_may_be_passed_on() -> None:
    names = {"inputs": {"doc": "a" * (3 * MEGA)}}
    assert compile(parse("inputs.doc"))(names) == "a" * (3 * MEGA)
    assert compile(parse("len(inputs.doc) > 10"))(names) is True


@pytest.mark.parametrize("source", ["json(d)", "[d] == [d]", "unique([d])", "d == d", "str(d)"])
def test_data_nested_too_deep_is_an_error_of_the_expression(source: str) -> None:
    names = {"d": nested(50_000)}
    with pytest.raises(EvaluationError) as caught:
        compile(parse(source))(names)
    assert caught.value.code == "expression.cost"


def test_the_lower_bound_of_a_size_counts_shared_parts_each_time() -> None:
    part: JsonValue = ["x" * 10]
    assert measure([part, part]) == len('[["xxxxxxxxxx"],["xxxxxxxxxx"]]')
    assert measure({"ab": [1, True, None]}) == len('{"ab":[1,t,n]}')
