from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.importers.tidyllm_conditions import BY_NAME
from tests.unit.compiler.importers.converting_aid import codes, melody_of, places, shown
from tests.unit.compiler.importers.test_tidyllm import FILE, imported, with_condition


@pytest.mark.parametrize(
    ("section", "place"),
    [
        ("max_concurrent: 0", "0"), ("max_concurrent: many", "many"), ("max_concurent: 3",
         "max_concurent"), ("resource_limits: {memory_per_task: lots}", "lots"),
        ("resource_limits: {gpu_per_task: 1}", "gpu_per_task"), ("resource_limits: 3", "3"),
        ("resource_limits: {cpu_per_task: 0}", "0"), ("resource_limits: {cpu_per_task: [1]}",
         "[1]"), ("synchronization: {barrier_timeout: soon}", "soon"),
        ("synchronization: {partial_success_threshold: 120%}", "120%"),
    ],
)  # fmt: skip
def test_a_limit_that_is_not_known_is_an_error_at_its_place(section: str, place: str) -> None:
    converted = imported(f"dependencies: {{a: {{}}}}\nparallel_execution:\n  {section}\n")
    assert places(converted) == [("MEL147", FILE, place)]


@pytest.mark.parametrize(
    ("condition", "code", "over"),
    [
        ("timeout: '> 5s'", "MEL147", "'> 5s'"),
        ("timeout: soon", "MEL147", "soon"),
        ("memory_available: '< 4GB'", "MEL147", "'< 4GB'"),
        ("memory_available: '> 4'", "MEL147", "'> 4'"),
        ("cpu_available: '> all'", "MEL147", "'> all'"),
        ("backend_health: a b", "MEL147", "a b"),
        ("backend_health: a OR", "MEL147", "a OR"),
        ("backend_health: 'a\"] or x'", "MEL147", "'a\"] or x'"),
        ("backend_health: ''", "MEL147", "''"),
        ("quality_threshold: 0.9", "MEL147", "0.9"),
        ("quality_threshold: '> good'", "MEL147", "'> good'"),
        ("validation_score: 3", "MEL147", "3"),
        ("approval_status: 'a\" or 1'", "MEL147", "'a\" or 1'"),
        ("deployment_window: a AND (b)", "MEL147", "a AND (b)"),
        ("timeout: [1s]", "MEL147", "[1s]"),
        ("tiemout: 1s", "MEL147", "tiemout"),
        ("color: blue", "MEL147", "color"),
        ("just text", "MEL147", "just text"),
    ],
)
def test_a_condition_that_is_not_known_is_an_error_at_its_place(
    condition: str, code: str, over: str
) -> None:
    converted = with_condition(condition)
    assert converted.text is None
    assert places(converted) == [(code, FILE, over)]


def test_a_misspelt_condition_gets_the_nearest_one() -> None:
    (problem,) = with_condition("tiemout: 1s").diagnostics
    assert problem.label == "did you mean `timeout`?"


@pytest.mark.parametrize("requires", ["[]", "[p, q]"])
def test_a_score_is_of_exactly_one_required_dependency(requires: str) -> None:
    one = f"{{requires: {requires}, conditions: {{x_score: '> 1'}}}}"
    assert places(imported(f"dependencies: {{p: , q: , a: {one}}}\n")) == [
        ("MEL147", FILE, "x_score")
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "MEL103"), ("- a", "MEL147"), ("a: [", "MEL104"), ("x: 1", "MEL147"),
        ("dependencies: {}", "MEL147"), ("dependencies: []", "MEL147"),
        ("dependencies: {a: 3}", "MEL147"), ("dependencies: {a: {requires: [b]}}", "MEL201"),
        ("dependencies: {a: {requires: [3]}}", "MEL147"),
        ("dependencies: {a: {requires: {b: 1}}}", "MEL147"),
        ("dependencies: {a: {require: []}}", "MEL147"),
        ("dependencies: {a: {conditions: x}}", "MEL147"),
        ("dependencies: {a b: {}}", "MEL116"), ("dependencies: {a: {requires: [a]}}", "MEL207"),
        ("dependencies: {a: {}, a: {}}", "MEL107"),
        ("dependencies: {a: {conditions: [{timeout: 1s}, {timeout: 2s}]}}", "MEL107"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_file_is_one_error(text: str, code: str) -> None:
    converted = imported(text)
    assert converted.text is None
    assert [one for one in codes(converted) if one != "MEL149"] == [code]


def test_an_error_behind_many_warnings_is_not_lost() -> None:
    many = "".join(f"  a{n}: {{conditions: {{x{n}: optional}}}}\n" for n in range(500))
    converted = imported(f"dependencies:\n{many}  b: {{requires: [nobody]}}\n")
    assert converted.text is None
    assert codes(converted)[-1] == "MEL201"


def test_conditions_beyond_the_bounds_of_an_expression_are_told() -> None:
    many = [f"a{n}" for n in range(300)]
    text = "".join(f"  {one}: {{conditions: {{approval_status: yes}}}}\n" for one in many)
    converted = imported(f"dependencies:\n{text}  b: {{requires: [{', '.join(many)}]}}\n")
    assert converted.text is None
    assert codes(converted)[-1] == "MEL142"


WORDS = st.sampled_from([
    *BY_NAME, "a", "b", "requires", "dependencies", "parallel_execution", "optional", "available",
    "> 4GB", "> 0.9", "< 3s", "a OR b", "80%", "synchronization", "x_score", "y_threshold", "é", "",
])  # fmt: skip
TREES = st.recursive(
    WORDS | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(WORDS, TREES, max_size=3), TREES)
def test_any_file_gives_a_melody_that_reads_or_diagnostics(tree: Any, conditions: Any) -> None:
    entry = {"requires": "p", "conditions": conditions}
    entries = {"p": None, "a": entry, "b": {"requires": ["p"]}}
    for one in (tree, {"dependencies": entries, "parallel_execution": tree}):
        converted = imported(json.dumps(one, ensure_ascii=False))
        if converted.text is None:
            assert shown(converted)
        else:
            melody_of(converted)
