"""The text of a file in canonical form. What cannot be shown to say the same is not given."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from compiler.format.comments import Comments
from compiler.format.json_text import to_json
from compiler.format.layout import Block, Token, UnusualLayoutError, end_of, layout_of
from compiler.format.order import Shape
from compiler.format.printer import Printer
from compiler.format.same import same
from compiler.format.yaml_text import to_yaml, written
from compiler.parse.source_text import SourceText
from compiler.parse.tree import MapNode, Node
from compiler.parse.yaml_reader import read_tree, with_whole_escapes
from workflow_ir.diagnostics import Diagnostic, errors_of

_END = re.compile(r"^(?:---|\.\.\.)", re.MULTILINE)
_BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")


Language = Literal["yaml", "json"]


@dataclass(frozen=True, slots=True)
class Formatted:
    """What became of one file."""

    text: str | None
    """Its canonical text; None: it is not touched."""
    problems: tuple[Diagnostic, ...] = ()
    """Why it cannot be read."""
    refusal: str | None = None
    """Why it is left as it is although it can be read."""


def format_text(source: SourceText, shape: Shape) -> Formatted:
    """The canonical text of a file.

    It says the same as before: the tree is equal but for the order of the language's own keys, and
    every comment is there. Giving it in again changes nothing.

    Args:
        source: A file, ``*.json`` or YAML.
        shape: ``order.MELODY`` or ``order.PROJECT``.
    """
    tree, problems = read_tree(source)
    if tree is None or errors_of(problems):
        return Formatted(None, problems)
    if not isinstance(tree, MapNode):
        return Formatted(None, refusal="it is no map of keys")
    text, ending = with_whole_escapes(source), "\r\n" if "\r\n" in source.text else "\n"
    if _BREAK.search(text):
        return Formatted(None, refusal="it has line breaks of an unusual kind")
    text = text.replace("\r\n", "\n")
    try:
        root = layout_of(text)
        comments = Comments(text, root)
        found = _canonical(source.file, text, tree, root, comments, shape)
    except UnusualLayoutError as unusual:
        return Formatted(None, refusal=f"it has {unusual}")
    refusal = _difference(source.file, text, tree, comments, found, shape)
    if refusal is not None:
        return Formatted(None, refusal=refusal)
    return Formatted(found.replace("\n", ending))


def comments_of(source: SourceText) -> tuple[str, ...]:
    """The comments of a file that can be read as YAML."""
    text = with_whole_escapes(source).replace("\r\n", "\n")
    comments = Comments(text, layout_of(text))
    return tuple(comment.text for comment in (*comments.found, *comments.inside))


def converted(source: SourceText, shape: Shape, language: Language) -> Formatted:
    """A file in another language than its own; comments are left out, see `comments_of`.

    Args:
        source: A file, ``*.json`` or YAML.
        shape: What it is.
        language: What to write.
    """
    tree, problems = read_tree(source)
    if tree is None or errors_of(problems):
        return Formatted(None, problems)
    found = to_json(tree, shape) if language == "json" else to_yaml(written(tree), shape)
    again, more = read_tree(SourceText(f"converted.{language}", found))
    if again is None or errors_of(more) or not same(tree, again, shape):
        return Formatted(None, refusal=f"it holds what cannot be written alike as {language}")
    return Formatted(found)


def _canonical(
    file: str, text: str, tree: Node, root: Block | Token, comments: Comments, shape: Shape
) -> str:
    if file.endswith(".json"):
        if comments.found or comments.inside:
            raise UnusualLayoutError("comments, which JSON has no place for")
        return to_json(tree, shape)
    if isinstance(root, Token):
        raise UnusualLayoutError("brackets round the whole of it")
    first = text.rfind("\n", 0, root.entries[0].start) + 1
    if _END.search(text[end_of(root) :]):
        raise UnusualLayoutError("a mark for the end of the document")
    if text[first : root.entries[0].start].strip():
        raise UnusualLayoutError("a first key that does not begin its line")
    comments.give(root)
    return Printer(text).file(root, shape, text[:first])


def _difference(
    file: str, text: str, tree: Node, comments: Comments, found: str, shape: Shape
) -> str | None:
    """Why a text does not say the same as the file; None if it does."""
    again, problems = read_tree(SourceText(file, found))
    if again is None or errors_of(problems) or not same(tree, again, shape):
        return "it cannot be laid out anew without changing what it says"
    if file.endswith(".json"):
        return None
    before = Counter(comment.text for comment in (*comments.found, *comments.inside))
    is_whole = Counter(comments_of(SourceText(file, found))) == before
    return None if is_whole and _ink(text) == _ink(found) else "a comment would be lost"


def _ink(text: str) -> Counter[str]:
    """The characters of a text without blanks, and without the commas that may end a list."""
    return Counter(char for char in text if not char.isspace() and char != ",")
