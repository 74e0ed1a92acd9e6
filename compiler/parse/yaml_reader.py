"""Text to spanned tree. Survives any text: the answer is a tree or diagnostics, never an exception.

The tree is built from the parser's events in one pass, without PyYAML's composer: the C composer
recurses on the C stack and kills the process on deeply nested text, and it loses duplicate keys.
Events come one at a time, so depth is bounded before the text behind it is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from compiler.parse.flow_quoting import needs_quotes, quoted, unquoted
from compiler.parse.patched_text import Patch, PatchedText
from compiler.parse.source_text import SourceText
from compiler.parse.tree import Node, ScalarNode
from compiler.parse.tree_builder import StopReadingError, TreeBuilder
from compiler.parse.yaml_errors import explain
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, in_file_order

MAX_REPAIRS = 50
"""Values that are quoted in passing so that reading can go on behind them."""
REPAIR_WORK = 4 * 1024 * 1024
"""Characters read again after repairs, at most; a long file is not read 50 times."""
MAX_DIRECTIVES = 20
"""libyaml compares each ``%TAG`` with all before it."""

SURROGATE_PAIR = re.compile(
    r"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\.", re.DOTALL
)
DIRECTIVE = re.compile(r"^%", re.MULTILINE)

LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser where PyYAML was built with it, else the pure one."""


def read_tree(source: SourceText, *, loader: type[Any] | None = None) -> ReadTree:
    """Read one YAML document; a ``.json`` file is YAML with JSON's escapes.

    Args:
        source: Checked text (``compiler.parse.text``).
        loader: A PyYAML loader class in place of the fastest one.

    Returns:
        The tree, or None where reading could not go to the end; and all problems in file order.
        A tree comes with problems too: what was refused is left out or read as text.
    """
    if len(DIRECTIVE.findall(source.text)) > MAX_DIRECTIVES:
        span = source.span(*next(DIRECTIVE.finditer(source.text)).span())
        problem = diagnose(
            "MEL104",
            "too many lines begin with `%`, which makes them YAML directives",
            span,
            help="a Melody needs no directives; indent or quote the text",
        )
        return None, (problem,)
    make = loader or LOADER
    patches = _json_escapes(source)
    problems: list[Diagnostic] = []
    work = 0
    while True:
        patched = PatchedText(source.text, patches) if patches else None
        builder = TreeBuilder(source, patched.original if patched else None)
        try:
            root = _feed(make(patched.text if patched else source.text), builder)
        except StopReadingError as stop:
            return None, in_file_order((*problems, *builder.problems, stop.problem))
        except (yaml.YAMLError, UnicodeEncodeError) as error:
            cut = _cut_short(source, builder, error)
            if cut is None:
                problem = explain(source, error, builder.to_offset)
                return None, in_file_order((*problems, *builder.problems, problem))
            problems.append(unquoted(source, *cut))
            work += len(source.text)
            if len(problems) >= MAX_REPAIRS or work > REPAIR_WORK:
                return None, in_file_order((*problems, *builder.problems))
            patches.append(Patch(*cut, quoted(source.text[slice(*cut)])))
            continue
        problems += builder.problems
        if root is None or (isinstance(root, ScalarNode) and not root.text and root.value is None):
            top = source.span(0, 0)
            fact = "holds nothing but comments" if source.text.strip() else "is empty"
            problem = diagnose("MEL103", f"`{source.file}` {fact}", top, help=EMPTY_HELP)
            return None, in_file_order((*problems, problem))
        return root, in_file_order(problems)


ReadTree = tuple[Node | None, tuple[Diagnostic, ...]]

EMPTY_HELP = "begin with `melody: v1`, a `name` and `steps`, or run `melody init`"


def _feed(parser: Any, builder: TreeBuilder) -> Node | None:
    """Hand every event to the builder."""
    try:
        handlers: dict[type[Any], Callable[[Any], None]] = {
            yaml.ScalarEvent: builder.scalar,
            yaml.AliasEvent: builder.alias,
            yaml.MappingStartEvent: builder.open_map,
            yaml.MappingEndEvent: builder.close_map,
            yaml.SequenceStartEvent: builder.open_list,
            yaml.SequenceEndEvent: builder.close_list,
            yaml.DocumentStartEvent: builder.open_document,
            yaml.DocumentEndEvent: builder.nothing,
            yaml.StreamStartEvent: builder.nothing,
        }
        event = parser.get_event()
        while type(event) is not yaml.StreamEndEvent:
            handlers[type(event)](event)
            event = parser.get_event()
    finally:
        parser.dispose()
    return builder.root


def with_whole_escapes(source: SourceText) -> str:
    """The text as YAML reads it: in a ``.json`` file with one escape for each character."""
    patches = _json_escapes(source)
    return PatchedText(source.text, patches).text if patches else source.text


def _json_escapes(source: SourceText) -> list[Patch]:
    """JSON writes one astral character as two escapes, which YAML refuses; join them."""
    if not source.file.endswith(".json"):
        return []
    patches: list[Patch] = []
    for match in SURROGATE_PAIR.finditer(source.text):
        if match[1]:
            high, low = int(match[1][2:6], 16), int(match[1][8:12], 16)
            number = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
            patches.append(Patch(*match.span(), f"\\U{number:08X}"))
    return patches


def _cut_short(
    source: SourceText, builder: TreeBuilder, error: Exception
) -> tuple[int, int] | None:
    """The value to quote, if an unquoted one in a flow collection explains the error."""
    if not builder.in_flow or builder.last_plain is None:
        return None
    if not isinstance(error, yaml.MarkedYAMLError):
        return None
    start, end = (builder.to_offset(mark) for mark in builder.last_plain)
    extent = needs_quotes(source.text, start, end)
    return extent if extent and extent[1] > end else None
