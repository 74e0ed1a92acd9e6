"""A Melody with its ``--set`` values, and what stands above it with them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from compiler.parse.melody import melody as read_melody
from compiler.parse.packs import Packs
from compiler.parse.parsed import Parsed, parse
from compiler.parse.source_text import SourceText
from compiler.parse.yaml_reader import read_tree
from compiler.projects.above import Above
from compiler.projects.settings import Settings, unfixable
from compiler.projects.settle import settle
from workflow_ir.diagnostics import in_file_order


@dataclass(frozen=True, slots=True)
class SetValues:
    """What is read further."""

    parsed: Parsed
    above: Above


def set_values(
    source: SourceText, above: Above, settings: Settings, packs: Packs | None = None
) -> SetValues:
    """Read a Melody as if the values had been written in it, or above it.

    Problems of a value are told at the option, without a fix: there is no file to make it in.
    """
    if not settings.read and not settings.problems:
        return SetValues(parse(source, packs), above)
    tree, found = read_tree(source)
    if tree is None:
        return SetValues(Parsed(None, None, (*settings.problems, *found)), above)
    settled = settle(settings.read, source, tree, above.tree, packs)
    known = (*settings.problems, *found, *settled.problems)
    melody, more = read_melody(source, settled.melody, known, packs)
    problems = in_file_order(unfixable(problem) for problem in (*known, *more))
    return SetValues(Parsed(melody, settled.melody, problems), replace(above, tree=settled.above))
