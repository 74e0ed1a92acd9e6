"""Data that a run is given in a file: YAML or JSON, read with the same care as a Melody."""

from __future__ import annotations

import os
from dataclasses import dataclass

from compiler.parse.source_text import SourceText
from compiler.parse.text import text_of_file
from compiler.parse.tree import ListNode, MapNode, Node
from compiler.parse.yaml_reader import read_tree
from workflow_ir.diagnostics import Diagnostic, DiagnosticsError, errors_of
from workflow_ir.span import Span


@dataclass(frozen=True, slots=True)
class DataFile:
    """The tree of a file and its text."""

    tree: Node
    source: SourceText

    def place(self, path: tuple[str | int, ...]) -> Span:
        """Where a member stands, by keys and indexes: its key if it has one.

        The nearest place above it where the path leads nowhere.
        """
        node, span = self.tree, self.tree.span.start
        for part in path:
            match node:
                case MapNode() if isinstance(part, str):
                    key, value = node.key(part), node.get(part)
                    if key is None or value is None:
                        return span
                    node, span = value, key.span
                case ListNode(items=items) if isinstance(part, int) and part < len(items):
                    node = items[part]
                    span = node.span
                case _:
                    return span
        return span


class DataFileError(DiagnosticsError):
    """A file that cannot be read as data, with its text where there is one."""

    def __init__(self, problems: tuple[Diagnostic, ...], source: SourceText | None) -> None:
        super().__init__(problems)
        self.source = source


def read_data_file(path: str | os.PathLike[str]) -> DataFile:
    """Read a YAML or JSON file.

    Raises:
        DataFileError: MEL1xx, all that is wrong with it.
    """
    source, problems = text_of_file(path)
    if source is None:
        raise DataFileError(problems, None)
    tree, found = read_tree(source)
    if tree is None or errors_of(found):
        raise DataFileError(tuple(found), source)
    return DataFile(tree, source)
