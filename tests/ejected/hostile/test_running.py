"""Projects of hostile texts run like their harmless twins, and nothing in them becomes code."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from compiler.pipeline import compile_text
from tests.ejected.ejected import TARGETS
from tests.ejected.hostile.corpus import CORPUS, MARK, TOUCH
from tests.ejected.hostile.filling import MELODIES, harmless, hostile, put_of
from tests.ejected.hostile.performing import DOORS
from tests.ejected.hostile.put import Put
from tests.ejected.hostile.running import Ran, differences, ran
from tests.ejected.written import temporary_folder
from workflow_ir.canonical import plain
from workflow_ir.workflow import WorkflowIR

SEED = 0
ENDS = {"everything": "degraded", "crew": "succeeded"}
"""Steps of ``everything`` that wait for a moment or ask a service are gaps, as no text is one."""
ARGUMENTS = [text for text in CORPUS if "\0" not in text]


@pytest.fixture(scope="module", params=TARGETS)
def target(request: pytest.FixtureRequest) -> str:
    """Tests of one target stand together, so that parallel processes seldom share them."""
    return str(request.param)


@cache
def runs(target: str) -> tuple[Path, dict[str, tuple[Ran, Ran]], Ran]:
    """The folder where projects of a target were run; what came of twins and projects; a program's.

    The last one has one player, who starts a program with all texts that were picked by hand.
    """
    folder = temporary_folder()
    filled = [
        one
        for name in MELODIES
        for one in (harmless(name, own=True), hostile(name, SEED, own=True))
    ]
    *found, program = ran([*(one.ir for one in filled), with_a_program()], target, folder)
    pairs = iter(found)
    return folder, {name: (next(pairs), next(pairs)) for name in MELODIES}, program


def with_a_program() -> WorkflowIR:
    text = "melody: v1\nname: m\nplayers: {p: {command: [[run]], stdin: x}}\nsteps: {a: {play: p}}"
    ir = compile_text(text, file="m.melody.yaml").ir
    assert ir is not None
    tree: Any = plain(ir)
    tree["players"]["p"]["commands"][0] += [
        {"kind": "literal", "value": text} for text in ARGUMENTS
    ]
    tree["players"]["p"]["stdin"]["value"] = "".join(CORPUS)
    return WorkflowIR.model_validate(tree)


def put_into(name: str) -> Put:
    return put_of(hostile(name, SEED, own=True))


def test_no_text_of_a_project_runs_when_it_does(target: str) -> None:
    assert all(any(MARK in text for text in put_into(name).texts.values()) for name in MELODIES)
    folder, *_ = runs(target)
    assert list(folder.rglob(MARK)) == []


@pytest.mark.parametrize("name", MELODIES)
def test_the_report_is_that_of_the_harmless_twin(name: str, target: str) -> None:
    twin, project = runs(target)[1][name]
    assert twin.report["status"] == ENDS[name]
    assert list(differences(twin.report, project.report, put_into(name))) == []


@pytest.mark.parametrize("name", MELODIES)
def test_whoever_is_asked_is_told_every_text_exactly(name: str, target: str) -> None:
    twin, project = runs(target)[1][name]
    doors = {one[0] for asked in twin.told.values() for one in asked if isinstance(one, list)}
    assert doors == {"everything": DOORS, "crew": {"function", "work"}}[name]
    assert list(differences(twin.told, project.told, put_into(name))) == []


def test_programs_are_started_with_every_text_exactly(target: str) -> None:
    twin, project = runs(target)[1]["everything"]
    assert len(twin.programs) == 5
    assert list(differences(twin.programs, project.programs, put_into("everything"))) == []


def test_a_program_gets_every_text_that_was_picked_by_hand(target: str) -> None:
    program = runs(target)[2]
    assert program.report["status"] == "succeeded"
    arguments, given, _, _ = program.programs["run"]
    assert arguments == ARGUMENTS
    assert given == "".join(CORPUS)


def test_the_mark_is_made_by_what_does_become_code() -> None:
    folder = temporary_folder()
    subprocess.run([sys.executable, "-c", TOUCH], cwd=folder, check=True)
    assert list(folder.rglob(MARK)) == [folder / MARK]
