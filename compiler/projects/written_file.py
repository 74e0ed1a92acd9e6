"""One file above a Melody, read as far as it could be."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from compiler.parse import syntax
from compiler.parse.packs import Packs
from compiler.parse.project import project as read_project
from compiler.parse.source_text import SourceText
from compiler.parse.text import text_of_file
from compiler.parse.tree import MapNode, Node
from compiler.parse.yaml_reader import read_tree
from workflow_ir.diagnostics import Diagnostic, in_file_order


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A project file or the user's."""

    path: Path
    source: SourceText | None
    """None: it could not be read as text."""
    tree: Node | None
    """None: it could not be read as YAML."""
    syntax: syntax.Project | None
    """What it says by itself, without any profile."""
    problems: tuple[Diagnostic, ...]
    of_user: bool = False
    """It is the user's own file."""
    packs: Packs = field(default_factory=Packs)
    """What its policies find."""

    @property
    def sources(self) -> dict[str, str]:
        """Text by file name, its packs included."""
        own = {} if self.source is None else {self.source.file: self.source.text}
        return own | self.packs.sources

    def get(self, *keys: str) -> Node | None:
        """The value at a path of keys."""
        node = self.tree
        for key in keys:
            node = node.get(key) if isinstance(node, MapNode) else None
        return node


def read_written(path: Path, *, file: str | None = None, of_user: bool = False) -> WrittenFile:
    """Read a file, with every problem of it.

    Args:
        path: Where it is.
        file: Its name in diagnostics; the way to it from here if None.
        of_user: It is the user's own file.
    """
    source, problems = text_of_file(path, file=file or _shown(path))
    if source is None:
        return WrittenFile(path, None, None, None, problems, of_user)
    tree, found = read_tree(source)
    if tree is None:
        return WrittenFile(path, source, None, None, tuple(found), of_user)
    packs = Packs(path.parent, project=not of_user)
    written, more = read_project(source, tree, found, packs, of_user=of_user)
    problems = in_file_order((*found, *more))
    return WrittenFile(path, source, tree, written, problems, of_user, packs)


def _shown(path: Path) -> str:
    """The path from here; as it is where there is no such way."""
    try:
        return os.path.relpath(path)
    except (OSError, ValueError):
        return str(path)
