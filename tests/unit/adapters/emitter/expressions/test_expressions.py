"""Expressions as Python: how they look, that they give the conductor's values, and its errors."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from adapters.emitter.expressions.functions import GENERATED_NAMES
from adapters.emitter.expressions.written import condition_source, expression_source, value_source
from tests.fuzz.environment import environment
from tests.fuzz.expression_property import same
from tests.fuzz.grammar import expression as random_expression
from tests.unit.adapters.emitter.expressions import expression_stage as stage
from tests.unit.adapters.emitter.expressions.expression_stage import code_of, conducted, expr, run
from tests.unit.workflow_ir.expressions.sources import NAMES, SOURCES
from workflow_ir.expressions import ExpressionError, parse
from workflow_ir.expressions.function_names import FUNCTION_NAMES

TRIALS = 1500
NOT_RUN = frozenset({"expression.cost"})
"""What the conductor refuses since it would take too long is not tried in Python."""


@pytest.mark.parametrize(
    ("source", "python", "functions"),
    [
        ("steps.log.output.exit_code != 1", "steps['log']['output']['exit_code'] != 1", ()),
        ("default(steps.a.output.class, [])",
         "default(lambda: steps['a']['output']['class'], lambda: [])", ("default",)),
        ("[default(r.v, '') for r in rows]",
         "[default(lambda r=r: r['v'], lambda: '') for r in rows]", ("default",)),
        ("inputs.a == null or inputs.a != true",
         "inputs['a'] is None or inputs['a'] is not True", ()),
        ("lower(strip(a)) + upper('b')", "a.strip().lower() + 'b'.upper()", ()),
        ("split(a, ',')[0] in lines(b)", "a.split(',')[0] in b.splitlines()", ()),
        ("join([x.n for x in xs], ', ')", "', '.join([x['n'] for x in xs])", ()),
        ("replace(a, 'b', 'c')", "a.replace('b', 'c')", ()),
        ("startswith(a, b) or endswith(a, b)", "a.startswith(b) or a.endswith(b)", ()),
        ("contains(a, b) and not contains(c, d)", "b in a and d not in c", ()),
        ("first(xs) + last(xs)", "xs[0] + xs[-1]", ()),
        ("len(keys(m)) == len(values(m))", "len(list(m.keys())) == len(list(m.values()))", ()),
        ("[k for k in keys(m)] + [i for i in range(2, 4)]",
         "[k for k in m.keys()] + [i for i in range(2, 4)]", ()),
        ("range(3)", "list(range(3))", ()),
        ("[x + y for x, y in zip(xs, ys)]",
         "[x + y for x, y in zip(xs, ys, strict=False)]", ()),
        ("[p for p in zip(xs, ys)]", "[p for p in pairs(xs, ys)]", ("pairs",)),
        ("sum(x for x in xs) + min(xs) + max(a, b) + abs(a) + round(a, 2)",
         "sum(x for x in xs) + min(xs) + max(a, b) + abs(a) + round(a, 2)", ()),
        ("any(x > 1 for x in xs) and all(ys) and bool(a)",
         "any(x > 1 for x in xs) and all(ys) and bool(a)", ()),
        ("sorted(unique(xs))", "sorted(unique(xs))", ("unique",)),
        ("bullets(xs) + json(a) + str(from_json(b))",
         "bullets(xs) + as_json(a) + as_text(from_json(b))",
         ("as_json", "as_text", "bullets", "from_json")),
        ("str(len(a)) + str('b') + str(str(c)) + str(d + 'e')",
         "str(len(a)) + 'b' + as_text(c) + (d + 'e')", ("as_text",)),
        ("int(a) + int(len(b)) + int(3) + int(float(c))",
         "read_integer(a) + int(len(b)) + 3 + int(read_number(c))",
         ("read_integer", "read_number")),
        ("float(-(1.5)) + float(2) + float(float(a))",
         "-1.5 + float(2) + read_number(a)", ("read_number",)),
        ("duration('90s') + 1", "duration('90s') + 1", ("duration",)),
        ("coalesce(a.b, c) if has(a) else null",
         "coalesce(lambda: a['b'], lambda: c) if has(lambda: a) else None", ("coalesce", "has")),
        ("[null, 1][0] + {'a': 1, 'b': 'x'}.a",
         "untyped([None, 1][0]) + untyped({'a': 1, 'b': 'x'}['a'])", ("untyped",)),
        ("[0 for _ in range(2)]", "[0 for _ in range(2)]", ()),
    ],
)  # fmt: skip
def test_an_expression_looks_as_a_person_would_write_it(
    source: str, python: str, functions: tuple[str, ...]
) -> None:
    made = expression_source(expr(source))
    assert (str(made.code), made.functions) == (python, functions)


def test_what_is_read_is_told_and_so_are_the_time_and_the_health() -> None:
    source = "[steps.a.x + now() for x in inputs.b if health(x) and host.cpu_free > row_index]"
    made = expression_source(expr(source))
    assert made.roots == ("health()", "host", "inputs", "now()", "row_index", "steps")
    assert "+ now for" in made.code
    assert "health(x)" in made.code


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("inputs.want", "truth(inputs['want'])"),
        ("not inputs.want", "not truth(inputs['want'])"),
        ("not (not inputs.want)", "truth(inputs['want'])"),
        ("a and (b == c or not d)", "truth(a) and (b == c or not truth(d))"),
        ("default(a, false)", "truth(default(lambda: a, lambda: False))"),
        ("a if b else c", "truth(a if b else c)"),
        ("steps.a.ok and has(a) and startswith(b, c)",
         "steps['a']['ok'] and has(lambda: a) and b.startswith(c)"),
        ("[x for x in a if x] == []", "[x for x in a if x] == []"),
        ("true", "True"),
        ("[steps.ok for steps in a][0]", "truth([steps_['ok'] for steps_ in a][0])"),
    ],
)  # fmt: skip
def test_a_condition_is_a_boolean(source: str, python: str) -> None:
    made = condition_source(expr(source))
    assert str(made.code) == python
    assert ("truth" in made.functions) == ("truth(" in python)


@pytest.mark.parametrize("value", [1, 0, None, "true", [], {}])
@pytest.mark.parametrize("source", ["a", "not a", "true and a", "a or false", "not (not a)"])
def test_a_condition_that_is_no_boolean_is_an_error_of_type(source: str, value: object) -> None:
    with pytest.raises(TypeError, match="true or false") as caught:
        run(condition_source(expr(source)), {"a": value})
    assert code_of(caught.value) == "expression.type"


def _trial(seed: int) -> str:
    """What became of the expression of a seed; it must not differ from the conductor's word."""
    scope = environment(seed // 25)
    text = random_expression(Random(f"emitted {seed}"), scope)
    try:
        made = value_source(expr(text))
    except ExpressionError:
        return "refused"
    assert made.code.isascii()
    assert set(made.functions) <= GENERATED_NAMES
    code, value = conducted(expr(text), scope.names)
    if code is not None:
        return code
    emitted = run(made, scope.data() | {n: scope.names[n] for n in ("__now__", "__health__")})
    assert same(value, emitted), (seed, text, str(made.code), value, emitted)
    return "value"


def test_a_value_is_the_value_of_the_conductor() -> None:
    ends = Counter(map(_trial, range(TRIALS)))
    assert ends["value"] > 0.7 * TRIALS, ends
    assert ends["refused"] < 0.03 * TRIALS, ends


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SOURCES)
def test_so_it_is_for_expressions_that_were_drawn_otherwise(source: str) -> None:
    try:
        parse(source)
    except ExpressionError:
        return
    code, value = conducted(expr(source), NAMES)
    if code is None:
        made = value_source(expr(source))
        emitted = run(made, NAMES)
        assert same(value, emitted), (source, str(made.code), value, emitted)


