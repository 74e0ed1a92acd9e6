"""The syntax tree as indented text: nouns, their keys, and the place of every value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from compiler.parse import syntax
from compiler.parse.source_text import SourceText
from compiler.parse.tree import KeyNode
from workflow_ir.span import Span
from workflow_ir.types import describe
from workflow_ir.visible import visible


def syntax_tree(melody: syntax.Melody) -> Iterator[str]:
    """Lines; absent keys are left out, places are LINE:COLUMN-LINE:COLUMN."""
    yield visible(f"{melody.source.file}")
    yield from _node("", melody, "")


def _node(name: str, value: Any, indent: str) -> Iterator[str]:
    """One value behind its name."""
    head = f"{indent}{name}{' ' if name == '-' else ': '}" if name else indent
    leaf = _leaf(value)
    if leaf is not None:
        yield f"{head}{leaf}"
        return
    below = f"{indent}  "
    match value:
        case tuple():
            yield f"{indent}{name}:"
            for item in value:
                yield from _node("-", item, below)
        case syntax.Map():
            yield f"{head}Map{_place(value.span)}"
            for written, entry in value.entries:
                yield from _node(visible(written.text), entry, below)
        case syntax.List() | syntax.Text():
            yield f"{head}{type(value).__name__}{_place(value.span)}"
            for item in value.items if isinstance(value, syntax.List) else value.parts:
                yield from _node("-", item, below)
        case _:
            yield f"{head}{type(value).__name__}{_place(getattr(value, 'span', None))}"
            for key, member in _members(value):
                yield from _node(key, member, below)


def _leaf(value: Any) -> str | None:
    """A value that is one line, or None."""
    match value:
        case syntax.Spanned(inner, span):
            return f"{_text(inner)}{_place(span)}"
        case syntax.Literal(data, span):
            return f"{_text(data)}{_place(span)}"
        case syntax.Expr():
            return f"${{{{ {visible(value.source)} }}}}{_place(value.span)}"
        case syntax.TypeNode():
            return f"{visible(describe(value.type))}{_place(value.span)}"
        case KeyNode():
            return f"{visible(value.text)}{_place(value.span)}"
        case str() | bool() | int() | float() | None:
            return _text(value)
    return None


def _members(node: Any) -> Iterator[tuple[str, Any]]:
    assert is_dataclass(node), type(node).__name__
    for field in fields(node):
        value = getattr(node, field.name)
        if value is None or value == () or isinstance(value, Span | SourceText):
            continue
        if value is False and field.default is False:
            continue
        yield field.name.removesuffix("_"), value


def _text(value: Any) -> str:
    plain = value.value if isinstance(value, Enum) else value
    return visible(json.dumps(plain, ensure_ascii=False, default=str))


def _place(span: Span | None) -> str:
    return "" if span is None else f"  {span.at}"
