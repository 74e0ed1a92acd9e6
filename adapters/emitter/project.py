"""A generated project: its files, before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from adapters.emitter.naming.reserved import DEVICES

Owner = Literal["melody", "you"]
"""``melody``: generated again each time and never edited; ``you``: written once, never again."""

MANIFEST: Final = "melody.lock.json"
"""The file that says what was generated; whoever writes a project writes it too."""

_PART: Final = re.compile(r"\.?[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
_NAME: Final = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
_LONGEST_PATH: Final = 200
_LONGEST_PART: Final = 100


def is_portable(path: str) -> bool:
    """A relative path with ``/`` that leaves no folder and means the same on every machine.

    >>> is_portable("src/notes/graph.py"), is_portable("../x"), is_portable("src/aux.py")
    (True, False, False)
    """
    return len(path) <= _LONGEST_PATH and all(
        _PART.fullmatch(part)
        and not part.endswith(".")
        and len(part) <= _LONGEST_PART
        and part.lstrip(".").split(".")[0].lower() not in DEVICES
        and part.lower() != ".git"
        for part in path.split("/")
    )


class Spellings:
    """Paths that can stand in one folder, on machines too where case does not count."""

    __slots__ = ("_files", "_spelled")

    def __init__(self) -> None:
        self._spelled: dict[str, str] = {}
        self._files: set[str] = set()

    def meets(self, path: str) -> str | None:
        """Take a path in; where it cannot be, the one that it meets, and it is not taken.

        >>> paths = Spellings()
        >>> paths.meets("src/a.py"), paths.meets("Src/b.py"), paths.meets("src/a.py/c")
        (None, 'src', 'src/a.py')
        """
        parts = path.split("/")
        above = ["/".join(parts[:end]) for end in range(1, len(parts))]
        for folder in above:
            if folder in self._files or self._spelled.get(folder.lower(), folder) != folder:
                return self._spelled[folder.lower()]
        if path.lower() in self._spelled:
            return self._spelled[path.lower()]
        self._spelled.update((each.lower(), each) for each in (*above, path))
        self._files.add(path)
        return None


def meetings(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Paths that cannot stand in one folder with earlier ones, each with what it meets."""
    spellings = Spellings()
    for path in paths:
        met = spellings.meets(path)
        if met is not None:
            yield path, met


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """One file."""

    path: str
    """Relative, with ``/``: from a fixed table or made of identifiers."""
    text: str
    """Bytes of the user's own files that are no UTF-8 are surrogates in it (PEP 383)."""
    owner: Owner = "melody"
    verbatim: bool = False
    """The text is somebody's own and is not laid out anew."""

    def __post_init__(self) -> None:
        """Refuse a path that could leave the project; it would be a bug of an emitter.

        Raises:
            ValueError: The path is not relative, plain and portable.
        """
        if not is_portable(self.path) or self.path.lower() == MANIFEST:
            raise ValueError(f"no file of a generated project is called {self.path!r}")

    @property
    def data(self) -> bytes:
        """What is written, but for the layout of Python."""
        return self.text.encode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class GeneratedProject:
    """Everything that ``emit`` gives."""

    name: str
    """Of the Python package."""
    target: str
    files: tuple[GeneratedFile, ...]

    def __post_init__(self) -> None:
        """Refuse two files of one name.

        Raises:
            ValueError: Two paths are equal where case does not count, one file is a folder of
                another, or the package has a name that Python does not take.
        """
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"no generated package is called {self.name!r}")
        for path, met in meetings(file.path for file in self.files):
            raise ValueError(f"{path!r} and {met!r} cannot stand in one generated project")


@dataclass(frozen=True, slots=True)
class Sources:
    """The user's own files that go along with a project, under ``src/PKG/project/``."""

    files: Mapping[str, str] = field(default_factory=dict)
    """Path relative to the Melody's project folder → text, as in ``GeneratedFile``."""


NOTHING: Final = Sources()
"""No files of the user's go along."""
