"""``--script FILE``: a script with its problems told at their places (MEL504)."""

from __future__ import annotations

import os
from collections.abc import Iterator

from conductor_core.players.script import SCRIPTED, Script, ScriptError, ScriptProblem
from melody.running.data_file import DataFile, DataFileError, read_data_file
from melody.running.step_index import StepIndex
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.workflow import WorkflowIR


def read_script(path: str | os.PathLike[str], ir: WorkflowIR | None) -> tuple[Script, DataFile]:
    """A script that fits a Melody.

    Args:
        path: The file, YAML or JSON.
        ir: The Melody it plays; None: it could not be compiled, names are not looked up.

    Raises:
        DataFileError: MEL1xx: the file cannot be read; MEL504: it is no script, or it speaks of
            players or steps that the Melody does not have.
    """
    file = read_data_file(path)
    return script_of(file, ir), file


def script_of(file: DataFile, ir: WorkflowIR | None) -> Script:
    """The script that is written in a file, or in a part of one; otherwise as ``read_script``."""
    try:
        script = Script.read(file.tree.plain())
    except ScriptError as error:
        raise DataFileError(tuple(_told(error.problems, file)), file.source) from error
    if ir is not None:
        players = {name: None for each in (ir, *ir.modules.values()) for name in each.players}
        models = _models(ir)
        unknown = tuple(script.unknown(tuple(players), StepIndex(ir).addresses, models))
        if unknown:
            raise DataFileError(tuple(_told(unknown, file)), file.source)
    return script


def _models(ir: WorkflowIR) -> tuple[str, ...]:
    """The names by which a script may speak of a model: alias, ``provider/name``, scripted NAME."""
    found: dict[str, None] = {}
    for each in (ir, *ir.modules.values()):
        for alias, model in each.models.items():
            found |= {alias: None, model.model: None, model.model.removeprefix(SCRIPTED): None}
    return tuple(found)


def _told(problems: tuple[ScriptProblem, ...], file: DataFile) -> Iterator[Diagnostic]:
    for problem in problems:
        span = file.place(problem.path)
        # A hint in a few words fits beside the carets.
        beside = problem.help is not None and problem.help.startswith("did you mean")
        yield diagnose(
            "MEL504",
            problem.message,
            span,
            label=problem.help if beside else None,
            help=None if beside else problem.help,
        )
