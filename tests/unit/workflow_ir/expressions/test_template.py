from __future__ import annotations

import pytest

from workflow_ir.expressions import (
    EvaluationError,
    ExpressionError,
    TemplateError,
    compile_template,
    parse_template,
)
from workflow_ir.expressions.template import has_expressions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        ("${{ n }}", 3),
        ("${{ xs }}", [1, "a"]),
        (" ${{ n }}", " 3"),
        ("${{ n }}${{ n }}", "33"),
        ("${{ s }} and ${{ xs }} and ${{ none }}", 'a"b and [1,"a"] and null'),
        ("${{ '}}' }}", "}}"),
        ('${{ {"a": {"b": 1}} }}', {"a": {"b": 1}}),
        ('${{ {"a": {"b": 1}}}}', {"a": {"b": 1}}),
        ("$${{ s }}", "${{ s }}"),
        ("$$${{ s }}", "$${{ s }}"),
        ("$${{${{ s }}", '${{a"b'),
        ("$${{$${{", "${{${{"),
        ("a $ {{ }} b", "a $ {{ }} b"),
        ("${{\n  n +\n  1\n}}", 4),
        ("${{ evil }}", "${{ n }}"),
        ("x ${{ evil }}", "x ${{ n }}"),
    ],
)
def test_a_template_keeps_the_type_of_one_expression_and_joins_the_rest(
    text: str, expected: object
) -> None:
    names = {"n": 3, "xs": [1, "a"], "s": 'a"b', "none": None, "evil": "${{ n }}"}
    assert compile_template(parse_template(text))(names) == expected


def test_the_place_of_an_expression_counts_characters_of_the_template() -> None:
    text = "ü ${{  a.b + c }} $${{ ${{ d }}"
    slots = parse_template(text).slots
    assert [text[slot.start : slot.end] for slot in slots] == ["${{  a.b + c }}", "${{ d }}"]
    (first, second, third) = [
        text[slot.offset + reference.start : slot.offset + reference.end]
        for slot in slots
        for reference in slot.expression.references
    ]
    assert (first, second, third) == ("a.b", "c", "d")


@pytest.mark.parametrize(
    ("text", "at"),
    [("hi ${{ a", "${{ a"), ("${{ a }", "${{ a }"), ("${{ 'a }\nmore", "${{ 'a }"), ("${{", "${{")],
)
def test_an_expression_that_is_never_closed_is_shown_to_the_end_of_its_line(
    text: str, at: str
) -> None:
    with pytest.raises(TemplateError) as caught:
        parse_template(text)
    assert text[caught.value.offset : caught.value.end] == at
    cure = "a single `}`" if "}" in at else "$${{"
    assert cure in (caught.value.help or "")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("x ${{ a && b }}", "&&"),
        ("x ${{ f(a }} y ${{ b }}", "("),
        ("${{ it's }}", "'s"),
        ("${{ }}", "${{ }}"),
        ("${{ a ${{ b }} }}", "${{"),
    ],
)
def test_a_mistake_in_an_expression_is_shown_in_the_template(text: str, at: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_template(text)
    assert text[caught.value.offset : caught.value.end] == at


def test_a_text_over_1_mib_is_refused() -> None:
    template = parse_template("${{ s }}${{ s }}")
    with pytest.raises(EvaluationError) as caught:
        compile_template(template)({"s": "a" * 600_000})
    assert caught.value.code == "expression.cost"


def test_escaped_marks_are_no_expressions() -> None:
    assert has_expressions("a ${{ b")
    assert not has_expressions("a $${{ b }} {{ c }}")
