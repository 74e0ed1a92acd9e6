"""What ``import melody`` offers to a program: the same doors as the command line."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypedDict, Unpack

from compiler.pipeline import Compilation, compile_file, compile_text, find_project
from conductor_core.players.script import Script, ScriptError
from conductor_core.run import Start
from melody.builder.compiling import compile_built
from melody.builder.melody import Melody
from melody.comparing import Comparison, compare_job
from melody.projects import check_project, read_allow
from melody.running.declared import Declared
from melody.running.fault_options import read_faults
from melody.running.have import checked_have
from melody.running.inputs import Given, checked_inputs
from melody.running.job import Job, build, perform
from melody.running.models_ready import made_up, models_not_ready
from melody.running.native import native as made_native
from melody.running.refusals import refusals
from melody.running.schedule_warnings import schedule_warnings
from melody.running.script_file import read_script
from melody.running.secret_values import secret_values
from workflow_ir.allow import Allow
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError, errors_of
from workflow_ir.result import RunResult
from workflow_ir.workflow import WorkflowIR

Source = WorkflowIR | Melody | str | os.PathLike[str]
"""A compiled Melody, one that was built in Python, or the path of its file."""


def load(
    path: str | os.PathLike[str],
    *,
    allow: Iterable[str] = (),
    profile: str | None = None,
    settings: Iterable[str] = (),
) -> WorkflowIR:
    """Compile a file.

    Args:
        path: ``*.melody.yaml`` or ``*.melody.json``.
        allow: Entries as of ``--allow``: ``python:samples.*``.
        profile: Of the project or the user's file, as ``--profile``.
        settings: Entries as of ``--set``: ``policy.timeout=2m``.

    Raises:
        DiagnosticsError: Everything that is wrong with it.
    """
    return _ir_of(compile_file(path, allow=_allowed(allow), profile=profile, settings=settings))


def compile(
    melody: Melody | str | bytes,
    *,
    file: str = "melody.yaml",
    folder: str | os.PathLike[str] = ".",
    allow: Iterable[str] = (),
    profile: str | None = None,
    settings: Iterable[str] = (),
) -> WorkflowIR:
    """Compile a Melody that was built in Python, or text as if it stood in ``file``.

    Args:
        melody: What was built, or the text of a file.
        file: Of a text: its name.
        folder: Of a text: where it is as if it stood; its project is looked for from there.
        allow: Entries as of ``--allow``: ``python:samples.*``.
        profile: Of the project or the user's file, as ``--profile``.
        settings: Entries as of ``--set``: ``policy.timeout=2m``.

    Raises:
        DiagnosticsError: Everything that is wrong with it.
    """
    allowed = _allowed(allow)
    if isinstance(melody, Melody):
        return _ir_of(compile_built(melody, allow=allowed, profile=profile, settings=settings))
    found = compile_text(
        melody, file=file, folder=folder, allow=allowed, profile=profile, settings=settings
    )
    return _ir_of(found)


def check(
    melody: Melody | str | os.PathLike[str],
    *,
    on: str | None = None,
    allow: Iterable[str] = (),
    profile: str | None = None,
    settings: Iterable[str] = (),
) -> tuple[Diagnostic, ...]:
    """The problems of a Melody, warnings included; none: an empty tuple.

    Args:
        melody: The path of its file, or what was built in Python.
        on: The backend it is going to run on; also says what that one lacks, and where its own
            schedule may change the outcome.
        allow: Entries as of ``--allow``.
        profile: Of the project or the user's file, as ``--profile``.
        settings: Entries as of ``--set``.
    """
    from adapters import registry

    conditions: Conditions = {"allow": allow, "profile": profile, "settings": settings}
    compilation = _compiled(melody, conditions, will_run=on is not None)
    if on is None or compilation.ir is None:
        return compilation.diagnostics
    adapter, ir = registry.load(on), compilation.ir
    return (*compilation.diagnostics, *refusals(ir, adapter), *schedule_warnings(ir, adapter))


class Conditions(TypedDict, total=False):
    """How a Melody is run; every member may be left out."""

    start: Start
    """``eager`` (default): the conductor starts steps; ``graph``: the framework does."""
    script: str | os.PathLike[str] | Mapping[str, Any] | None
    """Plays every player: a file, or its data."""
    faults: Iterable[str]
    """Injected failures, ``STEP:KIND[*n]``."""
    have: Mapping[str, Any]
    """Outputs of steps of the top, by id: the run starts from the middle, without these steps."""
    allow: Iterable[str]
    """Allowed beside what the project allows, ``KIND:PATTERN``."""
    profile: str | None
    """Of the project or the user's file."""
    settings: Iterable[str]
    """Changed values of the Melody, ``PATH=VALUE``; not of one that is compiled already."""
    offline: bool
    """Replace every model by the offline one."""
    record: str | os.PathLike[str] | None
    """Record every model call in this file, for `replay`; no key is written."""
    replay: str | os.PathLike[str] | None
    """Answer every model call from this recording."""
    journal: bool
    """True (default): keep the events under ``.melody/runs``."""
    folder: str | os.PathLike[str] | None
    """Of the Melody's project; by default that of its file."""