DATA: dict[str, Any] = {
    "n": 7, "f": 2.5, "big": 2**63 - 1, "huge": 1e308, "zero": 0, "t": "text", "yes": True,
    "none": None, "xs": [3, 1, 2], "ws": ["b", "a"], "empty": [], "m": {"k": 1, "none": None},
    "bools": [True, False], "mixed": [1, "a"], "pairs": [[1, 2], [3]],
}  # fmt: skip

ERRORS = {
    "expression.missing": [
        "m.gone", "m['gone']", "m[t]", "xs[9]", "xs[-9]", "t[9]", "none.k", "none[0]", "none[1:]",
        "m.none.k", "first(empty)", "last(empty)", "coalesce(m.gone, none)", "m.k + m.gone",
        "default(m.gone, m.gone)", "not has(m.gone) and m.gone", "[x.k for x in [none]]",
        "lower(m.gone)", "join([m.gone], t)", "str(m.gone)",
    ],
    "expression.type": [
        "t + n", "n + t", "xs + t", "none + 1", "m + m", "t - t", "xs - xs", "t * f", "m * 2",
        "t / 2", "t // 2", "none % 2", "-t", "+xs", "-none", "n < t", "t < n", "none < 1", "m < m",
        "n.k", "f.k", "yes.k", "xs.k", "t.k", "xs[t]", "xs[f]", "n[0]", "m[1]", "m[f]", "n[1:]",
        "m[1:]", "xs[t:]", "xs[:f]", "1 in t", "1 in n", "1 in none", "xs in m", "xs in t",
        "t in n", "[x for x in n]", "[x for x in none]", "[x for x, y in xs]",
        "[x for x, y in pairs]", "{[m][0]: 1}", "{[xs][0]: 1}", "len(n)", "len(none)", "sum(n)",
        "sum(ws)", "sum(mixed)", "min(empty)", "max(empty)", "min(n, t)", "max(mixed)", "min(n)",
        "sorted(mixed)", "sorted(n)", "abs(t)", "abs(xs)", "round(t)", "round(none)",
        "round(f, t)", "range(t)", "range(f)", "range(none)", "int(none)", "int(xs)", "int(yes)",
        "float(m)", "float(yes)", "lower(n)", "upper(none)", "strip(xs)", "split(n, t)",
        "split(t, n)", "split(t, '')", "join(ws, n)", "join(xs, t)", "join(n, t)",
        "replace(t, n, t)", "replace(n, t, t)", "lines(n)", "startswith(t, n)", "startswith(t, ws)",
        "endswith(n, t)", "keys(xs)", "keys(none)", "values(t)", "zip(n, xs)", "any(n)", "all(n)",
        "unique(n)", "bullets(n)", "from_json(n)", "duration(n)", "first(n)", "last(n)",
        "contains(n, t)", "contains(t, n)",
    ],
    "expression.number": [
        "1 / zero", "1 // zero", "1 % zero", "f / 0.0", "f % 0.0", "f // 0.0", "int('x')",
        "int('1.5')", "int('1_0')", "int('')", "float('x')", "float('nan')", "float('inf')",
        "duration('x')", "duration('')", "duration('1')", "round(huge * 10)", "int(huge * 10)",
    ],
    "output.format": ["from_json('{')", "from_json('')", "from_json('NaN')",
                      "from_json('[-Infinity]')"],
}  # fmt: skip
"""Errors that are errors in Python, too."""

