"""Runs that nobody but a user of the framework's own object has asked for.

``compiled.native`` can be run by the framework's own tools. No door of Melody has checked the
inputs then or chosen the ports; this does both.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from conductor_core.agents.port import Agents
from conductor_core.agents.tool_loop import ToolLoop
from conductor_core.clock.real import RealClock
from conductor_core.journal.memory import MemoryJournal
from conductor_core.players.troupe import Troupe
from conductor_core.readings.machine import Machine
from conductor_core.run import Run
from conductor_core.stage import RunContext
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError
from workflow_ir.nearest import nearest
from workflow_ir.result import StepStatus
from workflow_ir.types import compile_schema
from workflow_ir.workflow import WorkflowIR


class NobodyAnswers(RuntimeError):
    """A step asks a person or waits for an event, and nobody is there: the run cannot go on.

    Under ``execute`` the run pauses instead, and can be told so.
    """

    def __init__(self, paths: tuple[str, ...]) -> None:
        steps = ", ".join(map(repr, paths))
        super().__init__(
            f"nobody is there to answer {steps}: give `people` in the `RunContext`, or run the "
            "Melody by `execute`"
        )
        self.paths = paths
        """Run paths of the steps that wait."""


async def closed(context: RunContext) -> None:
    """End the processes and loops of players that were made for one use and are used up."""
    close = getattr(context.players, "aclose", None)
    if close is not None:
        await close()


def waiting_in(run: Run) -> tuple[str, ...]:
    """The run paths of the steps that wait for somebody, in order."""
    steps = (step for region in run.regions.values() for step in region.steps.values())
    return tuple(
        dict.fromkeys(step.path for step in steps if step.record.status is StepStatus.WAITING)
    )


def default_context(ir: WorkflowIR, agents: Agents | None = None) -> RunContext:
    """Real time, events in memory, the players of the IR with nothing allowed.

    Args:
        ir: The workflow.
        agents: The machinery of the backend; None: the tool loop of our own.
    """
    folder = Path() if ir.file is None else Path(ir.file).parent
    return RunContext(
        run=uuid4().hex,
        clock=RealClock(),
        players=Troupe(
            ir.players, folder, ir.models, modules=ir.modules, agents=agents or ToolLoop()
        ),
        journal=MemoryJournal(),
        readings=Machine(folder, ir.players),
    )


def checked(ir: WorkflowIR, given: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of a run with their defaults filled in.

    Raises:
        DiagnosticsError: MEL501, MEL502, MEL503: every problem at once.
    """
    problems: list[Diagnostic] = []
    for name in given:
        if name not in ir.inputs:
            meant = nearest(name, ir.inputs)
            hint = f"did you mean {meant!r}?" if meant else None
            problems.append(
                diagnose("MEL502", f"{ir.name!r} has no input {name!r}", None, help=hint)
            )
    values: dict[str, Any] = {}
    for name, spec in ir.inputs.items():
        if name in given:
            values[name] = copy.deepcopy(given[name])
            problems += [
                diagnose("MEL503", f"input {name!r}: {wrong.path}: {wrong.message}", None)
                for wrong in compile_schema(spec.schema_)(given[name])
            ]
        elif spec.required:
            problems.append(diagnose("MEL501", f"input {name!r} is missing", None))
        else:
            values[name] = copy.deepcopy(spec.default)
    if problems:
        raise DiagnosticsError(problems)
    return values
