"""No name of a framework that nobody has promised is used without a test that says it holds."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from adapters.crewai.silence import load
from tests.unit.adapters.relied_on import CREWAI, LANGGRAPH, ROOMS, Room

_ROOT = Path(__file__).parents[3]
_FRAMEWORKS = {"crewai", "crewai_core", "langchain", "langchain_core", "langgraph", "langsmith"}
_BY_TEXT = {"getattr", "setattr", "hasattr", "delattr"}


def _private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def unpromised(source: str, doors: frozenset[str]) -> set[str]:
    """Private attributes that the file does not define itself, and imports by no front door."""
    tree = ast.parse(source)
    return {name for name in _private_uses(tree) if name not in set(_defined(tree))} | set(
        _deep_imports(tree, doors)
    )


def _private_uses(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) if _private(name):
                yield name
            case ast.Call(
                func=ast.Name(id=called), args=[_, ast.Constant(value=str(name)), *_]
            ) if called in _BY_TEXT and _private(name):
                yield name


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                yield name


def _deep_imports(tree: ast.Module, doors: frozenset[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and _of_a_framework(node.module or ""):
            for each in node.names:
                if node.module not in doors or _private(each.name):
                    yield each.name
        elif isinstance(node, ast.Import):
            yield from (
                each.name
                for each in node.names
                if _of_a_framework(each.name) and each.name not in doors
            )


def _of_a_framework(module: str) -> bool:
    return module.partition(".")[0] in _FRAMEWORKS


def _files(room: Room) -> Iterator[Path]:
    for place in room.places:
        found = [_ROOT / place] if place.suffix else sorted((_ROOT / place).rglob("*.py"))
        assert found, place
        yield from found


def overridden(module: ModuleType) -> Iterator[str]:
    """Private names that a class of this module gives, and its framework's class reads."""
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            bases = getattr(module, node.name).__mro__[1:]
            read = "".join(_source(base.__module__) for base in bases)
            for name in filter(_private, _written(node)):
                if re.search(rf"\b{name}\b", read):
                    yield name


def _source(module: str) -> str:
    """Of a framework's module. Not by `inspect`: CrewAI writes other files' names into some."""
    file = sys.modules[module].__file__ if _of_a_framework(module) else None
    return "" if file is None else Path(file).read_text("utf-8")


def _written(node: ast.ClassDef) -> Iterator[str]:
    for part in node.body:
        match part:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                yield name


def _used(room: Room) -> dict[str, list[str]]:
    load()
    found: dict[str, list[str]] = {}
    for file in _files(room):
        here = file.relative_to(_ROOT)
        module = importlib.import_module(".".join(here.with_suffix("").parts))
        names = unpromised(file.read_text("utf-8"), room.doors) | set(overridden(module))
        for name in names:
            found.setdefault(name, []).append(str(here))
    return found


@pytest.mark.parametrize("room", ROOMS.values(), ids=ROOMS)
def test_every_unpromised_name_of_a_framework_that_is_used_has_a_contract_test(room: Room) -> None:
    unnamed = {name: files for name, files in _used(room).items() if name not in room.names}
    assert unnamed == {}, "write a contract test, and a row in relied_on.py and the README"


@pytest.mark.parametrize("room", ROOMS.values(), ids=ROOMS)
def test_every_row_names_a_test_that_exists_and_a_name_that_is_used(room: Room) -> None:
    sources = "\n".join(file.read_text("utf-8") for file in _files(room))
    for name, test in room.names.items():
        assert re.search(rf"\b{name}\b", sources), f"{name} is not used any more"
        file, _, function = test.partition("::")
        text = (_ROOT / file).read_text("utf-8")
        assert re.search(rf"^def {function}\(", text, re.MULTILINE), test


@pytest.mark.parametrize("room", [CREWAI, LANGGRAPH], ids=["crewai", "langgraph"])
def test_the_readme_lists_the_same_names(room: Room) -> None:
    assert room.readme is not None
    text = (_ROOT / room.readme).read_text("utf-8")
    _, _, after = text.partition("\n## Private names")
    section = after.partition("\n## ")[0]
    assert set(re.findall(r"`([A-Za-z_]+)`", section)) == set(room.names)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("flow._definition", {"_definition"}),
        ("error._logged = True", {"_logged"}),
        ("getattr(flow, '_definition')", {"_definition"}),
        ("from crewai.deep.inside import thing", {"thing"}),
        ("from crewai import _thing", {"_thing"}),
        ("import langgraph._internal", {"langgraph._internal"}),
        ("from crewai import Crew", set()),
        ("class A:\n def __init__(self): self._own = 1\n\nA()._own", set()),
        ("class A:\n def _own(self): ...\n\nA()._own()", set()),
        ("thing.__class__", set()),
    ],
)
def test_a_use_that_nobody_has_promised_is_noticed(source: str, found: set[str]) -> None:
    assert unpromised(source, frozenset({"crewai"})) == found


def test_a_private_method_that_is_put_in_the_place_of_a_frameworks_is_noticed() -> None:
    module = load("adapters.crewai.flow")
    assert set(overridden(module)) == {"_execute_method", "_skip_auto_memory"}
