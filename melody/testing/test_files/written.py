"""A test file as written: its tests and the snapshots it asks for, every part with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from compiler.parse.source_text import SourceText
from compiler.parse.syntax import Spanned
from compiler.parse.tree import MapNode, Node
from conductor_core.run import Start
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.span import Span


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a Melody is run, or compiled; what is None or empty was not written."""

    inputs: tuple[MapNode, ...] = ()
    """Those of the file first; a later one's values win."""
    script: Node | None = None
    """The path of a file, or the script itself."""
    faults: tuple[Spanned[str], ...] = ()
    have: MapNode | None = None
    profile: Spanned[str] | None = None
    settings: tuple[Spanned[str], ...] = ()
    offline: bool | None = None
    start: Start | None = None
    on: tuple[Spanned[str], ...] = ()

    def over(self, below: Conditions) -> Conditions:
        """These, and where nothing was written what holds for the whole file."""
        return Conditions(
            inputs=(*below.inputs, *self.inputs),
            script=below.script if self.script is None else self.script,
            faults=self.faults or below.faults,
            have=below.have if self.have is None else self.have,
            profile=self.profile or below.profile,
            settings=self.settings or below.settings,
            offline=below.offline if self.offline is None else self.offline,
            start=self.start or below.start,
            on=self.on or below.on,
        )


@dataclass(frozen=True, slots=True)
class WrittenTest:
    """One test."""

    name: Spanned[str]
    conditions: Conditions
    expect: MapNode
    """What is expected, of a checked shape (``expectations``)."""


@dataclass(frozen=True, slots=True)
class WrittenTests:
    """A test file, as far as it could be read."""

    path: Path
    """Where it is, absolute."""
    file: str
    """Its name in diagnostics."""
    source: SourceText | None
    """None: it could not be read as text."""
    problems: tuple[Diagnostic, ...]
    """With errors among them, none of its tests can be made."""
    melody: Spanned[str] | None = None
    """The path of the Melody as written, or the one beside the file, placed at the file's top."""
    conditions: Conditions = field(default_factory=Conditions)
    """Those that hold for every test, and for the snapshots."""
    snapshots: tuple[Spanned[str], ...] = ()
    """Targets."""
    tests: tuple[WrittenTest, ...] = ()

    @property
    def sources(self) -> Mapping[str, str]:
        """Its text by its name."""
        return {} if self.source is None else {self.source.file: self.source.text}

    @property
    def top(self) -> Span:
        """The place of the file as a whole."""
        return Span(self.file, 1, 1, 1, 1)
