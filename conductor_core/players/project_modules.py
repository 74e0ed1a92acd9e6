"""Importing the python players of a project, without mixing two projects up.

A project's modules are named as the author sees them (``players.draft``), so two projects in one
process may have equal names. While a project's player is loaded or performs, a finder looks into
that project's folder first; ``sys.path`` is never changed. Modules of another project that stand
in ``sys.modules`` under a name the project has too are taken out before loading.
"""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

_folder: ContextVar[Path | None] = ContextVar("melody_project_folder", default=None)
_lock = threading.RLock()
_known_folders: set[Path] = set()


class ModuleClashError(ImportError):
    """The project has a module whose name is taken by another one in this process."""


class _ProjectFinder:
    """Finds top-level modules in the folder of the project that is at work."""

    @classmethod
    def find_spec(
        cls, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del target
        folder = _folder.get()
        return None if folder is None or path is not None else _spec(name, folder)


@contextmanager
def project_folder(folder: Path) -> Iterator[None]:
    """Imports inside the block, also those of functions that are called, see the folder first."""
    if _ProjectFinder not in sys.meta_path:
        sys.meta_path.insert(0, _ProjectFinder)
    token = _folder.set(folder)
    try:
        yield
    finally:
        _folder.reset(token)


def project_module(name: str, folder: Path) -> ModuleType:
    """The module of that name: the project's own, else an installed one.

    Raises:
        ModuleClashError: The project has it, but another module of the name is in use.
        Exception: Whatever its import raises.
    """
    top = name.partition(".")[0]
    with _lock, project_folder(folder):
        importlib.invalidate_caches()  # the file may be younger than the cached listing
        spec = _spec(top, folder)
        if spec is not None:
            _make_room(folder)
            _refuse_a_clash(top, spec)
            _known_folders.add(folder)
        return importlib.import_module(name)


def _spec(top: str, folder: Path) -> ModuleSpec | None:
    """Where the folder has the module. A plain folder yields to a regular package elsewhere."""
    spec = PathFinder.find_spec(top, [str(folder)])
    if spec is None or spec.loader is not None:
        return spec
    elsewhere = PathFinder.find_spec(top)
    if elsewhere is not None and elsewhere.loader is not None:
        return None
    # A plain list, so that a later change of sys.path does not move the package elsewhere.
    spec.submodule_search_locations = list(spec.submodule_search_locations or ())
    return spec


def _make_room(folder: Path) -> None:
    """Take out the modules of other projects that would be found instead of this project's."""
    tops = {name.partition(".")[0] for name in sys.modules}
    for top in tops:
        place = _place(sys.modules.get(top))
        foreign = place is not None and any(
            other != folder and place.parent == other for other in _known_folders
        )
        if foreign and PathFinder.find_spec(top, [str(folder)]) is not None:
            for name in [n for n in sys.modules if n == top or n.startswith(f"{top}.")]:
                del sys.modules[name]


def _refuse_a_clash(top: str, spec: ModuleSpec) -> None:
    loaded = sys.modules.get(top)
    if loaded is None or _place(loaded) == _place_of_spec(spec):
        return
    where = _place(loaded) or "Python itself"
    raise ModuleClashError(
        f"the project's module {top!r} has the name of a module in use from {where}; rename it"
    )


def _place(module: ModuleType | None) -> Path | None:
    """The file of a module, the folder of a package."""
    spec = getattr(module, "__spec__", None)
    return None if spec is None else _place_of_spec(spec)


def _place_of_spec(spec: ModuleSpec) -> Path | None:
    locations = list(spec.submodule_search_locations or ())
    if locations:
        return Path(locations[0]).resolve()
    return Path(spec.origin).resolve() if spec.has_location and spec.origin else None
