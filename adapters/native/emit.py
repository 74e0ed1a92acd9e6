"""The Melody as a project of its own: asyncio and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.emitter.around.files import Around, files_around
from adapters.emitter.code import Code
from adapters.emitter.environment import environment, render
from adapters.emitter.package import Package, package
from adapters.emitter.project import NOTHING, GeneratedProject, Sources
from workflow_ir.workflow import WorkflowIR

_AROUND = Around("native", {"workflow.py": "which step waits for which, and `run`"})


def emit(ir: WorkflowIR, sources: Sources = NOTHING) -> GeneratedProject:
    """Write the project."""
    made = package(ir, "native", sources)
    names = {"melody": made.melody, "package": made.name, "uses": made.uses, "has": made.has}
    templates = environment("adapters.native")
    stems = {module.stem for module in made.modules if module.waits}
    workflow = render(
        templates,
        "workflow.py.jinja",
        **names,
        modules=tuple(sorted(stems | {Code("schemas"), Code("steps")})),
        waits=tuple(_waits(made)),
    )
    files = (
        *made.files,
        made.file("workflow.py", workflow),
        made.file("__init__.py", render(templates, "around/__init__.py.jinja", **names)),
        made.file("__main__.py", render(templates, "around/__main__.py.jinja", **names)),
    )
    return GeneratedProject(
        str(made.name), "native", (*files, *files_around(ir, made, files, _AROUND))
    )


@dataclass(frozen=True, slots=True)
class Wait:
    """A step and what it waits for."""

    step: Code
    others: tuple[Code, ...]


def _waits(made: Package) -> Iterator[Wait]:
    for module in made.modules:
        for step, others in module.waits.items():
            yield Wait(
                Code(f"{module.stem}.{step}"),
                tuple(Code(f"{module.stem}.{name}") for name in others),
            )
