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


def generated(room: Room) -> Iterator[Path]:
    """What the samples hold of code that is generated for the framework."""
    for folder in sorted(_ROOT.glob(room.generated)) if room.generated else ():
        yield from sorted(folder.rglob("*.py"))


def unpromised_in_generated(source: str, doors: frozenset[str]) -> set[str]:
    """As ``unpromised``; names in texts count, and what a class gives to one of a framework.

    Only files that import a framework are looked at.
    """
    tree = ast.parse(source)
    modules = (node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    if not any(map(_of_a_framework, modules)):
        return set()
    texts = (str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant))
    told = {text for text in texts if re.fullmatch(r"_[a-z]\w*", text)}
    return unpromised(source, doors) | told | set(_given_to_frameworks(tree))


def _given_to_frameworks(tree: ast.Module) -> Iterator[str]:
    """Private names that a class gives, and the class of a framework above it reads."""
    came = {
        (each.asname or each.name): (node.module, each.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and _of_a_framework(node.module or "")
        for each in node.names
    }
    for node in ast.walk(tree):
        for base in _bases(node):
            module, name = came.get(base, (None, ""))
            above = () if module is None else getattr(load(module), name).__mro__
            read = "".join(_source(each.__module__) for each in above)
            written = _written(node) if isinstance(node, ast.ClassDef) else ()
            yield from (one for one in written if _private(one) and re.search(rf"\b{one}\b", read))


def _bases(node: ast.AST) -> Iterator[str]:
    for base in node.bases if isinstance(node, ast.ClassDef) else ():
        plain = base.value if isinstance(base, ast.Subscript) else base
        if isinstance(plain, ast.Name):
            yield plain.id


def _used(room: Room) -> dict[str, list[str]]:
    load()
    found: dict[str, list[str]] = {}
    for file in _files(room):
        here = file.relative_to(_ROOT)
        module = importlib.import_module(".".join(here.with_suffix("").parts))
        names = unpromised(file.read_text("utf-8"), room.doors) | set(overridden(module))
        for name in names:
            found.setdefault(name, []).append(str(here))
    for file in generated(room):
        for name in unpromised_in_generated(file.read_text("utf-8"), room.doors):
            found.setdefault(name, []).append(str(file.relative_to(_ROOT)))
    return found


@pytest.mark.parametrize("room", ROOMS.values(), ids=ROOMS)
def test_every_unpromised_name_of_a_framework_that_is_used_has_a_contract_test(room: Room) -> None:
    unnamed = {name: files for name, files in _used(room).items() if name not in room.names}
    assert unnamed == {}, "write a contract test, and a row in relied_on.py and the README"


@pytest.mark.parametrize("room", ROOMS.values(), ids=ROOMS)
def test_every_row_names_a_test_that_exists_and_a_name_that_is_used(room: Room) -> None:
    files = [*_files(room), *generated(room)]
    sources = "\n".join(file.read_text("utf-8") for file in files)
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


@pytest.mark.parametrize("room", [CREWAI, LANGGRAPH], ids=["crewai", "langgraph"])
def test_generated_code_is_looked_at(room: Room) -> None:
    assert {"agents.py", "models.py", "run.py"} <= {file.name for file in generated(room)}


TOOL = "from crewai.tools.base_tool import BaseTool as Tool"
FLOW = "from crewai.flow.flow import Flow"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (f"{TOOL}\nfor name in ('_a', '_b'):\n    getattr(llm, name)", {"_a", "_b"}),
        (f"{TOOL}\ntext = '_no name'", set()),
        (f"{TOOL}\nclass It(Tool):\n    _own: int\n    def _run(self): ...", {"_run"}),
        (f"{TOOL}\nclass It(dict):\n    def _run(self): ...", set()),
        (f"{FLOW}\nclass It(Flow[dict]):\n    _skip_auto_memory = 1", {"_skip_auto_memory"}),
        ("import os\nos._exit(0)", set()),
    ],
)
def test_in_generated_code_more_is_noticed(source: str, found: set[str]) -> None:
    doors = frozenset({"crewai.flow.flow", "crewai.tools.base_tool"})
    assert unpromised_in_generated(source, doors) == found
