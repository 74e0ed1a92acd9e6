from __future__ import annotations

import ast
import warnings

import pytest

from workflow_ir.expressions import parse
from workflow_ir.expressions.python_writer import PythonWriter, is_display, number_of


def written(source: str) -> str:
    writer = PythonWriter(ascii, lambda name: name, lambda name: name)
    return writer.text(parse(source).tree)


@pytest.mark.parametrize(
    "source",
    [
        "a - (b - c) - d",
        "(a + b) * -c // (d % e)",
        "a if b else (c if d else e) if f else g",
        "(a if b else c) if d else e",
        "(a or b) and not (c and d)",
        "(not a) == b",
        "(a < b) == (c <= d)",
        "a < b <= c in d",
        "-(a + b)",
        "(-a)[0]",
        "(a + b)[1:][:c][d:e][:]",
        "[x + y for x in (a or b) for y in (c if d else e) if x and y if x > y]",
        "[x for x, (y, z) in a if z]",
        "[x for [x] in a]",
        "any(x for x in a)",
        "{'a': [b], c + d: {}}",
        "max([x for x in a], b)",
        "-9223372036854775808 + -0.0",
    ],
)
def test_the_text_is_read_by_python_as_what_was_written(source: str) -> None:
    assert ast.dump(ast.parse(written(source))) == ast.dump(ast.parse(source))


def test_brackets_stand_only_where_they_are_needed() -> None:
    source = "((a) + ((b) * (c))) if ((not (d))) else ([(e)])"
    assert written(source) == "a + b * c if not d else [e]"


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("a == null", "a is None"),
        ("null != a", "a is not None"),
        ("a == true", "a is True"),
        ("false != a", "a is not False"),
        ("a < b == null", "a < b is None"),
        ("null == a == b", "None is a == b"),
        ("true == null", "None is True"),
        ("1 == null", "1 == (None,)[0]"),
        ("-(1) == null", "-1 == (None,)[0]"),
        ("[] != true", "[] != (True,)[0]"),
        ("a == null == 1", "a is (None,)[0] == 1"),
        ("'a' + 'b' == null", "'a' + 'b' == (None,)[0]"),
        ("'a'[0] == null", "'a'[0] == (None,)[0]"),
        ("not (a == b)", "a != b"),
        ("not a == null", "a is not None"),
        ("not (a in b)", "a not in b"),
        ("not (a not in b)", "a in b"),
        ("not (a < b)", "not a < b"),
        ("not (a == b == c)", "not a == b == c"),
        ("not (not a)", "a"),
        ("-(-a)", "+a"),
        ("+(+a)", "+a"),
        ("-(+(-(-a)))", "-a"),
        ("-(-(1))", "1"),
        ("-(2.5)", "-2.5"),
        ("{'a': 1, 'b': 2, 'a': 3}", "{'a': 1, 'b': 2, **{'a': 3}}"),
        ("{a + b: 1, a + b: 2}", "{a + b: 1, **{a + b: 2}}"),
    ],
)
def test_a_linter_has_nothing_to_say(source: str, python: str) -> None:
    assert written(source) == python
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compile(python, "", "eval")


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("default(a.b, c)", "default(lambda: a['b'], lambda: c)"),
        ("[has(x.b) for x in a]", "[has(lambda x=x: x['b']) for x in a]"),
        ("[has(a.b) for x in a]", "[has(lambda: a['b']) for x in a]"),
        ("has([x.b for x in a])", "has(lambda: [x['b'] for x in a])"),
        ("[default(x.a + y, x) for x, y in a]",
         "[default(lambda x=x, y=y: x['a'] + y, lambda x=x: x) for x, y in a]"),
        ("[has([y for y in x if has(y.x)]) for x in a]",
         "[has(lambda x=x: [y for y in x if has(lambda y=y: y['x'])]) for x in a]"),
    ],
)  # fmt: skip
def test_a_lambda_holds_on_to_the_values_of_loops_that_it_reads(source: str, python: str) -> None:
    assert written(source) == python


def test_the_longest_chain_of_members_is_written_and_run() -> None:
    data: object = 1
    for _ in range(400):
        data = {"b": data}
    assert eval(written("a" + ".b" * 400), {"a": data}) == 1


@pytest.mark.parametrize("source", ["1", "'a'", "[]", "{}", "-(1)", "[x for x in a]", "len('a')"])
def test_what_python_may_shorten_to_a_literal_is_a_display(source: str) -> None:
    assert is_display(parse(source).tree)


@pytest.mark.parametrize("source", ["a", "null", "true", "a.b", "a + 1", "len(a)", "not 1"])
def test_what_it_cannot_shorten_is_none(source: str) -> None:
    assert not is_display(parse(source).tree)


@pytest.mark.parametrize(
    ("source", "number"), [("-(-(1))", 1), ("+2.5", 2.5), ("-(true)", None), ("-a", None)]
)
def test_a_number_has_its_signs(source: str, number: float | None) -> None:
    assert number_of(parse(source).tree) == number