VALUES_IN_PYTHON = {
    "a boolean is a number": [
        "yes + 1", "1 - yes", "yes * yes", "-yes", "yes < 2", "1 == yes", "yes != 1",
        "[1] == [yes]", "1 in bools", "yes in xs", "xs[yes]", "xs[yes:]", "sum(bools)",
        "min(bools)", "max(yes, 2)", "abs(yes)", "round(yes)", "round(f, yes)", "range(yes)",
        "sorted(bools)",
    ],
    "everything is true or false": [
        "n and yes", "none or yes", "not t", "1 if xs else 2", "any(xs)", "all(ws)",
        "[x for x in xs if x]",
    ],
    "numbers go on": [
        "big + 1", "big * big", "-big - big", "huge * 10", "huge + huge", "sum([big, 1])",
        "sum([huge, huge])", "round(1e300)", "int(1e300)", "abs(-big - 1)", "round(f, 31)",
        "int('9999999999999999999')", "float('1e999')", "duration('999999999999999w')",
    ],
    "operators mean more": ["t * 2", "2 * xs", "'%d' % n", "xs < xs", "sorted(pairs)", "min(pairs)",
                            "max(xs, xs)"],
    "what can be gone over is a list": [
        "[x for x in t]", "[x for x in m]", "[x for x, y in ['ab']]", "first(t)", "last(t)",
        "join(t, t)", "join(m, t)", "sum('')", "min(t)", "max(m)", "any(t)", "all(m)", "sorted(m)",
        "unique(t)", "bullets(t)", "zip(t, m)", "[x for x, y in zip(t, xs)]",
    ],
    "keys and bounds": ["1 in m", "none in m", "contains(m, 1)", "{1: 2}", "xs[none:]", "t[:none]",
                        "split(t, none)"],
    "guards": ["default(m[1], 2)", "has(m[f])", "coalesce(first(none), 1)",
               "default(last(none), 1)"],
    "too large": ["from_json('1e999')", "from_json('99999999999999999999')",
                  "len(range(20000))"],
}  # fmt: skip
"""Errors that are none in Python: the list of `adapters.emitter.expressions.written`."""


@pytest.mark.parametrize(("code", "sources"), ERRORS.items(), ids=ERRORS)
def test_an_error_is_told_by_what_python_raises(code: str, sources: list[str]) -> None:
    met = {}
    for source in sources:
        assert conducted(expr(source), DATA)[0] == code, source
        with pytest.raises(Exception) as caught:  # noqa: PT011  # `code_of` tells which
            stage.given(source, DATA)
        met[source] = code_of(caught.value)
    assert met == dict.fromkeys(sources, code)


@pytest.mark.parametrize("sources", VALUES_IN_PYTHON.values(), ids=VALUES_IN_PYTHON)
def test_where_python_is_known_to_be_more_lenient_it_is(sources: list[str]) -> None:
    for source in sources:
        assert conducted(expr(source), DATA)[0] is not None, source
        stage.given(source, DATA)


def test_every_function_is_among_those_whose_errors_were_looked_at() -> None:
    tried = [
        text for table in (ERRORS, VALUES_IN_PYTHON) for some in table.values() for text in some
    ]
    without_errors = {"bool", "json", "str", "now", "health"}
    missed = {name for name in FUNCTION_NAMES if not any(f"{name}(" in text for text in tried)}
    assert missed <= without_errors
