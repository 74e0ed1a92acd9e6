"""Where things stand in a generated package: who imports whom, and what its page tells of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from importlib.util import resolve_name

import pytest

from adapters.emitter.project import GeneratedFile, GeneratedProject
from tests.ejected.ejected import TARGETS, covered, project_of

ROW = re.compile(r"^\| `src/[a-z0-9_]+/([^/`]+)(/[^`]*)?` \|", re.MULTILINE)
OF_THE_USER = "project"
"""What stands there came along as it was."""


@pytest.fixture(scope="module", params=TARGETS)
def projects(request: pytest.FixtureRequest) -> list[GeneratedProject]:
    """Every project that a target writes."""
    return [project_of(melody, request.param) for melody, _ in covered(request.param)]


@pytest.fixture(scope="module")
def imports(projects: list[GeneratedProject]) -> list[dict[str, set[str]]]:
    """Who imports whom in each of them."""
    return [imports_of(project) for project in projects]


def modules_of(project: GeneratedProject) -> dict[str, ast.Module]:
    """The modules of a package by name, ``policy`` and ``policy.attempts`` alike."""
    found = {}
    for file in project.files:
        top, _, path = file.path.partition(f"/{project.name}/")
        if top == "src" and path.endswith(".py") and not path.startswith(f"{OF_THE_USER}/"):
            found[_name(path)] = ast.parse(file.text)
    return found


def _name(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".").removesuffix("__init__").rstrip(".")


def imports_of(project: GeneratedProject) -> dict[str, set[str]]:
    """By module: the modules of the package that it imports when it is imported itself."""
    modules = modules_of(project)
    return {name: set(_imported(name, project.name, modules)) for name in modules}


def _imported(name: str, package: str, modules: Mapping[str, ast.Module]) -> Iterator[str]:
    is_folder = any(other.startswith(f"{name}.".lstrip(".")) for other in modules)
    here = f"{package}.{name}".rstrip(".")
    around = here if is_folder else here.rpartition(".")[0]
    for node in modules[name].body:
        if isinstance(node, ast.ImportFrom):
            source = resolve_name("." * node.level + (node.module or ""), around)
            top, _, home = source.partition(".")
            if top == package and _room(home) != OF_THE_USER:
                inside = [f"{home}.{alias.name}".lstrip(".") for alias in node.names]
                found = [one for one in inside if one in modules] or [home]
                assert set(found) <= modules.keys(), (name, found)
                yield from found


def test_the_policy_imports_itself_only(imports: list[dict[str, set[str]]]) -> None:
    for one in imports:
        for name, imported in one.items():
            if _room(name) == "policy":
                assert set(map(_room, imported)) <= {"policy"}, name


def test_what_performs_steps_knows_no_step(imports: list[dict[str, set[str]]]) -> None:
    for one in imports:
        for name, imported in one.items():
            if _room(name) == "running":
                assert set(map(_room, imported)) <= {"running", "policy", "schemas", "types"}, name


def test_all_but_the_policy_itself_imports_of_the_whole_of_it(
    imports: list[dict[str, set[str]]],
) -> None:
    for one in imports:
        for name, imported in one.items():
            if _room(name) != "policy":
                assert not any(other.startswith("policy.") for other in imported), name


def test_no_module_is_imported_by_what_it_imports(imports: list[dict[str, set[str]]]) -> None:
    for one in imports:
        TopologicalSorter(one).prepare()


def test_what_a_module_imports_is_seen() -> None:
    texts = {
        "__init__": "from .a import x",
        "a": "from .b import c\nimport asyncio",
        "b/__init__": "",
        "b/c": "from .. import a\nfrom ..a import x\nfrom planted.b import y\n",
    }
    files = (GeneratedFile(f"src/planted/{name}.py", text) for name, text in texts.items())
    found = imports_of(GeneratedProject("planted", "native", tuple(files)))
    assert found == {"": {"a"}, "a": {"b.c"}, "b": set(), "b.c": {"a", "b"}}


def test_the_page_tells_of_each_file_and_folder_that_is_there(
    projects: list[GeneratedProject],
) -> None:
    for project in projects:
        package = f"src/{project.name}/"
        paths = [file.path for file in project.files if file.path.startswith(package)]
        parts = [path.removeprefix(package).split("/") for path in paths]
        there = {f"{first}/" if below else first for first, *below in parts} - {"__init__.py"}
        [page] = [file.text for file in project.files if file.path == "README.md"]
        told = [f"{first}/" if below else first for first, below in ROW.findall(page)]
        assert set(told) == there, project.name
        assert len(told) == len(there) or "config/" in there, project.name


def _room(module: str) -> str:
    return module.partition(".")[0]
