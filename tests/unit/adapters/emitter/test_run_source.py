"""``run.py``: it holds what the Melody uses, imports what it uses, and nothing else."""

from __future__ import annotations

import ast

import pytest

from adapters.emitter.run_source import run_source
from adapters.emitter.strategies import Strategies
from melody.testing.conformance.case import Case, all_cases
from melody.testing.conformance.performing import workflow

CASES = {case.name.partition("_")[0]: case for case in all_cases()}
SOME = ("01", "04", "10", "39", "62", "67", "71", "77", "81", "86", "89", "93", "96", "120")
"""Between them they have every verb and every section."""


def text(case: Case, target: str = "native") -> str:
    ir = workflow(case)
    return run_source(ir, Strategies.of(ir), target=target)


def defined(source: str) -> set[str]:
    kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)}


@pytest.mark.parametrize("target", ["native", "langgraph"])
@pytest.mark.parametrize("number", SOME)
def test_everything_that_is_imported_is_used(number: str, target: str) -> None:
    tree = ast.parse(text(CASES[number], target))
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        and getattr(node, "module", "") != "__future__"
        for alias in node.names
    }
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert imported <= used


@pytest.mark.parametrize(
    ("name", "with_it", "without"),
    [
        ("Tally", "10", "01"),
        ("Branch", "04", "01"),
        ("sides", "62", "10"),
        ("drop", "39", "01"),
        ("pause", "77", "01"),
        ("undo", "93", "01"),
        ("hide", "89", "01"),
        ("Opening", "81", "01"),
        ("called", "120", "01"),
        ("Later", "96", "01"),
    ],
)
def test_a_section_stands_only_where_the_melody_uses_it(
    name: str, with_it: str, without: str
) -> None:
    assert name in defined(text(CASES[with_it]))
    assert name not in defined(text(CASES[without]))


def test_native_walks_by_itself_and_a_framework_comes_in_by_its_nodes() -> None:
    native, framework = (defined(text(CASES["04"], one)) for one in ("native", "langgraph"))
    assert "walk" in native
    assert not {"decide", "join", "at"} & native
    assert {"perform", "decide", "join", "at"} <= framework
    assert "walk" not in framework
