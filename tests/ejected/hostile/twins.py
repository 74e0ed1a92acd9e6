"""Two generated projects side by side: one of harmless texts, one of hostile ones."""

from __future__ import annotations

import re

from adapters.emitter.project import GeneratedProject
from tests.ejected.hostile.other_files import compare_other
from tests.ejected.hostile.put import TOKEN, Difference, Put
from tests.ejected.hostile.python_files import Pair, compare_python


def compare(twin: GeneratedProject, hostile: GeneratedProject, put: Put) -> None:
    """All files of two projects.

    Raises:
        Difference: They differ in something that no constant is.
        SyntaxError: A file is no Python.
    """
    if len(twin.files) != len(hostile.files):
        raise Difference(f"{len(twin.files)} files became {len(hostile.files)}")
    package = {str(twin.name): str(hostile.name)}
    pairs: list[Pair] = []
    for harmless, file in zip(twin.files, hostile.files, strict=True):
        _compare_paths(harmless.path, file.path)
        if harmless.owner != file.owner:
            raise Difference(f"{file.path} has another owner")
        if file.path.endswith(".py"):
            names = [one.names for one in pairs]
            pairs.append(compare_python(harmless, file, put, package, names))
        elif harmless.text != file.text:
            compare_other(harmless, file, put, package)
    known = {name for pair in pairs for name in pair.names.items()}
    for pair in pairs:
        for member in pair.members:
            if member not in known and put.texts.get(member[0]) != member[1]:
                raise Difference(f"{pair.path}: the member {member[0]} became {member[1]}")


def _compare_paths(harmless: str, hostile: str) -> None:
    """Paths have the same folders; what a text has to do with them is a plain name."""
    pattern = "".join(
        "[a-z0-9_]+" if TOKEN.search(part) else re.escape(part)
        for part in re.split(r"(\W)", harmless)
    )
    if not re.fullmatch(pattern, hostile, re.ASCII):
        raise Difference(f"{harmless!r} became {hostile!r}")
