"""A sample whose own code speaks Melody's words runs where no Melody is: alone, on each target."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import melody
from adapters import registry
from adapters.crewai.silence import SILENCE
from adapters.emitter.player_api import PACKAGES
from melody.ejecting.laid_out import lay_out
from melody.ejecting.own_files import own_files
from tests.ejected.ejected import TARGETS, compared
from tests.ejected.spoken import imports_of_ours
from tests.unit.samples.all_samples import sample

FOLDER = sample("07").folder
FILE = FOLDER / "protein_folding.melody.yaml"
LONG = "HPHPPHHPHPPHPHHPPHPH"
SCENES: Mapping[str, tuple[str, tuple[str, ...], str, float | None]] = {
    "there is time enough": ("HPHPPHHP", (), "succeeded", 1.0),
    "there is not": (LONG, (), "succeeded", 0.8),
    "there is even less": (LONG, ("policy.wall=2s",), "succeeded", 0.8),
    "it must be exact": (LONG, ("policy.may_degrade=false",), "recovered", 0.0),
    "it is no sequence": ("XYZ", (), "failed", None),
}
"""By name: the sequence, what is set, the status, and how precise the answer is."""

_NOWHERE = """
import sys


class Nowhere:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {ours!r}:
            raise ModuleNotFoundError(f"there is no Melody here: {{name}}", name=name)


sys.meta_path.insert(0, Nowhere())
"""
_LONGEST_S = 120


def alone(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python where our packages cannot be imported, and neither can processes of its own."""
    (folder / "sitecustomize.py").write_text(_NOWHERE.format(ours=sorted(PACKAGES)), "utf-8")
    variables = {
        **SILENCE,
        "HOME": str(folder / "home"),
        "CREWAI_STORAGE_DIR": str(folder / "home"),
        "PYTHONPATH": os.pathsep.join([str(folder), str(folder / "src")]),
    }
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        check=False,
        text=True,
        timeout=_LONGEST_S,
    )


@pytest.mark.parametrize("name", sorted(PACKAGES))
def test_there_is_no_melody_here(tmp_path: Path, name: str) -> None:
    ended = alone(tmp_path, "-c", f"import {name}")
    assert ended.returncode == 1
    assert "there is no Melody here" in ended.stderr


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("scene", SCENES)
def test_it_comes_to_what_melody_run_comes_to(tmp_path: Path, target: str, scene: str) -> None:
    sequence, settings, status, precision = SCENES[scene]
    ir = melody.load(FILE, settings=settings)
    lay_out(registry.load(target).emit(ir, own_files(ir, FOLDER).sources), tmp_path)
    given = json.dumps({"sequence": sequence})
    ended = alone(tmp_path, "-m", "protein_folding", "--inputs", given)
    assert ended.returncode == (1 if status == "failed" else 0), ended.stderr
    printed = json.loads(ended.stdout)
    ran = melody.run(FILE, {"sequence": sequence}, settings=settings, journal=False)
    assert as_far_as_told(printed) == as_far_as_told(ran.normal_form())
    assert (printed["status"], printed["outputs"]["precision"]) == (status, precision)


WORDS = """
from __future__ import annotations

from melody import Grant, PlayRequest, StandardError, Success


def say(n: int, request: PlayRequest, grant: Grant) -> Success | StandardError:
    if n < 0:
        return StandardError.of("http.503", f"busy {request.attempt}", retry_after_s=0.01)
    told = [request.path, request.address, request.prompt, request.output, request.attempt]
    told += [dict(request.parameters), request.with_, request.has_with, request.player]
    told += [grant.attempts, grant.may_degrade, grant.effects, grant.usd, grant.tokens]
    told += [grant.deadline - grant.clock.now() < 50, grant.memory_bytes, grant.cpu]
    return Success([repr(one) for one in told], usd=0.5, degraded=n > 1, internal_attempts=2)
"""
MELODY = """
melody: v1
name: words
players:
  inside: {python: "band:say", effects: none, grant: {attempts: 2}}
  apart: {python: "band:say", isolation: process, grant: {attempts: 2}, limits: {memory: 2GB}}
policy: {timeout: 40s, budget: {usd: 9}, retry: {max_attempts: 4, jitter: none}}
steps:
  one: {play: inside, with: {n: 1}, prompt: Go., output: "list[string]"}
  two: {play: apart, needs: [one], with: {n: 2}, prompt: Go., output: "list[string]"}
  three: {play: inside, needs: [two], with: {n: -1}, on_failure: [retry, skip]}
  four: {play: apart, needs: [three], with: {n: -1}, on_failure: [retry, skip]}
outputs: {}
"""


def test_functions_in_processes_of_their_own_are_told_and_tell_the_same(tmp_path: Path) -> None:
    file = tmp_path / "words.melody.yaml"
    file.write_text(MELODY, "utf-8")
    (tmp_path / "band.py").write_text(WORDS, "utf-8")
    (tmp_path / "melody.project.yaml").write_text("allow: {python: [band]}\n", "utf-8")
    ir, folder = melody.load(file), tmp_path / "made"
    folder.mkdir()
    lay_out(registry.load("native").emit(ir, own_files(ir, tmp_path).sources), folder)
    ended = alone(folder, "-m", "words")
    assert ended.returncode == 3, ended.stderr
    ran = melody.run(file, journal=False).normal_form()
    assert compared(json.loads(ended.stdout)) == compared(ran)
    statuses = [step["status"] for step in ran["steps"].values()]
    assert statuses == ["succeeded", "succeeded", "gap", "gap"]


def as_far_as_told(tree: Mapping[str, Any]) -> dict[str, Any]:
    """A report without what an approximate answer owes to the seconds that were left."""
    found = compared(tree)
    output = found["steps"]["fold"]["output"]
    if output is not None and output["precision"] == 0.8:
        for part in (output, found["outputs"]):
            for name in {"bonds", "walk"} & part.keys():
                assert part.pop(name)
    return found


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_of_a_project_imports_a_package_of_ours(target: str) -> None:
    ir = melody.load(FILE)
    project = registry.load(target).emit(ir, own_files(ir, FOLDER).sources)
    assert imports_of_ours(project) == []
    own = next(file for file in project.files if file.path.endswith("project/folding.py"))
    before = (FOLDER / "folding.py").read_text("utf-8")
    moved = "from protein_folding.answers import Grant, StandardError, Success\n"
    assert own.text == before.replace("from melody import Grant, StandardError, Success\n", moved)
