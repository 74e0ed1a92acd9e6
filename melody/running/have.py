"""``--have ID=@FILE`` and ``ID=VALUE``: outputs that a run is handed, or MEL510."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import JsonValue

from conductor_core.players.json_data import NotJsonError, json_data
from melody.running.data_file import DataFileError, read_data_file
from melody.running.inputs import Given
from melody.running.step_index import StepIndex
from melody.running.written_value import WrittenValueError, written_value
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.nearest import nearest
from workflow_ir.players import Schema
from workflow_ir.steps import Branch, Fail, Step, layers
from workflow_ir.types import compile_schema, describe, from_json_schema
from workflow_ir.types.complete import complete
from workflow_ir.workflow import WorkflowIR


class HandedIn:
    """Reads the options; problems and the texts of files are collected on the way."""

    def __init__(self, ir: WorkflowIR | None) -> None:
        self.values: dict[str, Given] = {}
        self.problems: list[Diagnostic] = []
        self.sources: dict[str, str] = {}
        self._ir = ir
        self._seen: set[str] = set()

    def read(self, options: Iterable[str]) -> None:
        """Read every ``--have``. Without an IR only their form and the files are looked at."""
        for option in options:
            name, equals, text = option.partition("=")
            name = name.strip()
            if not equals or not name:
                self._refuse(f"`--have {_short(option)}` is neither ID=@FILE nor ID=VALUE")
            elif name in self._seen:
                self._refuse(f"the output of `{name}` is handed in twice")
            elif text.startswith("@"):
                self._file(name, text[1:])
            else:
                self._text(name, text)
            self._seen.add(name)

    def _refuse(self, message: str) -> None:
        help_ = "write `--have ID=@FILE.json`, once for each step"
        self.problems.append(diagnose("MEL510", message, None, help=help_))

    def _file(self, name: str, path: str) -> None:
        try:
            file = read_data_file(path)
        except DataFileError as error:
            self.problems += error.diagnostics
            if error.source is not None:
                self.sources[error.source.file] = error.source.text
            return
        self.sources[file.source.file] = file.source.text
        self.values[name] = Given(file.tree.plain(), file.tree.span)

    def _text(self, name: str, text: str) -> None:
        step = None if self._ir is None else _steps(self._ir).get(name)
        schema = (None if step is None else _schema(step)) or {}
        try:
            self.values[name] = Given(written_value(text, schema))
        except WrittenValueError as error:
            self.problems.append(
                diagnose(
                    "MEL510",
                    f"the output of `{name}` cannot be {_short(text)!r}: {error}",
                    None if self._ir is None else StepIndex(self._ir).span(name),
                    help=f"pass {_wanted(schema)}, written as JSON, or a file: {name}=@FILE.json",
                )
            )


def checked_have(
    ir: WorkflowIR, given: Mapping[str, Given]
) -> tuple[dict[str, JsonValue], tuple[Diagnostic, ...]]:
    """The outputs with their absent optional fields, by step id, and every problem: MEL510.

    Args:
        ir: The Melody.
        given: What a person or a program hands in.
    """
    values: dict[str, JsonValue] = {}
    problems: list[Diagnostic] = []
    steps = _steps(ir)
    for name, one in given.items():
        step = steps.get(name)
        if step is None:
            problems.append(_no_step(ir, name))
            continue
        found = [*_cannot(ir, step), *_misfits(ir, step, one)]
        problems += found
        if not found:
            schema = _schema(step)
            value = json_data(one.value)
            values[name] = value if schema is None else complete(value, schema)
    return values, tuple(problems)


def _steps(ir: WorkflowIR) -> Mapping[str, Step]:
    return {str(step.id): step for step in ir.root.steps}


def _schema(step: Step) -> Schema | None:
    guard = layers(step).guard
    return None if guard is None else guard.output


def _no_step(ir: WorkflowIR, name: str) -> Diagnostic:
    inner = StepIndex(ir).find(name)
    top = _steps(ir)
    if inner is not None:
        outer = next((one for one in top if name.startswith((f"{one}.", f"{one}/", one))), None)
        return diagnose(
            "MEL510",
            f"`{name}` stands inside another step, where it has no output of its own to hand in",
            StepIndex(ir).span(name),
            help=f"hand in the output of `{outer}`" if outer else None,
        )
    meant = nearest(name, top)
    return diagnose(
        "MEL510",
        f"`{ir.name}` has no step `{name}`",
        None,
        help=(f"did you mean `{meant}`? " if meant else "") + f"its steps are {', '.join(top)}",
    )


def _cannot(ir: WorkflowIR, step: Step) -> Iterator[Diagnostic]:
    """Steps of which more is read than an output."""
    parts = layers(step)
    if parts.each is not None:
        what = "is a map: each of its items has an outcome of its own"
    elif isinstance(parts.verb, Branch):
        what = "is a branch: an output alone does not tell which arm was taken"
    elif isinstance(parts.verb, Fail):
        what = "only fails: it has no output"
    else:
        return
    yield diagnose(
        "MEL510",
        f"the output of `{step.id}` cannot be handed in, since it {what}",
        StepIndex(ir).span(step.address),
        help="hand in the output of a step that reads it",
    )


def _misfits(ir: WorkflowIR, step: Step, given: Given) -> Iterator[Diagnostic]:
    place, schema = StepIndex(ir).span(step.address), _schema(step)
    try:
        value: Any = json_data(given.value)
    except NotJsonError as error:
        yield diagnose("MEL510", f"the output of `{step.id}` is not JSON data: {error}", place)
        return
    for violation in [] if schema is None else compile_schema(schema)(value)[:3]:
        where = f"`{step.id}.output{violation.path[1:]}`"
        elsewhere = given.span is not None and place is not None
        yield diagnose(
            "MEL510",
            f"{where} does not fit its type: {violation.message}",
            given.span or place,
            notes=(Note(f"`{step.id}` is declared", place),) if elsewhere else (),
            help=f"pass {_wanted(schema or {})}",
        )


def _wanted(schema: Schema) -> str:
    return f"a value of type {describe(from_json_schema(schema))}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
