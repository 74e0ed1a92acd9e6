"""Files of the user's that go along with a project: the code of python players, and ``--include``.

A player's module is copied with its whole package, and so are the modules of the project that it
imports. Modules that are installed are not: the generated project needs them installed too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Final

from adapters.emitter.naming.reserved import STANDARD_MODULES
from adapters.emitter.own_code import imported
from adapters.emitter.project import Sources, Spellings, is_portable
from melody.ejecting.folder import BlockedError, Folder, Found
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError
from workflow_ir.players import FrameworkPlayer, PythonPlayer
from workflow_ir.workflow import WorkflowIR

MOST_BYTES: Final = 5 * 2**20
MOST_FILES: Final = 2_000
_LONGEST_PATH: Final = 120
"""Characters; the folder of the generated project comes before it."""


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """What goes along."""

    sources: Sources
    left_out: tuple[str, ...] = ()
    """What lies among a player's modules and cannot go along, each with the reason."""


def own_files(ir: WorkflowIR, folder: Path, include: Sequence[str] = ()) -> OwnFiles:
    """Gather them.

    Args:
        ir: Whose players are copied.
        folder: Of the project.
        include: Further files and folders, from the working directory.

    Raises:
        DiagnosticsError: MEL513, once for everything that is asked for and cannot go along.
    """
    with Folder(folder) as opened:
        gathering = _Gathering(opened, folder)
        try:
            for path in include:
                gathering.include(path)
            gathering.modules_of(ir)
        except OSError as error:
            gathering.refuse(str(error.filename or folder), f"{error.strerror}")
    if gathering.problems:
        raise DiagnosticsError(gathering.problems)
    return OwnFiles(Sources(dict(sorted(gathering.files.items()))), tuple(gathering.left_out))


class _Gathering:
    def __init__(self, opened: Folder, folder: Path) -> None:
        self.opened = opened
        self.folder = folder
        self.files: dict[str, str] = {}
        self.left_out: list[str] = []
        self.problems: list[Diagnostic] = []
        self.spellings = Spellings()
        self.room = MOST_BYTES

    def modules_of(self, ir: WorkflowIR) -> None:
        """The modules that players name, and those of the project that copied files import."""
        wanted = dict.fromkeys(_tops_of(ir))
        scanned: set[str] = set()
        while True:
            for path in [path for path in self.files if path not in scanned]:
                scanned.add(path)
                if path.endswith(".py"):
                    found = imported(self.files[path])
                    wanted |= dict.fromkeys(top for top in found if top not in STANDARD_MODULES)
            missing = [top for top in wanted if top not in scanned]
            if not missing:
                return
            scanned.update(missing)
            for top in missing:
                self._module(top)

    def include(self, path: str) -> None:
        """A file or a folder that the user names."""
        place = _inside(path, self.folder)
        if not path or "\0" in path:
            self.refuse(path, "that is no path")
            return
        if place is None:
            self.refuse(path, f"it does not lie in the project's folder `{self.folder}`")
            return
        try:
            found = self.opened.kind(place) if place else Found.FOLDER
        except BlockedError as blocked:
            self.refuse(path, f"`{blocked.path}` is {blocked.found.value}")
            return
        match found:
            case None:
                self._take(place, as_named=path)
            case Found.FOLDER:
                for below, kind in self._below(place):
                    if kind is None:
                        self._take(below, as_named=below)
                    else:
                        self.refuse(below, _why(kind))
            case Found.NOTHING:
                self.refuse(path, "there is no such file")
            case _:
                self.refuse(path, f"it is {found.value}")

    def _module(self, top: str) -> None:
        """A module at the top of the folder, as Python would find it there."""
        package, file = self._kind(top), self._kind(f"{top}.py")
        is_regular = self._kind(f"{top}/__init__.py") is not Found.NOTHING
        if package is Found.FOLDER and is_regular:
            self._package(top)
        elif file is None:
            self._take(f"{top}.py")
        elif package is Found.FOLDER and not _is_installed(top):
            self._package(top)
        for path, kind in ((top, package), (f"{top}.py", file)):
            if kind in (Found.LINK, Found.OTHER):
                self.left_out.append(f"{path}: it is {kind.value}")

    def _package(self, top: str) -> None:
        for path, kind in self._below(top):
            name = path.rpartition("/")[2]
            if not (name == "py.typed" or (name.endswith(".py") and name[:-3].isidentifier())):
                if kind in (Found.LINK, Found.FOLDER):
                    self.left_out.append(f"{path}: {_why(kind)}")
            elif kind is None:
                self._take(path)
            else:
                self.left_out.append(f"{path}: {_why(kind)}")

    def _below(self, folder: str) -> Iterator[tuple[str, Found | None]]:
        """Every file below a folder, in order; what is hidden or a cache is passed over.

        A folder is told only where it lies too deep.
        """
        for name, kind in self.opened.names(folder):
            if name.startswith(".") or name == "__pycache__":
                continue
            path = f"{folder}/{name}" if folder else name
            if kind is Found.FOLDER and len(path) <= _LONGEST_PATH:
                yield from self._below(path)
            else:
                yield path, kind

    def _kind(self, path: str) -> Found | None:
        try:
            return self.opened.kind(path)
        except BlockedError:
            return Found.NOTHING

    def _take(self, path: str, *, as_named: str | None = None) -> None:
        """Read a file; what was not asked for by name is left out rather than refused."""
        if path in self.files or self.room < 0:
            return
        if not is_portable(path) or len(path) > _LONGEST_PATH:
            why = "its path has characters or a length that not every machine takes"
        elif (met := self.spellings.meets(path)) is not None:
            why = f"on some machines its path meets `{met}`"
        else:
            self._read(path)
            return
        if as_named is None:
            self.left_out.append(f"{path}: {why}")
        else:
            self.refuse(as_named, why)

    def _read(self, path: str) -> None:
        data = self.opened.read(path, most=self.room)
        if isinstance(data, Found):  # exchanged a moment ago
            self.refuse(path, f"it is {data.value}")
            return
        self.room -= len(data)
        if self.room < 0 or len(self.files) == MOST_FILES:
            self.room = -1
            most = f"{MOST_FILES} files and {MOST_BYTES // 2**20} MiB"
            self.refuse(path, f"with it there would be more than {most}")
            return
        self.files[path] = data.decode("utf-8", "surrogateescape")

    def refuse(self, path: str, why: str) -> None:
        self.problems.append(
            diagnose("MEL513", f"`{path}` cannot go along with the project: {why}", None)
        )


def _why(kind: Found) -> str:
    return "it lies too deep" if kind is Found.FOLDER else f"it is {kind.value}"


def _tops_of(ir: WorkflowIR) -> Iterator[str]:
    for one in (ir, *ir.modules.values()):
        for player in one.players.values():
            if isinstance(player, PythonPlayer | FrameworkPlayer):
                yield player.target.partition(":")[0].partition(".")[0]


def _inside(path: str, folder: Path) -> str | None:
    """A path as it is named from the folder; None if it does not lie in it."""
    given = os.path.abspath(path)  # noqa: PTH100 - `resolve` would follow symlinks
    for root in (os.path.abspath(folder), os.path.realpath(folder)):  # noqa: PTH100 - as above
        if given == root:
            return ""
        if given.startswith(root.rstrip("/") + "/"):
            return given.removeprefix(root.rstrip("/") + "/")
    return None


def _is_installed(top: str) -> bool:
    """Whether a regular module of that name goes before a plain folder of the project."""
    spec = PathFinder.find_spec(top)
    return spec is not None and spec.loader is not None
