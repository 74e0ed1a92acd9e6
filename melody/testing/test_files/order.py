"""A test as a run that can be made, or everything that stands in its way."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import JsonValue

from compiler.parse.syntax import Spanned
from compiler.parse.tree import MapNode, Node, ScalarNode
from compiler.pipeline import Compilation, compile_file
from compiler.projects.settings import is_set
from conductor_core.players.faults import Fault
from conductor_core.players.script import Script
from melody.running.data_file import DataFile, DataFileError
from melody.running.declared import Declared
from melody.running.fault_options import read_faults
from melody.running.have import checked_have
from melody.running.inputs import Given, checked_inputs
from melody.running.job import Job
from melody.running.models_ready import made_up, models_not_ready
from melody.running.script_file import read_script, script_of
from melody.running.secret_values import secret_values
from melody.testing.test_files.places import shown
from melody.testing.test_files.possible import impossible
from melody.testing.test_files.written import Conditions, WrittenTest, WrittenTests
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note, errors_of
from workflow_ir.nearest import nearest
from workflow_ir.span import Span
from workflow_ir.workflow import WorkflowIR


@dataclass(slots=True)
class Order:
    """What was found on the way to a run."""

    problems: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    job: Job | None = None
    """None: there are errors among the problems."""


def order(tests: WrittenTests, test: WrittenTest) -> Order:
    """The run that a test asks for, but for its backend, with every mistake of it at once."""
    conditions = test.conditions.over(tests.conditions)
    found = Order(sources=dict(tests.sources))
    compilation = compiled(tests, conditions, found, will_run=True)
    ir = None if compilation is None else compilation.ir
    script = _script(tests, ir, conditions.script, found)
    if compilation is None or ir is None:
        return found
    found.problems += impossible(test.expect, ir)
    values = _inputs(ir, conditions, found, test.name.span)
    faults = tuple(_faults(ir, conditions, found))
    have, problems = checked_have(ir, _given(conditions.have))
    found.problems += _placed(problems, conditions.have)
    scripted, offline = conditions.script is not None, bool(conditions.offline)
    secrets, problems = secret_values(ir, os.environ, scripted=scripted)
    found.problems += problems
    if not scripted:
        profile = None if conditions.profile is None else conditions.profile.value
        found.problems += () if offline else models_not_ready(ir, compilation.folder)
        found.problems += made_up(ir, profile, offline=offline)
    if not errors_of(found.problems):
        found.job = Job(
            ir=ir,
            inputs=values,
            folder=compilation.folder,
            allow=compilation.allow,
            start=conditions.start or "eager",
            script=script,
            faults=faults,
            secrets=secrets,
            offline=offline,
            trusted=compilation.trusted,
            journal=False,
            have=have,
            # All backends, and every run, draw the same jitter.
            seed=ir.hash,
        )
    return found


def compiled(
    tests: WrittenTests, conditions: Conditions, found: Order, *, will_run: bool = False
) -> Compilation | None:
    """The Melody of a test file under these conditions; what is wrong goes into ``found``."""
    path = _file(tests, tests.melody, "a Melody", found)
    if path is None:
        return None
    compilation = compile_file(
        shown(path),
        will_run=will_run,
        profile=None if conditions.profile is None else conditions.profile.value,
        settings=tuple(each.value for each in conditions.settings),
    )
    found.problems += (_in_the_test(problem, conditions) for problem in compilation.diagnostics)
    found.sources |= compilation.sources
    return compilation


def _in_the_test(problem: Diagnostic, conditions: Conditions) -> Diagnostic:
    """What is wrong with a profile or a setting is told where the test file writes it."""
    if problem.code == "MEL132" and problem.span is None and conditions.profile is not None:
        return replace(problem, span=conditions.profile.span)
    if problem.span is not None and is_set(problem.span.file):
        for setting in conditions.settings:
            if problem.span.file.endswith(f" {setting.value.partition('=')[0]}"):
                return replace(problem, span=setting.span)
    return problem


def _file(
    tests: WrittenTests, written: Spanned[str] | None, what: str, found: Order
) -> Path | None:
    """A file that the test file names; one that is not there is told where it is named."""
    assert written is not None  # else the file has errors, and no test of it is made
    path = tests.path.parent / written.value
    if os.path.lexists(path):
        return path
    names = os.listdir(path.parent) if path.parent.is_dir() else []  # noqa: PTH208 - names alone
    meant = nearest(path.name, names)
    near = None if meant is None else f"did you mean `{written.value[: -len(path.name)]}{meant}`?"
    beside = written.span == tests.top
    found.problems.append(
        diagnose(
            "MEL551",
            f"`{shown(path)}` does not exist",
            written.span,
            label=None if beside else near,
            help=f"write `melody: PATH`, the path of {what} from the folder of this file"
            if beside
            else None,
        )
    )
    return None


def _inputs(
    ir: WorkflowIR, conditions: Conditions, found: Order, at: Span
) -> Mapping[str, JsonValue]:
    given = {name: one for each in conditions.inputs for name, one in _given(each).items()}
    values, problems = checked_inputs(ir, given, Declared(ir.file, found.sources))
    for problem in problems:
        if problem.code == "MEL501":  # told at the test, which can give what is missing
            notes = () if problem.span is None else (Note("it is declared", problem.span),)
            problem = replace(  # noqa: PLW2901
                problem, span=at, label=None, notes=notes, help="add it to the test's `inputs`"
            )
        found.problems.append(problem)
    return values


def _given(node: MapNode | None) -> dict[str, Given]:
    entries = () if node is None else node.entries
    return {key.text: Given(value.plain(), key.span.to(value.span)) for key, value in entries}


def _placed(problems: tuple[Diagnostic, ...], node: MapNode | None) -> Iterator[Diagnostic]:
    """Problems without a place get that of the part of the test that they come from."""
    for problem in problems:
        place = problem.span or (None if node is None else node.span)
        yield replace(problem, span=place)


def _script(
    tests: WrittenTests, ir: WorkflowIR | None, node: Node | None, found: Order
) -> Script | None:
    """Without an IR the names in it are not looked up."""
    assert tests.source is not None  # a test was read from it
    if node is None:
        return None
    try:
        if not isinstance(node, ScalarNode):
            return script_of(DataFile(node, tests.source), ir)
        path = _file(tests, Spanned(node.text, node.span), "a script", found)
        if path is None:
            return None
        script, file = read_script(shown(path), ir)
    except DataFileError as error:
        found.problems += error.diagnostics
        if error.source is not None:
            found.sources[error.source.file] = error.source.text
        return None
    found.sources[file.source.file] = file.source.text
    return script


def _faults(ir: WorkflowIR, conditions: Conditions, found: Order) -> Iterator[Fault]:
    for written in conditions.faults:
        faults, problems = read_faults((written.value,), ir)
        found.problems += (replace(problem, span=written.span) for problem in problems)
        yield from faults
