"""What generated text must not hold, read from the text itself; nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from adapters.emitter.project import GeneratedProject
from workflow_ir.canonical import plain
from workflow_ir.expressions import ExpressionError, parse
from workflow_ir.workflow import WorkflowIR

OURS = frozenset({"melody", "workflow_ir", "compiler", "conductor_core", "adapters"})
"""Packages of ours: no generated project needs one."""

INTERPRETERS = frozenset({"eval", "exec", "compile", "__import__"})
"""Builtins that make code out of text."""

_LOADERS = frozenset({"importlib", "runpy", "code", "codeop", "pickle", "marshal"})
"""Modules that do."""


def generated(project: GeneratedProject) -> Iterator[tuple[str, ast.Module, str]]:
    """The Python files that are not the user's: path, tree, text."""
    for file in project.files:
        if file.owner == "melody" and file.path.endswith(".py"):
            yield file.path, ast.parse(file.text), file.text


def imports_of_ours(project: GeneratedProject) -> list[str]:
    """Where a project imports a package of ours; files that are the user's own count too."""
    found = []
    for file in project.files:
        if not file.path.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(file.text)):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            found += [f"{file.path}: {name}" for name in names if name.split(".")[0] in OURS]
    return found


def interpreters(project: GeneratedProject) -> list[str]:
    """Where text could become code."""
    found = []
    for path, tree, _ in generated(project):
        for node in ast.walk(tree):
            match node:
                case ast.Name(id=name) if name in INTERPRETERS:
                    found.append(f"{path}:{node.lineno}: {name}")
                case ast.Attribute(attr=name) if name in {"__import__", "__builtins__"}:
                    found.append(f"{path}:{node.lineno}: {name}")
                case ast.Import(names=names) if any(one.name in _LOADERS for one in names):
                    found.append(f"{path}:{node.lineno}: {names[0].name}")
                case ast.ImportFrom(module=str(name), level=0) if name in _LOADERS:
                    found.append(f"{path}:{node.lineno}: {name}")
    return found


def traces_of_the_ir(project: GeneratedProject, ir: WorkflowIR) -> list[str]:
    """Where a file holds the hash of the IR, or the IR; the manifest is not of ``emit``."""
    hashes = [ir.hash.removeprefix("sha256:"), *(key[-64:] for key in ir.modules)]
    found = []
    for file in project.files:
        found += [f"{file.path}: hash" for one in hashes if one in file.text]
        if "melody.ir/1" in file.text or '"kind": "expr"' in file.text:
            found.append(f"{file.path}: form of the IR")
    return found


def expressions_kept(project: GeneratedProject, ir: WorkflowIR) -> list[str]:
    """String constants that are an expression of the Melody: something would have to read them."""
    known = frozenset(filter(None, map(_shape, _sources(plain(ir)))))
    found = []
    for path, tree, _ in generated(project):
        found += [
            f"{path}:{node.lineno}: {node.value!r}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and _shape(node.value) in known
        ]
    return found


def _sources(tree: object) -> Iterator[str]:
    """Sources of all expressions in the JSON of an IR, its sub-melodies and guards included."""
    if isinstance(tree, dict):
        if tree.get("kind") == "expr":
            yield tree["source"]
        for value in tree.values():
            yield from _sources(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _sources(value)


@cache
def _shape(text: str) -> str | None:
    """An expression without its layout. None: it is none, or a bare constant or name."""
    try:
        parse(text)
        tree = ast.parse(text.strip(), mode="eval").body
    except (ExpressionError, SyntaxError, ValueError):
        return None
    return None if isinstance(tree, ast.Constant | ast.Name) else ast.dump(tree)
