"""Text to syntax in one step: what every reader of Melodies begins with."""

from __future__ import annotations

from dataclasses import dataclass

from compiler.parse import syntax
from compiler.parse.melody import melody as read_melody
from compiler.parse.packs import Packs
from compiler.parse.source_text import SourceText
from compiler.parse.tree import Node
from compiler.parse.yaml_reader import read_tree
from workflow_ir.diagnostics import Diagnostic, in_file_order


@dataclass(frozen=True, slots=True)
class Parsed:
    """A Melody as written."""

    melody: syntax.Melody | None
    """As far as it could be read; None if nothing could."""
    tree: Node | None
    """The same as YAML."""
    problems: tuple[Diagnostic, ...]


def parse(source: SourceText, packs: Packs | None = None) -> Parsed:
    """Text to syntax, with every problem of reading; ``packs`` as of ``melody``."""
    tree, found = read_tree(source)
    if tree is None:
        return Parsed(None, None, tuple(found))
    melody, more = read_melody(source, tree, found, packs)
    return Parsed(melody, tree, in_file_order((*found, *more)))
