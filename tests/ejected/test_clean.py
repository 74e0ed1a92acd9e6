"""The owner's tools have nothing to say of a generated project: ruff, mypy --strict, its own tests.

All projects of a target are looked at together, by one process of each tool.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from adapters.crewai.silence import SILENCE
from adapters.emitter.project import GeneratedProject
from melody.ejecting.laid_out import lay_out
from tests.ejected.ejected import TARGETS, covered, named, package_files, project_of, renamed
from tests.ejected.written import temporary_folder

RULES = "E,F,I,UP,B"
_LONGEST_S = 900


@cache
def written(target: str) -> tuple[Path, tuple[str, ...]]:
    """The packages of a target, each under a name of its own, and the files that we wrote.

    The tests of ``PACKAGE`` are in ``tests_of_PACKAGE`` beside it.
    """
    root = temporary_folder()
    files: list[str] = []
    for melody, _ in covered(target):
        project = project_of(melody, target)
        package = named(melody, target)
        laid = temporary_folder()
        lay_out(under(project, package), laid)
        (laid / "src" / project.name).rename(root / package)
        (test,) = (laid / "tests").rglob(f"test_{project.name}.py")
        tests = test.parent.rename(root / f"tests_of_{package}")
        files += [f"{package}/{path}" for path in _written_by_us(project)]
        files += [f"{tests.name}/{one.name}" for one in tests.iterdir()]
    assert files
    return root, tuple(sorted(files))


def under(project: GeneratedProject, name: str) -> GeneratedProject:
    """The project as it would be written if its package had another name."""
    files = [
        file
        if file.verbatim or not file.path.endswith(".py")
        else replace(file, text=renamed(file.text, project.name, name))
        for file in project.files
    ]
    return replace(project, files=tuple(files))


def _written_by_us(project: GeneratedProject) -> list[str]:
    verbatim = {file.path for file in project.files if file.verbatim}
    return [
        path
        for path, _ in package_files(project)
        if path.endswith(".py") and f"src/{project.name}/{path}" not in verbatim
    ]


def complaints(command: Sequence[str], folder: Path, files: Sequence[str]) -> str:
    """What a tool says; empty if it has nothing to say."""
    listed = folder / "files.txt"
    listed.write_text("\n".join(files), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", *command, f"@{listed}"],
        cwd=folder,
        capture_output=True,
        check=False,
        text=True,
        timeout=_LONGEST_S,
    )
    return "" if ended.returncode == 0 else (ended.stdout + ended.stderr)[-6000:]


@pytest.mark.parametrize("target", TARGETS)
def test_ruff_has_nothing_to_say(target: str) -> None:
    folder, files = written(target)
    options = ["--isolated", "--no-cache", "--target-version", "py311", "--line-length", "100"]
    check = ["ruff", "check", *options, "--select", RULES, "--output-format", "concise"]
    assert complaints(check, folder, files) == ""
    assert complaints(["ruff", "format", "--check", *options], folder, files) == ""


@pytest.mark.parametrize("target", TARGETS)
def test_mypy_has_nothing_to_say(target: str) -> None:
    folder, files = written(target)
    ours = [path for path in files if not _is_the_users(path)]
    check = ["mypy", "--strict", "--python-version", "3.11", "--follow-imports", "silent"]
    options = ["--config-file", "", "--cache-dir", os.devnull]
    assert complaints([*check, *options], folder, ours) == ""


@pytest.mark.parametrize("target", TARGETS)
def test_its_own_tests_pass_and_wait_for_nothing(target: str) -> None:
    folder, files = written(target)
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder)],
        cwd=folder,
        env={**os.environ, **SILENCE, "PYTHONPATH": str(folder), "HOME": str(temporary_folder())},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
        timeout=_LONGEST_S,
    )
    assert ended.returncode == 0, ended.stdout[-6000:] + ended.stderr[-2000:]
    passed = re.search(r"^(\d+) passed\b", ended.stdout, flags=re.MULTILINE)
    assert passed is not None, ended.stdout[-2000:]
    projects = sum(path.endswith("/virtual_time.py") for path in files)
    assert int(passed[1]) >= 2 * projects


def _is_the_users(path: str) -> bool:
    """Stubs that are written once: types of theirs are their owner's matter."""
    return path.split("/")[1] in ("players", "project")
