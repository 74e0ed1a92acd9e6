"""The id in front of a step line."""

from __future__ import annotations

import re

from compiler.importers.conversion import Conversion
from compiler.parse.source_text import SourceText
from workflow_ir.span import Span


def split_id(conversion: Conversion, source: SourceText, *, help: str) -> tuple[str, int] | None:
    """The id before the first colon, not checked, and the offset behind the colon."""
    found = re.match(r"([^:]*?)\s*:(?!//)", source.text)
    id_ = found[1].strip() if found else ""
    if found is None or not id_:
        whole = source.span(0, max(1, len(source.text.split("\n", 1)[0])))
        conversion.report("MEL140", "this has no step id", whole, help=help)
        return None
    return id_, found.end()


def id_span(source: SourceText) -> Span:
    """The place of what stands before the first colon."""
    text = source.text.split(":", 1)[0]
    start = len(text) - len(text.lstrip())
    return source.span(start, max(start + 1, len(text.rstrip())))
