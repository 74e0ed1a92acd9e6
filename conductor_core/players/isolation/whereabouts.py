"""Where a player's module lies, found without importing anything."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path


def is_the_projects_own(module: str, folder: Path) -> bool:
    """Whether the module is a file of the project, or was made by the program that runs us.

    A link that leads out of the folder is not the project's own, and neither is what is installed
    in an environment that lies inside of it: that is found through ``sys.path``.

    Args:
        module: Dotted.
        folder: The project's, absolute.
    """
    made = sys.modules.get(module)
    if made is not None and made.__spec__ is None:
        return True  # it has no file, so no other process could find it
    spec: ModuleSpec | None = None
    places = [str(folder)]
    parts = module.split(".")
    for count in range(1, len(parts) + 1):
        spec = PathFinder.find_spec(".".join(parts[:count]), places)
        if spec is None:
            return False
        places = list(spec.submodule_search_locations or ())
    if spec is None or spec.origin is None or not spec.has_location:
        return spec is not None and spec.loader is None  # a folder without `__init__.py`
    return Path(spec.origin).resolve().is_relative_to(folder.resolve())
