from __future__ import annotations

import pytest

from workflow_ir.expressions import ExpressionError, parse
from workflow_ir.expressions.admit import ADMITTED


def refused(source: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        parse(source)
    return caught.value


@pytest.mark.parametrize(
    ("source", "fault", "help_"),
    [
        ("a && b", "&&", "Use `and`."),
        ("a || b", "||", "Use `or`."),
        ("!a", "!", "Use `not`."),
        ("a === b", "===", "Use `==`."),
        ("a !== b", "!==", "Use `!=`."),
        ("a <> b", "<>", "Use `!=`."),
        ("a = b", "=", "Use `==`."),
        ("a ** b", "**", "Multiply: `x * x`."),
        ("a ? b : c", "?", "Use `b if a else c`."),
        ("a?.b", "?.", "Use `default(a.b, null)`."),
        ("a ?? b", "??", "Use `default(x, y)`."),
        ("a is None", "is", "Use `==`, or `!=` for `is not`."),
        ("a AND b", "AND", "Use `and`."),
        ("lambda x: x", "lambda", "Use a list comprehension: `[f(x) for x in xs]`."),
        ("f'{a}'", "f", 'Join the parts with `+`, or interpolate outside: "Hi ${{ name }}".'),
        ("(x := 1)", ":=", "Use a `set` step."),
        ("${{ a }}", "${{", "Write the bare expression."),
        ("a # why", "#", "Put it in a YAML comment outside."),
        ("'''a'''", "'''", "Write one ', and `\\n` for a new line."),
        ("'\\d'", "\\d", "Write `\\\\` for a backslash."),
        ("a.0", "a.0", "Write `[0]` for the item at a position."),
        ("“a”", "“", "Write \" or '."),
        ("012", "012", "Write 12."),
        (
            "1_000",
            "1_000",
            "Write it in decimal digits; leave a blank between a number and a word.",
        ),
        ("(a, b)", "(a, b)", "Write a list: `[a, b]`."),
        ("a, b", "a, b", "Write a list: `[a, b]`."),
        ("{1, 2}", "{1, 2}", "Write a list: `[a, b]`."),
        ("{a: 1}", "a", 'Write "a".'),
        ("a[0:2:1]", "0:2:1", "Write `x[start:end]`."),
        ("len(x for x in xs)", "(x for x in xs)", "Write a list: `[x for x in xs]`."),
        ("a if b", "a if b", "Write `x if condition else y`."),
        ("a == not b", "not", "Write `(not x)`."),
        ("[x for x in x]", "x", "Give the loop another name."),
        ("[len for len in xs]", "len", "Give the loop another name."),
        ("[[x for x in xs] for x in xs]", "x", "Give one of them another name."),
        ("(a", "(", "Add ')'."),
        ("a]", "]", "Remove it."),
        ("(a]", "]", "Write ')'."),
        ("a +", "+", "Write one."),
        ("a b", "a b", "Put an operator or a comma between them."),
    ],
)
def test_a_foreign_form_is_refused_at_its_place_with_what_to_write(
    source: str, fault: str, help_: str
) -> None:
    error = refused(source)
    assert source[error.offset : error.end] == fault or fault in source[error.offset :]
    assert error.offset <= source.index(fault) or source.count(fault) > 1
    assert error.help == help_


@pytest.mark.parametrize(
    ("source", "instead"),
    [
        ("inputs.name.upper()", "upper(inputs.name)"),
        ("inputs.name.trim()", "strip(inputs.name)"),
        ("', '.join(xs)", "join(xs, ', ')"),
        ("m.get('k', 0)", "default(m['k'], 0)"),
        ("xs.includes(3)", "contains(xs, 3)"),
        ("s.split(',')", "split(s, ',')"),
    ],
)
def test_a_method_is_answered_with_the_function_to_write(source: str, instead: str) -> None:
    error = refused(source)
    assert error.suggestion == instead
    assert source[error.offset : error.end] == source
    parse(instead)


def test_every_identifier_may_follow_a_dot_and_with_is_a_name() -> None:
    expression = parse("with.class.from.import.None.größe == with['lambda']")
    assert [reference.path for reference in expression.references] == [
        ("with", "class", "from", "import", "None", "größe"),
        ("with", "lambda"),
    ]


def test_references_count_characters_and_end_at_the_first_computed_index() -> None:
    source = "'ü' + default(steps.a.output.xs[i].y, inputs['k'].z)"
    found = parse(source).references
    assert [(source[r.start : r.end], r.path, r.guarded) for r in found] == [
        ("steps.a.output.xs", ("steps", "a", "output", "xs"), True),
        ("i", ("i",), True),
        ("inputs['k'].z", ("inputs", "k", "z"), False),
    ]


def test_names_of_loops_are_no_references() -> None:
    found = parse("[x.a + y for x in xs for y in x.ys if y > z]").references
    assert [reference.path for reference in found] == [("xs",), ("z",)]


def test_an_expression_may_go_over_lines() -> None:
    assert [r.path for r in parse("\n  a\n  and b\r\n").references] == [("a",), ("b",)]


def test_equal_sources_are_equal_expressions() -> None:
    assert parse("a.b") == parse("a.b") != parse("a.c")
    assert len({parse("a"), parse("a")}) == 1


@pytest.mark.parametrize(
    "source",
    ["9223372036854775808", "-9223372036854775809", "1 - 9223372036854775808", "1e999", "9" * 4000],
)
def test_numbers_out_of_range_are_refused_when_read(source: str) -> None:
    assert "64 bits" in refused(source).message or "too large" in refused(source).message


def test_the_least_integer_is_a_literal() -> None:
    parse("-9223372036854775808 % 3")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("'" + "ü" * 2048 + "'", "4098 bytes"),
        ("[" + "1," * 499 + "1]", "500 parts"),
        ("[" * 65 + "]" * 65, "64 levels"),
        ("+".join("a" * 70), "64 levels"),
        ("", "empty"),
        (" \n", "empty"),
        ("\ud800", "surrogate"),
    ],
)
def test_the_bounds_are_named(source: str, words: str) -> None:
    assert words in refused(source).message


def test_the_admitted_forms_are_the_languages() -> None:
    assert {node.__name__ for node in ADMITTED} == {
        "Constant", "Name", "Attribute", "Subscript", "Compare", "BoolOp", "UnaryOp", "BinOp",
        "IfExp", "List", "Dict", "ListComp", "Call",
    }  # fmt: skip
