from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melody.builder import Melody, fn
from melody.builder.functions import Functions
from melody.builder.reference import Reference, source_of
from workflow_ir.expressions import parse
from workflow_ir.expressions.function_names import FUNCTION_NAMES

m = Melody("some")
a, b, c = m.inputs.a, m.inputs.b, m.inputs.c


@pytest.mark.parametrize(
    ("reference", "source"),
    [
        (a.x["a key"][0][-1][1:3][:2], "inputs.a.x['a key'][0][-1][1:3][:2]"),
        (a[b.n], "inputs.a[inputs.b.n]"),
        (a + b * c, "inputs.a + inputs.b * inputs.c"),
        ((a + b) * c, "(inputs.a + inputs.b) * inputs.c"),
        (a - (b - c), "inputs.a - (inputs.b - inputs.c)"),
        (1 - a // 2 % 3, "1 - inputs.a // 2 % 3"),
        (-(a + 1), "-(inputs.a + 1)"),
        ("x" + a + "it's", "'x' + inputs.a + \"it's\""),
        ([1, None, True] + a, "[1, null, true] + inputs.a"),  # noqa: RUF005 - this is what is meant
        ((a > 3) & ~(b == None) | (c != "x"),  # noqa: E711
         "inputs.a > 3 and not inputs.b == null or inputs.c != 'x'"),
        ((a | b) & c, "(inputs.a or inputs.b) and inputs.c"),
        (a & (b & c), "inputs.a and (inputs.b and inputs.c)"),
        (fn.if_(a, b + 1, c).x, "(inputs.b + 1 if inputs.a else inputs.c).x"),
        (fn.in_(a, [1, 2]), "inputs.a in [1, 2]"),
        (fn.len(a) + round(a.n, 2) + abs(b),
         "len(inputs.a) + round(inputs.a.n, 2) + abs(inputs.b)"),
        (fn.any(fn.each(a, lambda x: x.ok)), "any(x.ok for x in inputs.a)"),
        (fn.each(a, lambda x: x.ys, lambda x, y: {"k": y}, when=lambda x, y: x.n > y),
         "[{'k': y} for x in inputs.a for y in x.ys if x.n > y]"),
        (fn.expr("a if b else c") + 1, "(a if b else c) + 1"),
        (f"{a} of {b}" + c, "str(inputs.a) + ' of ' + str(inputs.b) + inputs.c"),
    ],
)  # fmt: skip
def test_python_is_spelled_as_an_expression_with_no_brackets_too_many(
    reference: Reference, source: str
) -> None:
    assert source_of(reference) == source
    parse(source)


Pair = tuple[Any, str]
"""A reference, and the same expression with every bracket."""
LEAF: st.SearchStrategy[Pair] = st.sampled_from([(a, "(inputs.a)"), (b.x, "(inputs.b.x)")])
CONSTANT: st.SearchStrategy[Pair] = st.sampled_from(
    [(1, "(1)"), (2.5, "(2.5)"), ("x'\n", r'("x\'\n")')]
)


def _larger(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    values = inner | CONSTANT

    def binary(sign: str) -> st.SearchStrategy[Pair]:
        return st.tuples(inner, values).map(
            lambda two: (
                eval(f"x {sign} y", {"x": two[0][0], "y": two[1][0]}),
                f"({two[0][1]} {sign} {two[1][1]})",
            )
        )

    def joined(sign: str, word: str) -> st.SearchStrategy[Pair]:
        return st.tuples(inner, inner).map(
            lambda two: (
                eval(f"x {sign} y", {"x": two[0][0], "y": two[1][0]}),
                f"({two[0][1]} {word} {two[1][1]})",
            )
        )

    return st.one_of(
        *map(binary, ("+", "-", "*", "/", "//", "%")),
        joined("&", "and"),
        joined("|", "or"),
        inner.map(lambda one: (~one[0], f"(not {one[1]})")),
        inner.map(lambda one: (-one[0], f"(-{one[1]})")),
        inner.map(lambda one: (one[0].y, f"({one[1]}).y")),
        st.tuples(inner, values).map(
            lambda two: (two[0][0][two[1][0]], f"({two[0][1]})[{two[1][1]}]")
        ),
        st.tuples(inner, values, values).map(
            lambda three: (
                fn.if_(*(one[0] for one in three)),
                f"({three[1][1]} if {three[0][1]} else {three[2][1]})",
            )
        ),
    )


@given(st.recursive(LEAF, _larger, max_leaves=8))
@settings(max_examples=300, deadline=None)
def test_the_brackets_that_are_left_out_change_nothing(pair: Pair) -> None:
    reference, bracketed = pair
    assert _tree(source_of(reference)) == _tree(bracketed)


def _tree(source: str) -> str:
    """The tree, with `(a and b) and c` as the `a and b and c` that it is."""

    class Flat(ast.NodeTransformer):
        def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
            self.generic_visit(node)
            first = node.values[0]
            if isinstance(first, ast.BoolOp) and type(first.op) is type(node.op):
                node.values[:1] = first.values
            return node

    return ast.dump(Flat().visit(parse(source).tree))


def test_every_function_of_the_language_is_there() -> None:
    offered = {name for name in vars(Functions) if not name.startswith("_")}
    assert offered - {"if_", "in_", "not_in", "each", "expr", "text"} == FUNCTION_NAMES


@pytest.mark.parametrize("wrong", [{1, 2}, b"x", object(), float("nan"), float("inf")])
def test_only_json_can_stand_in_an_expression(wrong: Any) -> None:
    with pytest.raises(TypeError):
        _ = a + wrong


def test_a_field_that_begins_with_an_underscore_is_an_item() -> None:
    with pytest.raises(AttributeError, match=r"x\['_id'\]"):
        _ = a._id
    assert source_of(a["_id"]) == "inputs.a['_id']"


def test_a_reference_shows_its_expression_and_cannot_be_a_key() -> None:
    assert repr(a + 1) == "<reference inputs.a + 1>"
    with pytest.raises(TypeError, match="unhashable"):
        _ = {a: 1}


@pytest.mark.parametrize(
    ("names", "then"),
    [("two", (lambda x, y: x,)), ("one", (lambda x: x.ys, lambda x: x)), ("none", ())],
)
def test_the_functions_of_each_have_a_name_for_each_loop(names: str, then: Any) -> None:
    with pytest.raises(TypeError, match=r"fn\.each"):
        fn.each(a, *then)
