"""Short ways to read text in tests."""

from __future__ import annotations

from typing import Any

from compiler.parse.melody import melody
from compiler.parse.source_text import SourceText
from compiler.parse.syntax import Melody
from compiler.parse.text import text_of_bytes
from compiler.parse.tree import MapNode, Node, ScalarNode
from compiler.parse.yaml_reader import read_tree
from workflow_ir.diagnostics import Diagnostic, in_file_order
from workflow_ir.span import Span

FILE = "t.melody.yaml"

Problems = tuple[Diagnostic, ...]


def read(
    text: str | bytes, *, file: str = FILE, loader: type[Any] | None = None
) -> tuple[Node | None, Problems]:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    source, problems = text_of_bytes(data, file)
    if source is None:
        return None, problems
    return read_tree(source, loader=loader)


def read_melody(text: str) -> tuple[Melody | None, Problems]:
    source = SourceText(FILE, text)
    tree, problems = read_tree(source)
    if tree is None:
        return None, problems
    found, more = melody(source, tree, problems)
    return found, in_file_order((*problems, *more))


def codes(problems: Problems) -> list[str]:
    return [problem.code for problem in problems]


def places(problems: Problems) -> list[tuple[str, str]]:
    return [(problem.code, problem.span.at if problem.span else "") for problem in problems]


def scalar(node: Node | None, *path: str) -> ScalarNode:
    for key in path:
        assert isinstance(node, MapNode)
        node = node.get(key)
    assert isinstance(node, ScalarNode)
    return node


def cut(text: str, span: Span) -> str:
    """The text of a span."""
    source = SourceText(FILE, text)
    return text[
        source.offset(span.line, span.column) : source.offset(span.end_line, span.end_column)
    ]
