"""The Melody as a project of its own, as ``crewai create`` makes them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, Final

from adapters.crewai.emitted.crew import crew_of
from adapters.crewai.emitted.flows import NO_ARM, FlowClass, flows_of
from adapters.emitter.around.example import example
from adapters.emitter.around.files import Around, files_around
from adapters.emitter.code import Code, literal
from adapters.emitter.environment import environment, render
from adapters.emitter.naming.names import Names
from adapters.emitter.package import Package, package
from adapters.emitter.project import NOTHING, GeneratedFile, GeneratedProject, Sources
from workflow_ir.workflow import WorkflowIR

_STEPS: Final = ("FLOWS", "Inside", "begin", "decide", "finish", "join", "perform")
"""What ``flow.py`` may import from ``flow_steps.py``."""
_WHAT: Final = {
    "main.py": "what `crewai run` calls, with its inputs: yours",
    "crew.py": "the crew: who there is, and one task a step",
    "config/agents.yaml": "who there is",
    "config/tasks.yaml": "what the tasks are about, and which waits for which",
    "agent.py": "how a task has its step performed",
    "flow.py": "the flow: which method listens to what",
    "flow.yaml": "the same flow, as CrewAI declares flows",
    "flow_steps.py": "how a method has its step performed",
    "workflow.py": "`run`: all of it as one run, with a report",
    "terminal.py": "asks whoever sits at the terminal",
    "settings.py": "what CrewAI is told before it is imported",
}


def emit(ir: WorkflowIR, sources: Sources = NOTHING) -> GeneratedProject:
    """Write the project: a crew where one can express the Melody, else a flow."""
    made = package(ir, "crewai", sources)
    writing = _Writing(ir, made)
    files = (*made.files, *writing.files())
    around = Around(
        "crewai",
        _WHAT,
        dependencies=("crewai>=1.15.30,<1.16",),
        kind=writing.kind,
        python=">=3.11,<3.14",
        tables=Code(writing.text("pyproject.jinja").rstrip()),
    )
    return GeneratedProject(
        str(made.name), "crewai", (*files, *files_around(ir, made, files, around))
    )


class _Writing:
    """The files that are about CrewAI."""

    def __init__(self, ir: WorkflowIR, made: Package) -> None:
        self.made = made
        self._templates = environment("adapters.crewai")
        self._crew = crew_of(ir, made.modules[0])
        self._flows = flows_of(made.modules, whole=self._crew is None)
        self.kind = "flow" if self._crew is None else "crew"
        kept = Names(ir.inputs).of("report", "report")
        required = {name: example(one.schema_) for name, one in ir.inputs.items() if one.required}
        self._view: dict[str, Any] = {
            "melody": made.melody,
            "package": made.name,
            "uses": made.uses,
            "has": made.has,
            "kind": Code(self.kind),
            "whole": self._crew is None,
            "crew": self._crew,
            "flows": self._flows,
            "flow_class": next((flow.name for flow in self._flows if flow.whole), None),
            "insides": any(not flow.whole for flow in self._flows),
            "words": tuple(_words(self._flows)),
            "races": any("or_" in flow.uses for flow in self._flows),
            "modules": tuple(sorted({Code(flow.region.partition(".")[0]) for flow in self._flows})),
            "used": tuple(map(Code, _STEPS)),
            "inputs": literal(required),
            "no_arm": literal(NO_ARM),
            "report": literal(str(kept)),
            "kept": literal((*(() if "id" in ir.inputs else ("id",)), str(kept))),
        }

    def text(self, template: str) -> Code:
        """A template filled in."""
        return render(self._templates, template, **self._view)

    def files(self) -> Iterator[GeneratedFile]:
        """All of them."""
        file = self.made.file
        for name in ("workflow.py", "settings.py", "__init__.py", "__main__.py"):
            yield file(name, self.text(f"{name}.jinja"))
        if self._crew is not None:
            for name in ("crew.py", "agent.py"):
                yield file(name, self.text(f"{name}.jinja"))
            for name in ("agents.yaml", "tasks.yaml"):
                yield file(f"config/{name}", self.text(f"{name}.jinja"))
        if self._flows:
            flow = self.text("flow.py.jinja")
            named = {node.id for node in ast.walk(ast.parse(flow)) if isinstance(node, ast.Name)}
            self._view["used"] = tuple(Code(name) for name in _STEPS if name in named)
            for name in ("flow.py", "flow_steps.py"):
                yield file(name, self.text(f"{name}.jinja"))
        if self._crew is None:
            yield file("flow.yaml", self.text("flow.yaml.jinja"))
        if self.made.uses.people:
            yield file("terminal.py", self.text("terminal.py.jinja"))
        main = self.text("main.py.jinja")
        yield GeneratedFile(f"src/{self.made.name}/main.py", main, owner="you")


def _words(flows: tuple[FlowClass, ...]) -> Iterator[Code]:
    """What is imported of CrewAI's way to write flows."""
    used = {word for flow in flows for word in flow.uses}
    if any(flow.whole for flow in flows):
        used.add("Flow")
    yield from map(Code, sorted(used, key=lambda word: (word != "Flow", word)))
