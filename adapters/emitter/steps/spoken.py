"""Messages of ours with what an author wrote in them."""

from __future__ import annotations

from adapters.emitter.code import Code
from adapters.emitter.expressions.texts import text_literal


def argument(text: str) -> Code:
    """A text as one of several arguments: a long one is in pieces, without brackets round them."""
    written = text_literal(text)
    return Code(written[1:-1]) if written.startswith("(") else written
