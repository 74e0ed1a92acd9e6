"""Projects of hostile texts run like their harmless twins, and nothing in them becomes code."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from itertools import product
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

SEEDS = range(2)
ENDS = {"everything": "degraded", "crew": "succeeded"}
"""Steps of ``everything`` that wait for a moment or ask a service are gaps, as no text is one."""
ARGUMENTS = [text for text in CORPUS if "\0" not in text]


@pytest.fixture(scope="module", params=TARGETS)
def target(request: pytest.FixtureRequest) -> str:
    """Tests of one target stand together, so that parallel processes seldom share them."""
    return str(request.param)


@cache
def runs(target: str) -> tuple[Path, dict[str, tuple[Ran, ...]], Ran]:
    """The folder where projects of a target were run; what came of them, twins first; a program's.

    The last one has one player, who starts a program with all texts that were picked by hand.
    """
    folder = temporary_folder()
    filled = [
        one
        for name in MELODIES
        for one in (harmless(name, own=True), *(hostile(name, seed, own=True) for seed in SEEDS))
    ]
    *found, program = ran([*(one.ir for one in filled), with_a_program()], target, folder)
    each = 1 + len(SEEDS)
    parts = (tuple(found[start : start + each]) for start in range(0, len(found), each))
    return folder, dict(zip(MELODIES, parts, strict=True)), program


def of(target: str, name: str, seed: int) -> tuple[Ran, Ran]:
    """What came of a twin, and of a project of hostile texts."""
    twin, *projects = runs(target)[1][name]
    return twin, projects[seed]


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


@cache
def put_into(name: str, seed: int) -> Put:
    return put_of(hostile(name, seed, own=True))


def test_no_text_of_a_project_runs_when_it_does(target: str) -> None:
    for name, seed in product(MELODIES, SEEDS):
        assert any(MARK in text for text in put_into(name, seed).texts.values())
    folder, *_ = runs(target)
    assert list(folder.rglob(MARK)) == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", MELODIES)
def test_the_report_is_that_of_the_harmless_twin(name: str, seed: int, target: str) -> None:
    twin, project = of(target, name, seed)
    assert twin.report["status"] == ENDS[name]
    assert list(differences(twin.report, project.report, put_into(name, seed))) == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", MELODIES)
def test_whoever_is_asked_is_told_every_text_exactly(name: str, seed: int, target: str) -> None:
    twin, project = of(target, name, seed)
    doors = {one[0] for asked in twin.told.values() for one in asked if isinstance(one, list)}
    assert doors == {"everything": DOORS, "crew": {"function", "work"}}[name]
    assert list(differences(twin.told, project.told, put_into(name, seed))) == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", MELODIES)
def test_what_the_framework_runs_by_itself_gives_every_text_exactly(
    name: str, seed: int, target: str
) -> None:
    twin, project = of(target, name, seed)
    if target == "native":
        assert twin.alone is project.alone is None
        return
    assert twin.alone is not None
    ended = twin.alone["report"]
    assert ended.get("outputs", ended) == twin.report["outputs"]
    assert twin.alone["told"].keys() == twin.told.keys()
    assert project.alone is not None
    assert list(differences(twin.alone, project.alone, put_into(name, seed))) == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", MELODIES)
def test_crewai_run_prints_every_text_exactly(name: str, seed: int) -> None:
    twin, project = of("crewai", name, seed)
    assert twin.alone is not None
    assert project.alone is not None
    usual, printed = twin.alone["printed"], project.alone["printed"]
    assert usual["outputs"] == twin.report["outputs"]
    assert list(differences(usual, printed, put_into(name, seed))) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_programs_are_started_with_every_text_exactly(seed: int, target: str) -> None:
    twin, project = of(target, "everything", seed)
    assert len(twin.programs) == 5
    assert list(differences(twin.programs, project.programs, put_into("everything", seed))) == []


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
