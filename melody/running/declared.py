"""Where a Melody declares an input, for diagnostics about the value that a run is given."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from compiler.parse.source_text import SourceText
from compiler.parse.tree import KeyNode, MapNode
from compiler.parse.yaml_reader import read_tree
from workflow_ir.span import Span


class Declared:
    """Places of declarations; the text is read again, once, when something is wrong."""

    def __init__(self, file: str | None, sources: Mapping[str, str]) -> None:
        self._file = file
        self._sources = sources

    def input(self, name: str) -> Span | None:
        """The key of one input."""
        inputs = self._tree.get("inputs") if self._tree is not None else None
        key = inputs.key(name) if isinstance(inputs, MapNode) else None
        return None if key is None else key.span

    def inputs(self) -> Span | None:
        """The key ``inputs``; in a Melody without inputs its ``name``."""
        if self._tree is None:
            return None
        key: KeyNode | None = self._tree.key("inputs") or self._tree.key("name")
        return None if key is None else key.span

    @cached_property
    def _tree(self) -> MapNode | None:
        if self._file is None or self._file not in self._sources:
            return None
        tree, _ = read_tree(SourceText(self._file, self._sources[self._file]))
        return tree if isinstance(tree, MapNode) else None
