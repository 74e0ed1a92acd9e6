"""``-i NAME=VALUE`` and ``-i @FILE.json``, in the order given: a later one wins."""

from __future__ import annotations

from collections.abc import Iterable

from compiler.parse.tree import MapNode
from melody.running.data_file import DataFileError, read_data_file
from melody.running.declared import Declared
from melody.running.inputs import Given, type_of
from melody.running.written_value import WrittenValueError, written_value
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.workflow import WorkflowIR


class GivenInputs:
    """Reads the options; problems and the texts of files are collected on the way."""

    def __init__(self, ir: WorkflowIR | None, declared: Declared) -> None:
        self.values: dict[str, Given] = {}
        self.problems: list[Diagnostic] = []
        self.sources: dict[str, str] = {}
        self.refused: set[str] = set()
        """Inputs whose value could not be read: they are not missing."""
        self._ir = ir
        self._declared = declared

    def read(self, options: Iterable[str]) -> None:
        """Read every ``-i``. Without an IR only their form and the files are looked at."""
        for option in options:
            name, equals, text = option.partition("=")
            if option.startswith("@"):
                self._file(option[1:])
            elif not equals or not name:
                self._refuse(f"`-i {option}` is neither NAME=VALUE nor @FILE.json")
                self.refused.add(option.strip())  # a value was meant to be given
            else:
                self._pair(name.strip(), text)

    def _refuse(self, message: str) -> None:
        self.problems.append(diagnose("MEL506", message, None, help="write `-i NAME=VALUE`"))

    def _file(self, path: str) -> None:
        try:
            file = read_data_file(path)
        except DataFileError as error:
            self.problems += error.diagnostics
            if error.source is not None:
                self.sources[error.source.file] = error.source.text
            return
        self.sources[file.source.file] = file.source.text
        if not isinstance(file.tree, MapNode):
            self.problems.append(
                diagnose(
                    "MEL503",
                    f"`{path}` holds no map of inputs",
                    file.tree.span,
                    help='write for example {"name": "value"}',
                )
            )
            return
        for key, value in file.tree.entries:
            self.values[key.text] = Given(value.plain(), value.span)

    def _pair(self, name: str, text: str) -> None:
        spec = self._ir.inputs.get(name) if self._ir is not None else None
        if spec is None:
            self.values[name] = Given(text)
            return
        try:
            self.values[name] = Given(written_value(text, spec.schema_))
        except WrittenValueError as error:
            shown = text if len(text) <= 60 else f"{text[:59]}…"
            self.problems.append(
                diagnose(
                    "MEL503",
                    f"input `{name}` cannot be {shown!r}: {error}",
                    self._declared.input(name),
                    label=type_of(spec),
                    help=f"pass a value of type {type_of(spec)}, written as JSON",
                )
            )
            self.values.pop(name, None)
            self.refused.add(name)
