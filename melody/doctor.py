"""What `melody doctor` looks at: whether Melodies can be checked and run from here. No network."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path

from compiler.pipeline import PROJECT_FILE, find_project
from compiler.projects.above import above
from compiler.projects.user_file import user_file
from compiler.projects.written_file import read_written
from conductor_core.journal.jsonl import FOLDER
from melody.installation import DISTRIBUTION, find_collision
from melody.projects import check_project
from melody.version import __version__, version_of
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import errors_of

PYTHON = (3, 11)
"""The oldest that works."""
CREWAI_BELOW = (3, 14)
"""CrewAI refuses this Python and later ones."""
EXTRAS = {"langgraph": ("langgraph", "1.2", "1.3"), "crewai": ("crewai", "1.15.30", "1.16")}
"""Extra → distribution, the oldest version that works, the first that does not."""


class Verdict(StrEnum):
    """What was found at one point."""

    GOOD = "ok"
    MISSING = "--"
    """Something that one can do without."""
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One point."""

    verdict: Verdict
    point: str
    fact: str
    cure: str | None = None
    """In the imperative; nothing where all is well."""


def findings(folder: Path) -> Iterator[Finding]:
    """Every point, in the order they are told; what is looked at is not changed."""
    for look in LOOKS:
        yield from look(folder)


def _python(folder: Path) -> Iterator[Finding]:
    fact = f"{platform.python_version()} ({sys.executable})"
    if sys.version_info < PYTHON:
        wanted = ".".join(map(str, PYTHON))
        yield Finding(Verdict.BAD, "python", fact, f"use Python {wanted} or newer")
    else:
        yield Finding(Verdict.GOOD, "python", fact)


def _melody(folder: Path) -> Iterator[Finding]:
    place = Path(__file__).parent
    yield Finding(Verdict.GOOD, "melody", f"{__version__} ({place})")
    collision = find_collision()
    if collision is None:
        yield Finding(Verdict.GOOD, "packages", "the names of our packages are ours alone")
    else:
        fact = f"{collision.message}: see {collision.place}"
        yield Finding(Verdict.BAD, "packages", fact, collision.cure)


def _extras(folder: Path) -> Iterator[Finding]:
    for extra, (distribution, oldest, too_new) in EXTRAS.items():
        version = version_of(distribution)
        install = f"pip install '{DISTRIBUTION}[{extra}]'"
        if version is None:
            too_late = extra == "crewai" and sys.version_info >= CREWAI_BELOW
            cure = "CrewAI needs Python below 3.14" if too_late else f"to run on it: {install}"
            yield Finding(Verdict.MISSING, extra, "not installed", cure)
        elif _number(oldest) <= _number(version) < _number(too_new):
            yield Finding(Verdict.GOOD, extra, version)
        else:
            fact = f"{version}, but from {oldest} to below {too_new} is known to work"
            yield Finding(Verdict.BAD, extra, fact, install)


def _number(version: str) -> tuple[int, ...]:
    """The numbers a version begins with: ``1.15.30rc1`` is 1, 15, 30."""
    return tuple(int(part) for part in re.findall(r"\d+", version.partition("+")[0])[:3])


def _project(folder: Path) -> Iterator[Finding]:
    path = find_project(folder)
    if path is None:
        yield Finding(
            Verdict.MISSING,
            "project",
            f"no {PROJECT_FILE} here or above",
            "a Melody of models and data needs none; `melody init DIR` makes one",
        )
        return
    found = check_project(path)
    if found.errors:
        number = len(found.errors)
        fact = f"{path} has {number} error{'s' if number > 1 else ''}"
        yield Finding(Verdict.BAD, "project", fact, f"melody check {path}")
        return
    yield Finding(Verdict.GOOD, "project", str(path))
    yield Finding(Verdict.GOOD, "allowed", _allowed(found.allow))


def _user(folder: Path) -> Iterator[Finding]:
    """The user's own file, and the profile that the environment chooses."""
    path = user_file()
    if path is None or not os.path.lexists(path):
        fact = "no home folder" if path is None else f"no {path}"
        yield Finding(
            Verdict.MISSING, "user", fact, "models and players of yours, for all projects, go there"
        )
    else:
        problems = errors_of(read_written(path, of_user=True).problems)
        if problems:
            fact = f"{path}: {problems[0].message}"
            yield Finding(Verdict.BAD, "user", fact, f"melody check {path}")
        else:
            yield Finding(Verdict.GOOD, "user", str(path))
    profile = os.environ.get("MELODY_PROFILE")
    if profile:
        missing = [one for one in above(folder, profile).problems if one.code == "MEL132"]
        if missing:
            yield Finding(Verdict.BAD, "profile", missing[0].message, missing[0].help)
        else:
            yield Finding(Verdict.GOOD, "profile", f"{profile} (MELODY_PROFILE)")


def _allowed(allow: Allow) -> str:
    kinds = [(each.name, getattr(allow, each.name)) for each in fields(allow)]
    said = [f"{name}: {', '.join(map(str, entries))}" for name, entries in kinds if entries]
    return "; ".join(said) or "nothing"


def _journal(folder: Path) -> Iterator[Finding]:
    """Whether runs can keep their events: tried with a file that is gone at once."""
    project = find_project(folder)
    base = folder if project is None else project.parent
    runs = base / FOLDER
    nearest = next(place for place in (runs, runs.parent, base) if os.path.lexists(place))
    try:
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        fact = f"{nearest} cannot be written: {error.strerror}"
        cure = "make it writable, or run with `--no-journal`"
        yield Finding(Verdict.BAD, "journal", fact, cure)
    else:
        yield Finding(Verdict.GOOD, "journal", f"events of runs can be kept in {runs}")


def _git(folder: Path) -> Iterator[Finding]:
    program = shutil.which("git")
    cure = "for `melody diff REV:path` alone; install git"
    if program is None:
        yield Finding(Verdict.MISSING, "git", "not found", cure)
        return
    try:
        ended = subprocess.run(
            (program, "--version"), check=True, capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError) as error:
        yield Finding(Verdict.MISSING, "git", f"{program} does not work: {error}", cure)
    else:
        yield Finding(Verdict.GOOD, "git", ended.stdout.strip().removeprefix("git version "))


LOOKS: tuple[Callable[[Path], Iterator[Finding]], ...] = (
    _python,
    _melody,
    _extras,
    _project,
    _user,
    _journal,
    _git,
)
"""What is looked at, in order."""