async def run_async(
    melody: Source,
    inputs: Mapping[str, Any] | None = None,
    *,
    on: str = "native",
    **conditions: Unpack[Conditions],
) -> RunResult:
    """``run`` for programs with an event loop of their own; cancel the task to cancel the run."""
    return await perform(build(replace(_job(melody, inputs or {}, conditions), on=on)))


def run(
    melody: Source,
    inputs: Mapping[str, Any] | None = None,
    *,
    on: str = "native",
    **conditions: Unpack[Conditions],
) -> RunResult:
    """Run a Melody and wait for its end.

    Args:
        melody: A path, what ``load`` or ``compile`` gave, or what was built in Python.
        inputs: By name.
        on: The backend.
        **conditions: See `Conditions`.

    Returns:
        The result, whatever its status: a failed run raises nothing.

    Raises:
        DiagnosticsError: The run could not start; with everything that is wrong.
        RuntimeError: Called inside an event loop; await ``run_async`` there.
    """
    _refuse_a_running_loop("run")
    return asyncio.run(run_async(melody, inputs, on=on, **conditions))


def native(melody: Source, *, on: str, **conditions: Unpack[Conditions]) -> Any:
    """A Melody as the framework's own object, to be used with the framework's own tools.

    It performs its steps by its players, as far as the project allows them. The backend's
    README.md says how it is used; nothing is written under ``.melody/runs``.

    Args:
        melody: As of ``run``.
        on: The backend: ``langgraph`` gives a compiled graph, ``crewai`` a ``Crew`` or ``Flow``.
        **conditions: See `Conditions`; ``start``, ``have`` and ``journal`` mean nothing here.

    Raises:
        DiagnosticsError: With everything that is wrong.
    """
    return made_native(replace(_job(melody, None, conditions), on=on))


def compare(
    melody: Source,
    inputs: Mapping[str, Any] | None = None,
    *,
    backends: Iterable[str] | None = None,
    **conditions: Unpack[Conditions],
) -> Comparison:
    """Run a Melody on several backends, by default all that are installed, and compare.

    Arguments as of ``run``.

    Raises:
        DiagnosticsError: The runs could not start.
        Interrupted: A signal ended them.
    """
    _refuse_a_running_loop("compare")
    return compare_job(_job(melody, inputs or {}, conditions), backends=backends)


def _refuse_a_running_loop(name: str) -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise RuntimeError(f"melody.{name} waits; inside an event loop `await melody.run_async(...)`")


