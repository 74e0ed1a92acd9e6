"""Any text at all is an expression or an `ExpressionError` with a place inside it."""

from __future__ import annotations

import contextlib
import warnings

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workflow_ir.expressions import (
    EvaluationError,
    Expression,
    ExpressionError,
    Template,
    compile,
    compile_template,
    parse,
    parse_template,
)
from workflow_ir.expressions.eject import to_python
from workflow_ir.expressions.typecheck import check
from workflow_ir.types import Json

PIECES = st.lists(
    st.sampled_from([
        "a", "steps", ".", "[", "]", "(", ")", "{", "}", ",", ":", "'", '"', "'x'", "1", "0.5",
        "if", "else", "for", "in", "not", "and", "or", "lambda", "is", "**", "*", "-", "==", "=",
        " ", "\n", "\t", "class", "with", "True", "null", "len", "default", "ü", "${{", "}}", "\\",
        "99999999999999999999", "1e999", "f'", "#", "\x00", "\ud800", "\u2028", "async", "None",
        "_", "ﬁ", "٣", "range", "x for x in ", "!", "&&", "await", "yield", ":=", "...",
    ]),
    max_size=24,
).map("".join)  # fmt: skip
ANY_TEXT = st.one_of(PIECES, st.text(max_size=60), st.text(st.characters(), max_size=20))


def read(text: str) -> Expression | ExpressionError:
    try:
        return parse(text)
    except ExpressionError as error:
        return error


def read_template(text: str) -> Template | ExpressionError:
    try:
        return parse_template(text)
    except ExpressionError as error:
        return error


@settings(max_examples=1500, deadline=None)
@given(ANY_TEXT)
@example("-" * 3000 + "1")
@example("not " * 900 + "a")
@example("(" * 2000 + "1" + ")" * 2000)
@example("a" + ".b" * 1500)
@example("a" + "[0]" * 1000)
@example("+".join("1" * 1800))
@example("a if b else " * 300 + "c")
@example("9" * 4096)
@example("[" * 63 + "]" * 63)
@example("'" + "\\" * 4000)
@example("x for x in y")
@example("{**a}")
@example("a[b:=1]")
@example("0xfffffffffffffffffffffffffffff")
@example("a.\ud800")
def test_any_text_is_read_checked_evaluated_and_ejected_without_a_traceback(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        expression = read(text)
        if isinstance(expression, ExpressionError):
            assert 0 <= expression.offset <= expression.end <= len(text)
            assert expression.message
            return
        for reference in expression.references:
            assert 0 <= reference.start < reference.end <= len(text)
            assert text[reference.start :].startswith(reference.path[0])
        checked = check(expression, {"a": Json(), "steps": Json()})
        assert all(0 <= p.start <= p.end <= len(text) for p in checked.problems)
        with contextlib.suppress(EvaluationError):
            compile(expression)({"a": [1], "steps": {}})
        if not any(problem.code == "MEL205" for problem in checked.problems):
            to_python(expression)


@settings(max_examples=500, deadline=None)
@given(ANY_TEXT)
def test_any_text_is_a_template_or_an_error_with_a_place(text: str) -> None:
    template = read_template(text)
    if isinstance(template, ExpressionError):
        assert 0 <= template.offset <= template.end <= len(text)
        return
    if not template.slots:
        assert "".join(str(part) for part in template.parts) == text.replace("$${{", "${{")
    with contextlib.suppress(EvaluationError):
        compile_template(template)({"a": [1]})


@pytest.mark.parametrize("depth", [62, 63, 64, 65, 66])
def test_depth_is_counted_whatever_the_form(depth: int) -> None:
    for source in ("[" * depth + "]" * depth, "not " * depth + "a", "-" * depth + "a"):
        if depth < 63:
            parse(source)
        elif depth > 64:
            with pytest.raises(ExpressionError, match="64"):
                parse(source)


def test_a_chain_of_members_is_one_level() -> None:
    source = "a" + ".b" * 400
    assert len(parse(source).references[0].path) == 401
