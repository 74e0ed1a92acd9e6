"""What a flow collection cannot hold unquoted: ``${{ … }}``, ``list[T]`` and ``T?`` (spec 8)."""

from __future__ import annotations

import re

from compiler.parse.source_text import SourceText
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Edit, Fix

GENERIC = re.compile(r"(?:^|\W)(?:list|map)$")


def needs_quotes(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The extent of the value to quote, if the scalar ``text[start:end]`` was cut short.

    YAML ends a plain scalar of a flow collection at a bracket (PyYAML's pure loader also at
    ``?``), so the scalar before a syntax error shows what was meant.
    """
    head, following = text[start:end], text[end : end + 2]
    if not (
        (following == "{{" and head.endswith("$"))
        or (following[:1] == "[" and GENERIC.search(head))
        or following[:1] == "?"
    ):
        return None
    return start, _value_end(text, start)


def _value_end(text: str, start: int) -> int:
    """Where the value ends that was meant to be one: at a comma or bracket of the collection."""
    at, depth = start, 0
    while at < len(text):
        if text.startswith("${{", at):
            at = _expression_end(text, at + 3)
            continue
        char = text[at]
        if char in "\r\n" or (char == "#" and text[at - 1] in " \t"):
            break
        if char in "[{":
            depth += 1
        elif char in "]}":
            if depth == 0:
                break
            depth -= 1
        elif char == "," and depth == 0:
            break
        at += 1
    return start + len(text[start:at].rstrip())


def _expression_end(text: str, start: int) -> int:
    """The offset behind the ``}}`` that closes an expression; the line's end if none does."""
    depth, quote, at = 0, "", start
    while at < len(text) and text[at] not in "\r\n":
        char = text[at]
        if quote:
            if char == "\\":
                at += 1
            elif char == quote:
                quote = ""
        elif char in "'\"":
            quote = char
        elif char in "[({":
            depth += 1
        elif char == "}" and depth == 0 and text.startswith("}}", at):
            return at + 2
        elif char in "])}":
            depth = max(depth - 1, 0)
        at += 1
    return min(at, len(text))


def quoted(value: str) -> str:
    """A YAML scalar in quotes that reads as the value.

    >>> print(quoted("list[string]"), quoted('${{ a["b"] }}'))
    "list[string]" '${{ a["b"] }}'
    """
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def unquoted(source: SourceText, start: int, end: int) -> Diagnostic:
    """MEL110 for a value of a flow collection, with the quotes as a fix."""
    value, span = source.text[start:end], source.span(start, end)
    replacement = quoted(value)
    shown = value if len(value) <= 60 else value[:57] + "…"
    return diagnose(
        "MEL110",
        f"`{shown}` must be quoted inside `{{ }}` or `[ ]`",
        span,
        label="needs quotes",
        help=f"write {replacement}" if len(value) <= 60 else "put the value in quotes",
        fix=Fix("quote the value", (Edit(span, replacement),)),
    )
