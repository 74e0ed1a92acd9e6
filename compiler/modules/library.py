"""Every Melody that one Melody calls, directly or not, each file read once."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from compiler.analysis.called import Called
from compiler.analysis.symbols import Symbols
from compiler.modules.calls import Site, sites_of
from compiler.modules.path import resolve
from compiler.parse import syntax
from compiler.parse.packs import Packs
from compiler.parse.parsed import Parsed, parse
from compiler.parse.source_text import SourceText
from compiler.parse.text import MAX_BYTES, text_of_file
from compiler.parse.tree import MapNode
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Edit, Fix, Note
from workflow_ir.nearest import nearest

MAX_CALLS_DEEP = 16
"""Files that call one another in a chain."""
MAX_FILES = 1000
MAX_TEXT = 2 * MAX_BYTES
"""Characters of all files together."""
MOST_LOOKED_AT = 1000
"""Files of a folder that are looked at for a name that was meant."""


@dataclass(slots=True, eq=False)
class File:
    """One Melody of the library."""

    source: SourceText
    folder: Path
    """Its own, where its calls are seen from."""
    parsed: Parsed
    depth: int
    """Calls from the Melody that is compiled, by the shortest way."""
    symbols: Symbols | None = None
    """None if nothing could be read."""
    called: dict[str, Called] = field(default_factory=dict)
    """By address of the calling step; ``symbols`` looks at it, and it is filled callee first."""
    targets: dict[Site, File] = field(default_factory=dict)
    """Where its calls lead, in order; a call that leads nowhere is in ``problems``."""
    problems: list[Diagnostic] = field(default_factory=list)
    """What is wrong with its calls."""


@dataclass(slots=True, eq=False)
class Library:
    """The Melody that is compiled, and all that it calls."""

    top: File
    files: tuple[File, ...]
    """Every file once, the top first, then by distance from it."""

    @classmethod
    def of(
        cls,
        source: SourceText,
        parsed: Parsed,
        folder: Path,
        project: syntax.Project | None,
        project_folder: Path | None,
        *,
        given: Mapping[str, str] | None = None,
        packs: Packs | None = None,
    ) -> Library:
        """Read everything that can be called from a Melody. Nothing is imported or started.

        ``given`` are texts that stand for files, by their path from ``folder``; ``packs`` are what
        the Melody's policies find.
        """
        texts = {_real(folder / path): text for path, text in (given or {}).items()}
        loading = _Loading(project, project_folder, folder, texts, packs or Packs())
        return loading.load(source, parsed, folder)

    @property
    def sources(self) -> Mapping[str, str]:
        """Text by file name."""
        return {one.source.file: one.source.text for one in self.files}


class _Loading:
    """One walk, breadth first, so that a file too deep is told by its shortest way."""

    def __init__(
        self,
        project: syntax.Project | None,
        project_folder: Path | None,
        folder: Path,
        given: Mapping[Path, str],
        packs: Packs,
    ) -> None:
        self.project = project
        self.project_folder = project_folder
        self.root = project_folder or folder
        self.given = given
        self.packs = packs
        self.by_path: dict[Path, File] = {}
        self.unread: dict[Path, Diagnostic] = {}
        """Files that turned out to be no Melodies, and why."""
        self.text = 0
        self.full = False
        """A bound was met and reported; nothing more is read."""

    def load(self, source: SourceText, parsed: Parsed, folder: Path) -> Library:
        top = self._add(_real(folder / Path(source.file).name), source, folder, parsed, 0)
        ahead = deque([top])
        while ahead:
            file = ahead.popleft()
            sites = () if file.symbols is None else sites_of(file.symbols)
            reported = {problem.span for problem in file.parsed.problems}
            for site in sites:
                if site.file.span in reported:
                    continue
                path = self._path(file, site)
                if isinstance(path, Diagnostic):
                    file.problems.append(path)
                    continue
                known = self.by_path.get(path)
                if known is None:
                    found = self._read(file, site, path)
                    if not isinstance(found, File):
                        file.problems.extend(found)
                        continue
                    known = found
                    ahead.append(known)
                file.targets[site] = known
        return Library(top, tuple(self.by_path.values()))

    def _path(self, file: File, site: Site) -> Path | Diagnostic:
        folder = file.folder
        if site.from_project and self.project_folder is not None:
            folder = self.project_folder
        return resolve(
            site.file,
            folder=folder,
            root=self.root,
            project=self.project_folder is not None,
        )

    def _add(
        self, path: Path, source: SourceText, folder: Path, parsed: Parsed, depth: int
    ) -> File:
        file = self.by_path[path] = File(source, folder, parsed, depth)
        if parsed.melody is not None:
            file.symbols = Symbols.of(parsed.melody, self.project, file.called)
        self.text += len(source.text)
        return file

    def _read(self, caller: File, site: Site, path: Path) -> File | tuple[Diagnostic, ...]:
        """A file that was not seen yet, or what is wrong with it, at the place of the call."""
        if self.full:
            return ()
        bound = self._bound(caller)
        if bound is not None:
            self.full = True
            return (diagnose("MEL233", bound, site.file.span, help="call less deeply"),)
        if path not in self.unread:
            shown = _shown(caller, site, path)
            source, problems = self._text(path, shown)
            parsed = None if source is None else parse(source, self.packs.of(path.parent))
            if source is not None and parsed is not None and _is_melody(parsed):
                return self._add(path, source, path.parent, parsed, caller.depth + 1)
            self.unread[path] = (problems if parsed is None else parsed.problems)[0]
        return (_unreadable(caller, site, path, self.unread[path]),)

    def _text(self, path: Path, shown: str) -> tuple[SourceText | None, tuple[Diagnostic, ...]]:
        if path in self.given:
            return SourceText(shown, self.given[path]), ()
        return text_of_file(path, file=shown)

    def _bound(self, caller: File) -> str | None:
        if caller.depth >= MAX_CALLS_DEEP:
            return f"calls are nested more than {MAX_CALLS_DEEP} files deep"
        if len(self.by_path) > MAX_FILES:
            return f"one Melody calls more than {MAX_FILES} files"
        if self.text > MAX_TEXT:
            return "the Melodies that belong together are larger than 16 MiB"
        return None


def _is_melody(parsed: Parsed) -> bool:
    """It says so, whatever else may be wrong with it."""
    return isinstance(parsed.tree, MapNode) and parsed.tree.get("melody") is not None


def _unreadable(caller: File, site: Site, path: Path, problem: Diagnostic) -> Diagnostic:
    """One diagnostic at the call: its reader can do nothing about the inside of a foreign file."""
    written = site.file
    if problem.code == "MEL101":
        guess = _nearest(caller, written.value, path)
        return diagnose(
            "MEL231",
            problem.message,
            written.span,
            label=None if guess is None else f"did you mean `{guess}`?",
            help="correct the path" if guess is None else None,
            fix=None if guess is None else Fix(f"write `{guess}`", (Edit(written.span, guess),)),
        )
    return diagnose(
        "MEL231",
        f"`{written.value[:100]}` is no Melody",
        written.span,
        notes=(Note(problem.message, problem.span),),
        help="a Melody begins with `melody: v1`",
    )


def _nearest(caller: File, written: str, path: Path) -> str | None:
    """The Melody in the same folder whose name is nearest to one that is not there, as a path."""
    try:
        found = [one.name for one in islice(path.parent.iterdir(), MOST_LOOKED_AT)]
    except (OSError, ValueError):
        return None
    stems = {name.partition(".melody.")[0]: name for name in sorted(found) if ".melody." in name}
    stem = path.name.partition(".")[0]
    guess = stem if stem in stems else nearest(stem, stems)
    if guess is None or stems[guess] == caller.source.file.rpartition("/")[2]:
        return None
    before, slash, _ = written.rpartition("/")
    return f"{before}{slash}{stems[guess]}" if slash else f"./{stems[guess]}"


def _shown(caller: File, site: Site, path: Path) -> str:
    """The name of a file in diagnostics: as the caller's, with the written path."""
    if site.from_project:
        try:
            return os.path.relpath(path)
        except (OSError, ValueError):
            return str(path)
    return os.path.normpath(Path(caller.source.file).parent / site.file.value)


def _real(path: Path) -> Path:
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return path
