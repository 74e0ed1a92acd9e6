"""Small Melodies as the text of their file of steps."""

from __future__ import annotations

import ast

from adapters.emitter.policy.strategies import Strategies
from adapters.emitter.regions.regions import modules_of
from adapters.emitter.running.shape import shape_of
from adapters.emitter.schemas import Schemas
from adapters.emitter.steps.file import steps_file
from compiler.pipeline import compile_text
from workflow_ir.allow import Allow
from workflow_ir.workflow import WorkflowIR

HEAD = """
melody: v1
name: small
inputs: {n: {type: integer, default: 1}, names: {type: "list[string]", default: []}}
players: {hand: {python: "band:hand", provides: [sums]}, spare: {python: "band:spare"}}
"""


def compiled(steps: str, **files: str) -> WorkflowIR:
    """A Melody of these steps, each line of them as it stands below ``steps:``."""
    indented = "\n".join(f"  {line}" for line in steps.strip("\n").splitlines())
    text = f"{HEAD.lstrip()}steps:\n{indented}\n"
    given = {f"{name}.melody.yaml": body for name, body in files.items()}
    allow = Allow(python=("band",))
    made = compile_text(text, file="small.melody.yaml", allow=allow, given=given)
    assert made.ir is not None, [str(one.message) for one in made.diagnostics]
    return made.ir


def written(ir: WorkflowIR, key: str = "") -> str:
    """The file of steps of the Melody, or of its sub-melody."""
    modules = {module.key: module for module in modules_of(ir)}
    uses = Strategies.of(ir)
    has = shape_of(ir, uses, target="native")
    return str(steps_file(modules[key], modules, Schemas(ir.name), uses, has).text)


def functions(text: str) -> dict[str, str]:
    """By name: the functions of a file as Python lays them out, without decorators."""
    found = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.decorator_list, node.body = [], node.body[1:]
            found[node.name] = ast.unparse(node)
    return found


def function(text: str, name: str) -> str:
    """The lines below the head of one function, without its docstring."""
    head, _, body = functions(text)[name].partition("\n")
    assert head.startswith(("async def", "def"))
    return "\n".join(line.removeprefix("    ") for line in body.splitlines())


def decorators(text: str) -> dict[str, str]:
    """By name of the function: what stands above it."""
    return {
        node.name: ast.unparse(node.decorator_list[0])
        for node in ast.parse(text).body
        if isinstance(node, ast.AsyncFunctionDef) and node.decorator_list
    }


def constants(text: str) -> dict[str, str]:
    """By name: what a file assigns."""
    return {
        ast.unparse(node.targets[0]): ast.unparse(node.value)
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign)
    }
