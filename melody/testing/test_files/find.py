"""The files below the paths of ``melody test``, with their cases."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from melody.checking import folders_in
from melody.file_names import is_melody, is_test_file
from melody.testing.test_files.cases import Case, cases_in
from melody.testing.test_files.places import shown
from melody.testing.test_files.snapshots import without_owner
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.span import Span
from workflow_ir.visible import visible


@dataclass(frozen=True, slots=True)
class Found:
    """A case with its title."""

    file: str
    """As people read it."""
    case: Case

    @property
    def title(self) -> str:
        """``notes.melody.test.yaml::a_rough_day[native]``, as a terminal may show it."""
        return visible(f"{self.file}::{self.case.name}")


def files_in(paths: Iterable[str]) -> tuple[tuple[Path, ...], tuple[Diagnostic, ...]]:
    """The files that the paths lead to, each once, and each path that leads to none (MEL101)."""
    files: dict[Path, None] = {}
    problems: list[Diagnostic] = []
    for name in paths:
        path = Path(os.path.abspath(name))  # noqa: PTH100 - links stay
        if path.is_dir():
            found = tuple(_inside(path))
            files |= dict.fromkeys(found)
            if not found:
                problems.append(_no_file(name, "is a directory without any Melody or test file"))
        elif not path.exists():
            problems.append(_no_file(name, "does not exist"))
        elif is_melody(path.name) or is_test_file(path.name):
            files[path] = None
        else:
            problems.append(_no_file(name, "is neither a Melody nor a test file"))
    return tuple(files), tuple(problems)


def _inside(folder: Path) -> Iterator[Path]:
    for place, names in folders_in(str(folder)):
        here = Path(place)
        yield from (here / name for name in names if is_melody(name))
        yield from (here / name for name in names if is_test_file(name))
        yield from without_owner(here)


def cases_of(file: Path) -> tuple[Found, ...]:
    """The cases of a file, or of a folder of snapshots without a test file."""
    return tuple(Found(shown(file), case) for case in cases_in(file))


def _no_file(path: str, fact: str) -> Diagnostic:
    return diagnose(
        "MEL101",
        f"`{path}` {fact}",
        Span(path, 1, 1, 1, 1),
        help="name a `*.melody.yaml` or `*.melody.test.yaml` file, or a folder that holds some",
    )
