"""The modules of ``running``: they hold and import what the Melody uses, and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from adapters.emitter.policy.strategies import Strategies
from adapters.emitter.running.modules import MODULES, running_modules
from adapters.emitter.running.shape import shape_of
from melody.testing.conformance.case import all_cases
from melody.testing.conformance.performing import workflow
from tests.unit.adapters.emitter.steps.written_steps import compiled
from workflow_ir.workflow import WorkflowIR

CASES = {case.name.partition("_")[0]: case for case in all_cases()}
SOME = ("01", "04", "10", "39", "62", "67", "71", "77", "81", "86", "89", "93", "96", "120")
"""Between them they have every verb and every section."""
KINDS = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def texts(number: str, target: str = "native") -> dict[str, str]:
    return texts_of(workflow(CASES[number]), target)


def texts_of(ir: WorkflowIR, target: str = "native") -> dict[str, str]:
    uses = Strategies.of(ir)
    return dict(running_modules(ir, uses, shape_of(ir, uses, target=target), target=target))


def defined(of: dict[str, str]) -> set[str]:
    return {
        node.name
        for source in of.values()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, KINDS)
    }


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        if isinstance(node, ast.Import | ast.ImportFrom) and not future:
            yield from (alias.asname or alias.name for alias in node.names)


def read(node: ast.AST) -> Iterator[str]:
    """Names that are read when the module runs: those of annotations are not."""
    for field, value in ast.iter_fields(node):
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.AST) and field not in ("annotation", "returns"):
                yield from read(one)
    if isinstance(node, ast.Name):
        yield node.id


@pytest.mark.parametrize("target", ["native", "langgraph", "crewai"])
@pytest.mark.parametrize("number", SOME)
def test_everything_that_is_imported_is_used(number: str, target: str) -> None:
    for name, source in texts(number, target).items():
        tree = ast.parse(source)
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert set(imported(tree)) <= used, name


@pytest.mark.parametrize("target", ["native", "langgraph", "crewai"])
@pytest.mark.parametrize("number", SOME)
def test_what_stands_further_up_is_known_as_a_type_only(number: str, target: str) -> None:
    for name, source in texts(number, target).items():
        tree = ast.parse(source)
        for node in tree.body:
            if isinstance(node, ast.If):
                assert isinstance(node.test, ast.Name)
                assert node.test.id == "TYPE_CHECKING"
                types = set(imported(node))
                tree.body.remove(node)
                assert not types & set(read(tree)), name


def test_a_module_gives_what_others_import_of_it() -> None:
    told = [(module.name, name) for module in MODULES for name in module.gives]
    assert len({name for _, name in told}) == len(told)  # none is given twice
    missing = set(told)
    clocked = compiled("it: {set: {at: '${{ now() }}'}}")
    for ir in (clocked, *map(workflow, CASES.values())):
        for module, source in texts_of(ir, "langgraph").items():
            missing -= {(module, name) for name in given(ast.parse(source))}
    assert missing == set()


def given(module: ast.Module) -> Iterator[str]:
    for node in module.body:
        if isinstance(node, KINDS):
            yield node.name
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


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
    assert name in defined(texts(with_it))
    assert name not in defined(texts(without))


@pytest.mark.parametrize(
    ("module", "with_it", "without"),
    [("tally", "10", "01"), ("clock", "81", "01"), ("later", "96", "01")],
)
def test_a_module_stands_only_where_the_melody_uses_it(
    module: str, with_it: str, without: str
) -> None:
    assert module in texts(with_it)
    assert module not in texts(without)


def test_native_walks_by_itself_and_a_framework_comes_in_by_its_nodes() -> None:
    native, framework = (defined(texts("04", one)) for one in ("native", "langgraph"))
    assert "walk" in native
    assert not {"decide", "join", "at"} & native
    assert {"perform", "decide", "join", "at"} <= framework
    assert "walk" not in framework