def _job(melody: Source, inputs: Mapping[str, Any] | None, conditions: Conditions) -> Job:
    """Inputs None: they come when the framework's object is used."""
    compilation = _compilation(melody, conditions)
    ir = _ir_of(compilation)
    values: Mapping[str, Any] = {}
    problems: tuple[Diagnostic, ...] = ()
    if inputs is not None:
        given = {name: Given(value) for name, value in inputs.items()}
        values, problems = checked_inputs(ir, given, Declared(ir.file, compilation.sources))
    faults, more = read_faults(conditions.get("faults", ()), ir)
    handed = {name: Given(value) for name, value in conditions.get("have", {}).items()}
    have, wrong = checked_have(ir, handed)
    script = _script(conditions.get("script"), ir)
    secrets, unset = secret_values(ir, os.environ, scripted=script is not None)
    offline, replay = conditions.get("offline", False), conditions.get("replay")
    unready: tuple[Diagnostic, ...] = ()
    if script is None and not offline and replay is None:
        unready = models_not_ready(ir, compilation.folder)
    if script is None:
        unready += made_up(ir, conditions.get("profile"), offline=offline)
    if problems or more or wrong or unset or unready:
        raise DiagnosticsError((*problems, *more, *wrong, *unset, *unready))
    record = conditions.get("record")
    return Job(
        ir=ir,
        inputs=values,
        folder=compilation.folder,
        allow=compilation.allow,
        start=conditions.get("start", "eager"),
        script=script,
        faults=faults,
        secrets=secrets,
        have=have,
        offline=offline,
        record=None if record is None else Path(record),
        replay=None if replay is None else Path(replay),
        trusted=compilation.trusted,
        journal=conditions.get("journal", True),
    )


def _compilation(melody: Source, conditions: Conditions) -> Compilation:
    wished = conditions.get("folder")
    if not isinstance(melody, WorkflowIR):
        found = _compiled(melody, conditions, will_run=True)
        return found if wished is None else replace(found, folder=Path(wished))
    if tuple(conditions.get("settings", ())):
        fact = "settings change a Melody, and this one is compiled already"
        help_ = "give them to `load` or `compile`"
        raise DiagnosticsError([diagnose("MEL506", fact, None, help=help_)])
    allow = _allowed(conditions.get("allow", ()))
    folder = Path(melody.file or ".").parent if wished is None else Path(wished)
    project = find_project(folder)
    trusted: frozenset[str] = frozenset()
    if project is not None:
        checked = check_project(project, conditions.get("profile"))
        if checked.errors:
            raise DiagnosticsError(checked.diagnostics)
        folder, allow, trusted = project.parent, checked.allow | allow, checked.trusted
    return Compilation(melody, (), {}, folder, allow, trusted=trusted)


def _compiled(
    melody: Melody | str | os.PathLike[str], conditions: Conditions, *, will_run: bool
) -> Compilation:
    allow, profile = _allowed(conditions.get("allow", ())), conditions.get("profile")
    settings = tuple(conditions.get("settings", ()))
    if isinstance(melody, Melody):
        return compile_built(
            melody, allow=allow, will_run=will_run, profile=profile, settings=settings
        )
    return compile_file(melody, allow=allow, will_run=will_run, profile=profile, settings=settings)


def _script(
    wanted: str | os.PathLike[str] | Mapping[str, Any] | None, ir: WorkflowIR
) -> Script | None:
    if wanted is None:
        return None
    if isinstance(wanted, Mapping):
        try:
            return Script.read(wanted)
        except ScriptError as error:
            raise DiagnosticsError(
                diagnose("MEL504", str(problem), None, help=problem.help)
                for problem in error.problems
            ) from error
    return read_script(wanted, ir)[0]


def _allowed(entries: Iterable[str]) -> Allow:
    allow, problems = read_allow(entries)
    if problems:
        raise DiagnosticsError(problems)
    return allow


def _ir_of(compilation: Compilation) -> WorkflowIR:
    if compilation.ir is None or errors_of(compilation.diagnostics):
        raise DiagnosticsError(compilation.diagnostics)
    return compilation.ir
