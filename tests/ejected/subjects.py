"""What is ejected here: every conformance case and every sample, with what comes of its run."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import melody
from adapters import registry
from adapters.emitter.project import Sources
from compiler.pipeline import Compilation, compile_file
from conductor_core.players.script import Script
from conductor_core.players.troupe import Troupe
from melody.ejecting.own_files import own_files
from melody.running.script_file import read_script
from melody.testing.conformance.case import Case, all_cases
from melody.testing.conformance.performing import perform, workflow
from tests.unit.samples.all_samples import PLAYS, Sample
from workflow_ir.allow import Allow
from workflow_ir.players import FrameworkPlayer, PythonPlayer
from workflow_ir.result import RunResult
from workflow_ir.workflow import WorkflowIR


@dataclass(frozen=True, eq=False)
class Subject:
    """A Melody and one script of its players."""

    name: str
    """Identifier of the test; also makes the name of its package."""
    case: Case | None = None
    sample: Sample | None = None
    script_file: Path | None = None
    """Of a sample."""

    @property
    def ir(self) -> WorkflowIR:
        """The workflow; subjects of one sample share it."""
        if self.case is not None:
            return _ir_of_case(self.case.name)
        assert self.sample is not None
        ir = _compiled(self.sample).ir
        assert ir is not None
        return ir

    @property
    def melody(self) -> str:
        """Which Melody it is: subjects that share one are emitted once."""
        return self.name if self.sample is None else str(self.sample)

    @property
    def inputs(self) -> Mapping[str, Any]:
        """As given to the run."""
        return {} if self.case is None else self.case.inputs

    @property
    def secrets(self) -> Mapping[str, str]:
        """What the environment holds."""
        return {} if self.case is None else self.case.secrets

    @property
    def script(self) -> Script | None:
        """None: real players in real time."""
        if self.case is not None:
            return None if self.case.script is None else Script.read(self.case.script)
        assert self.script_file is not None
        script, _ = read_script(self.script_file, self.ir)
        return script

    @property
    def virtual(self) -> bool:
        """Waiting costs no time."""
        script = self.script
        return script is not None and script.clock == "virtual"

    @property
    def schedule(self) -> str:
        """What of the outcome depends on who starts first."""
        return "none" if self.case is None else self.case.schedule

    def troupe(self) -> Troupe:
        """The players of one run."""
        return Troupe(
            self.ir.players,
            self._folder(),
            self.ir.models,
            self._allow(),
            self.script,
            modules=self.ir.modules,
            secrets=self.secrets,
        )

    @property
    def sources(self) -> Sources:
        """The user's own files that go along. Of a case: modules that its players name.

        Nothing performs in them: a script stands for every player that they are named by.
        """
        if self.sample is not None:
            return own_files(self.ir, self._folder()).sources
        named: dict[str, list[str]] = {}
        for each in (self.ir, *self.ir.modules.values()):
            for player in each.players.values():
                if isinstance(player, PythonPlayer | FrameworkPlayer):
                    module, _, name = player.target.partition(":")
                    named.setdefault(module, []).append(name)
        return Sources(
            {
                f"{module}.py": "".join(map(_STAND_IN.format, dict.fromkeys(sorted(names))))
                for module, names in sorted(named.items())
                if module not in sys.stdlib_module_names
            }
        )

    def _folder(self) -> Path:
        return Path() if self.sample is None else _compiled(self.sample).folder

    def _allow(self) -> Allow:
        if self.case is not None:
            return Allow(**self.case.allow)
        assert self.sample is not None
        return _compiled(self.sample).allow

    def as_run(self) -> RunResult:
        """What ``melody run`` gives: native, eager. Run once in a session."""
        return _as_run(self.name)

    def as_run_object(self) -> dict[str, Any]:
        """The same as the object of spec 3."""
        return self.as_run().normal_form()


_STAND_IN = """
async def {}(**inputs: object) -> object:
    raise AssertionError("a script stands for this player")

"""

CASES = tuple(case for case in all_cases() if not case.have)
"""Without those that are started from the middle: ``--have`` is a door of ours, no code has it."""

SUBJECTS: Mapping[str, Subject] = {
    **{case.name: Subject(case.name, case=case) for case in CASES},
    **{
        f"sample_{play.sample.folder.name}-{play.name}": Subject(
            f"sample_{play.sample.folder.name}-{play.name}",
            sample=play.sample,
            script_file=play.script,
        )
        for play in PLAYS
    },
}

MELODIES: Mapping[str, Subject] = {one.melody: one for one in reversed(tuple(SUBJECTS.values()))}
"""One subject for each Melody."""


@cache
def _ir_of_case(name: str) -> WorkflowIR:
    (case,) = (one for one in CASES if one.name == name)
    return workflow(case)


@cache
def _compiled(sample: Sample) -> Compilation:
    return compile_file(sample.melody)


@cache
def _as_run(name: str) -> RunResult:
    subject = SUBJECTS[name]
    if subject.case is not None:
        native = registry.load("native")
        return perform(subject.case, native, native.compile(subject.ir), "eager").result
    assert subject.sample is not None
    return melody.run(subject.sample.melody, script=subject.script_file, journal=False)
