"""Whether our top-level packages are ours: `adapters` and `compiler` are names others own too.

Installed beside such a distribution, pip mixes the two without a word, and the first import dies
somewhere inside the other's code. So the command asks here before it imports any other package
of ours; that is why this module needs the standard library only.
"""

# Every start pays for this check, and pathlib would triple its time.
# ruff: noqa: PTH118, PTH123, PTH208

from __future__ import annotations

import importlib.machinery
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Imported late below: the very package may be the one that is not ours.
    from workflow_ir.diagnostics import Diagnostic

DISTRIBUTION = "melody-compiler"
PACKAGES = ("workflow_ir", "compiler", "conductor_core", "adapters", "melody")

_CODE = "MEL901"
_OWN_ENVIRONMENT = (
    f"install {DISTRIBUTION} in a virtual environment of its own: "
    f"python3 -m venv melody-env && melody-env/bin/pip install {DISTRIBUTION}"
)
_ANOTHER_PATH = (
    "start melody from another folder, or take that one out of PYTHONPATH; "
    f"if a distribution put it there, {_OWN_ENVIRONMENT}"
)


@dataclass(frozen=True, slots=True)
class Collision:
    """One of our packages is claimed, hidden or damaged by something else."""

    package: str
    message: str
    place: Path
    """What is in the way, or, for a damaged package, what is gone."""
    cure: str = _OWN_ENVIRONMENT

    def diagnostic(self) -> Diagnostic:
        """The same as MEL901, for whoever collects diagnostics."""
        from workflow_ir.diagnose import diagnose
        from workflow_ir.diagnostics import Note

        note = Note(f"see {self.place}")
        return diagnose(_CODE, self.message, None, notes=(note,), help=self.cure)

    def __str__(self) -> str:
        """MEL901 as a terminal shows it, made without any package that may not be ours."""
        return f"error[{_CODE}]: {self.message}\n  = note: see {self.place}\n  = help: {self.cure}"


def find_collision(
    search_path: Sequence[str] | None = None, *, home: Path | None = None
) -> Collision | None:
    """The first of our packages that is not ours alone, or None.

    Exact, and cheap enough for every start: an entry of the search path is looked into only if
    something there bears one of our names, and file lists are searched, not parsed
    (``importlib.metadata.packages_distributions`` takes longer than the rest of the start).

    Args:
        search_path: Where Python looks for packages; ``sys.path`` by default.
        home: The folder that holds our packages; the one that holds this package by default.
    """
    home = home or Path(__file__).resolve().parent.parent
    entries = [entry or os.curdir for entry in dict.fromkeys(search_path or sys.path)]
    return _claimed(entries) or _hidden_or_damaged(entries, home)


def _claimed(entries: Iterable[str]) -> Collision | None:
    """Another distribution lists one of our packages among its files."""
    for entry in entries:
        names = [name for name in PACKAGES if _stands(entry, name)]
        if not names:
            continue
        # A folder or a module in a file list, or a line of top-level names.
        claim = re.compile(rf"\n({'|'.join(names)})(?:/|\.py,|\r?\n)".encode())
        for metadata in _metadata_folders(entry):
            found = claim.search(_listed_files(metadata))
            if found:
                name = found[1].decode()
                owner, _, version = Path(metadata).stem.partition("-")
                message = f"the distribution `{owner}` {version} owns the package `{name}` too"
                return Collision(package=name, message=message, place=Path(metadata))
    return None


def _hidden_or_damaged(entries: list[str], home: Path) -> Collision | None:
    """Python would take one of our packages from somewhere else, or finds only its remains."""
    for name in PACKAGES:
        ours = home / name / "__init__.py"
        if not ours.is_file():
            message = f"the package `{name}` of {DISTRIBUTION} has lost its `__init__.py`"
            return Collision(package=name, message=message, place=ours)
        spec = importlib.machinery.PathFinder.find_spec(name, entries)
        if spec is not None and spec.origin and not ours.samefile(spec.origin):
            return Collision(
                package=name,
                message=f"`import {name}` finds another package than that of {DISTRIBUTION}",
                place=Path(spec.origin),
                cure=_ANOTHER_PATH,
            )
    return None


def _stands(entry: str, name: str) -> bool:
    place = os.path.join(entry, name)
    return os.path.lexists(place) or os.path.lexists(f"{place}.py")


def _metadata_folders(entry: str) -> Iterator[str]:
    """The metadata of every distribution in one entry of the search path, except our own."""
    try:
        names = sorted(os.listdir(entry))
    except OSError:
        return
    for name in names:
        if name.endswith((".dist-info", ".egg-info")):
            distribution = re.sub(r"[-_.]+", "-", name.rpartition(".")[0].partition("-")[0])
            if distribution.lower() != DISTRIBUTION:
                yield os.path.join(entry, name)


def _listed_files(metadata: str) -> bytes:
    """The top-level names of a distribution, else all its files, a line break round each."""
    for name in ("top_level.txt", "RECORD"):
        try:
            with open(os.path.join(metadata, name), "rb") as listing:
                return b"\n%b\n" % listing.read()
        except OSError:
            continue
    return b""
