"""What stands round the Python package: how it is built, told of and tried."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.emitter.around.example import example_inputs
from adapters.emitter.around.tests import tests_of
from adapters.emitter.code import Code, literal
from adapters.emitter.environment import environment, render
from adapters.emitter.own_code import FOLDER
from adapters.emitter.package import Package
from adapters.emitter.project import GeneratedFile
from workflow_ir.secrets import secrets_of
from workflow_ir.workflow import WorkflowIR

_NO_TABLES: Final = Code("")
_VERSION: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,3}", re.ASCII)
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_WHAT: Final = {
    "steps.py": "the steps, one function each",
    "functions.py": "functions that the steps call",
    "schemas.py": "what inputs and outputs have to be",
    "types.py": "the same for readers and type checkers",
    "cast.py": "who performs the steps",
    "answers.py": "what your own functions are told, and what they may answer",
    "players/": "how each of them does it: yours",
    "calls.py": "calls functions for players",
    "apart.py": "calls them in processes of their own",
    "commands.py": "runs programs for players",
    "web.py": "sends HTTP requests for players",
    "models.py": "asks models for players",
    "agents.py": "lets agents work with tools",
    "mcp_tools.py": "uses tools of MCP servers",
    "frameworks.py": "asks graphs, crews and flows that exist already",
    "project/": "modules of yours that came along",
    "policy/": "what is done when something fails; it needs nothing else of the project",
    "running/": "what performs the steps: `run.py` is one run of all of them",
    "__main__.py": "the command line",
}


@dataclass(frozen=True, slots=True)
class Around:
    """What a target says of itself."""

    target: str
    """Its package below ``adapters`` has a ``README.md.jinja``, which extends the shared one."""
    what: Mapping[str, str]
    """Files of the package that only this target has, and what they are."""
    dependencies: tuple[str, ...] = ()
    """As ``pyproject.toml`` names them."""
    dev: tuple[str, ...] = ()
    """Those that only work on the project needs, beside the usual ones."""
    tests: str = "tests"
    """The folder of the test."""
    kind: str = ""
    """What of the framework it is, where that is a choice."""
    python: str = ">=3.11"
    """The versions of Python that it runs on."""
    tables: Code = _NO_TABLES
    """Further tables of ``pyproject.toml``."""


@dataclass(frozen=True, slots=True)
class Row:
    """A file and what it is."""

    path: Code
    what: Code


def files_around(
    ir: WorkflowIR, made: Package, files: Iterable[GeneratedFile], around: Around
) -> tuple[GeneratedFile, ...]:
    """The files that are not in the package; the user's own but for the page that tells of them.

    Args:
        ir: The Melody.
        made: The package.
        files: All files of the package.
        around: What is said of the framework.
    """
    paths = {file.path.removeprefix(f"src/{made.name}/") for file in files}
    paths |= {f"{path.partition('/')[0]}/" for path in paths if "/" in path}
    inputs = example_inputs(ir)
    templates = environment(f"adapters.{around.target}")
    view: dict[str, Any] = {
        "uses": made.uses,
        "has": made.has,
        "melody": made.melody,
        "package": made.name,
        "distribution": Code(made.name.replace("_", "-")),
        "version": Code(ir.version if _VERSION.fullmatch(ir.version or "") else "0.1.0"),
        "dependencies": tuple(map(Code, (*around.dependencies, *made.requires))),
        "dev": tuple(map(Code, around.dev)),
        "tests": Code(around.tests),
        "kind": Code(around.kind),
        "python": Code(around.python),
        "tables": around.tables,
        "own": any(path.startswith(f"{FOLDER}/") and path.endswith(".py") for path in paths),
        "variables": _variables({*secrets_of(ir), *made.variables}),
        "rows": tuple(_rows(made, paths, around)),
        "inputs": literal(inputs),
        "example": Code(_shell(inputs)),
        **tests_of(ir, made, around.target),
    }
    owners = {"README.md": "melody"}
    return tuple(
        GeneratedFile(
            path, render(templates, template, **view), "melody" if path in owners else "you"
        )
        for path, template in (
            ("README.md", "README.md.jinja"),
            ("pyproject.toml", "around/pyproject.toml.jinja"),
            (".gitignore", "around/gitignore.jinja"),
            (".env.example", "around/env.example.jinja"),
            (f"{around.tests}/__init__.py", "around/tests.py.jinja"),
            (f"{around.tests}/test_{made.name}.py", "around/test.py.jinja"),
            (f"{around.tests}/virtual_time.py", "around/virtual_time.py.jinja"),
        )
    )


def _rows(made: Package, paths: set[str], around: Around) -> Iterator[Row]:
    for name, what in {**around.what, **_WHAT}.items():
        if name in paths:
            yield Row(Code(f"src/{made.name}/{name}"), Code(what))
    for module in made.modules[1:]:
        path = Code(f"src/{made.name}/{module.stem}.py")
        yield Row(path, Code("the steps of a Melody that is called"))


def _variables(names: Iterable[str]) -> tuple[Code, ...]:
    """Those that a shell takes for names; an IR file may speak of a provider called anything."""
    return tuple(map(Code, sorted(name for name in names if _VARIABLE.fullmatch(name))))


def _shell(inputs: dict[str, Any]) -> str:
    """The inputs as JSON between single quotes of a shell."""
    return json.dumps(inputs).replace("'", "'\\''")
