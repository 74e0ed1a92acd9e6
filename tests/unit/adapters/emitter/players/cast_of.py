"""Small Melodies as the files of their players."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from adapters import registry
from adapters.emitter.project import GeneratedProject, Sources
from compiler.pipeline import compile_text
from workflow_ir.allow import Allow
from workflow_ir.workflow import WorkflowIR


def compiled(text: str, **given: str) -> WorkflowIR:
    """A Melody below its name; ``given`` are other Melodies, by the names of their files."""
    allow = Allow(
        python=("*",), command=("*",), http=("*",), mcp=(("tools", "-x"), "https://a.example/mcp")
    )
    files = {f"{name}.melody.yaml": body for name, body in given.items()}
    whole = f"melody: v1\nname: small\n{text}"
    made = compile_text(whole, file="small.melody.yaml", allow=allow, given=files)
    assert made.ir is not None, [str(one.message) for one in made.diagnostics]
    return made.ir


def emitted(
    text: str, target: str = "native", sources: Mapping[str, str] | None = None, **given: str
) -> GeneratedProject:
    """The Melody as a project."""
    return registry.load(target).emit(compiled(text, **given), Sources(dict(sources or {})))


def asked(
    players: str, step: str = "play: one", sources: Mapping[str, str] | None = None
) -> GeneratedProject:
    """A Melody whose step ``it`` asks one of these players."""
    return emitted(
        f"players:\n{players}\nsteps:\n  it: {{{step}}}\noutputs: {{}}\n", sources=sources
    )


def files(project: GeneratedProject) -> dict[str, str]:
    """By path below the package: the text of each file."""
    above = f"src/{project.name}/"
    found = {file.path: file.text for file in project.files}
    return {path.removeprefix(above): text for path, text in found.items() if above in path}


def file(project: GeneratedProject, path: str) -> str:
    """A file below the package, all its statements in Python's own layout."""
    return ast.unparse(ast.parse(files(project)[path]))


def body(project: GeneratedProject, name: str = "one") -> str:
    """What the implementation of a player does, below its docstring."""
    tree = ast.parse(files(project)[f"players/{name}.py"])
    (function,) = (node for node in tree.body if isinstance(node, ast.AsyncFunctionDef))
    assert function.name == name
    return "\n".join(ast.unparse(node) for node in function.body[1:])


def imports(project: GeneratedProject, name: str = "one") -> list[str]:
    """The lines by which the file of a player imports something."""
    tree = ast.parse(files(project)[f"players/{name}.py"])
    return [
        ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)
    ][1:]


def text_of(project: GeneratedProject, path: str) -> str:
    """A file beside the package."""
    (found,) = (one.text for one in project.files if one.path == path)
    return found
