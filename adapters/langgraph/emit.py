"""The Melody as a project of its own, as ``langgraph new`` makes them."""

from __future__ import annotations

import ast
from typing import Final

from adapters.emitter.around.files import Around, files_around
from adapters.emitter.code import Code, literal
from adapters.emitter.environment import environment, render
from adapters.emitter.package import package
from adapters.emitter.project import NOTHING, GeneratedFile, GeneratedProject, Sources
from adapters.langgraph.drawn import NOWHERE, graphs_of
from workflow_ir.workflow import WorkflowIR

_AROUND: Final = Around(
    "langgraph",
    {
        "graph.py": "the graph: which node leads to which",
        "state.py": "what it knows between its nodes",
        "nodes.py": "how a node performs its step",
        "workflow.py": "`run`: the graph as one run, with a report",
    },
    dependencies=("langgraph>=1.2,<1.3", "typing-extensions>=4.12"),
    dev=("langgraph-cli[inmem]>=0.4",),
    tests="tests/unit_tests",
)
_NODES: Final = ("GRAPHS", "begin", "decide", "finish", "join", "perform", "take", "way")


def emit(ir: WorkflowIR, sources: Sources = NOTHING) -> GeneratedProject:
    """Write the project."""
    made = package(ir, "langgraph", sources)
    templates = environment("adapters.langgraph")
    graphs, limit = graphs_of(made.modules, made.melody)
    names = {
        "melody": made.melody,
        "package": made.name,
        "uses": made.uses,
        "has": made.has,
        "nowhere": literal(NOWHERE),
        "limit": limit,
        "graphs": graphs,
        "modules": tuple(sorted({Code(one.region.partition(".")[0]) for one in graphs})),
        "nodes": tuple(map(Code, _NODES)),
    }
    text = render(templates, "graph.py.jinja", **names)
    used = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    names["nodes"] = tuple(Code(name) for name in _NODES if name in used)
    names["takes"] = "take" in used
    files = (
        *made.files,
        made.file("graph.py", render(templates, "graph.py.jinja", **names)),
        *(
            made.file(name, render(templates, f"{name}.jinja", **names))
            for name in ("state.py", "nodes.py", "workflow.py", "__init__.py")
        ),
        made.file("__main__.py", render(templates, "around/__main__.py.jinja", **names)),
    )
    place = f"./src/{made.name}/graph.py:graph"
    config = render(
        templates, "langgraph.json.jinja", name=_json(str(made.melody)), place=_json(place)
    )
    around = files_around(ir, made, files, _AROUND)
    own = GeneratedFile("langgraph.json", config, "you")
    return GeneratedProject(str(made.name), "langgraph", (*files, *around, own))


def _json(text: str) -> Code:
    """A text of letters, digits and a few signs, as JSON."""
    return Code(f'"{text}"')
