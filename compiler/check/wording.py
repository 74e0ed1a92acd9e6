"""Sentences of the type checker as the phrases of diagnostics, names in backticks."""

from __future__ import annotations

import re

from compiler.parse import syntax
from compiler.parse.wording import as_fact, in_backticks
from workflow_ir.types import Enum, Integer, Number, String, Type, mismatch
from workflow_ir.types.model import may_be_null, stripped, without_null

USAGE = re.compile(r"(?i)^(use it as )([^`].*)$")
FUNCTION = re.compile(r"^([a-z_]+): ")

REPEATED = ("did you mean `{}`?", "write `{}`")


def as_phrase(sentence: str) -> str:
    """No capital, no full stop, names in backticks; what stands in backticks stays as it is.

    >>> as_phrase("There is no step 'aa' here.")
    'there is no step `aa` here'
    >>> as_phrase("Use it as len(x).")
    'use it as `len(x)`'
    """
    phrase = as_fact(sentence)
    phrase = USAGE.sub(r"\1`\2`", FUNCTION.sub(r"`\1`: ", phrase))
    return in_backticks(phrase)


def repeats(help_: str | None, suggestion: str) -> bool:
    """Whether a hint says no more than "did you mean"."""
    names = (suggestion, suggestion.strip("\"'"))
    return help_ in [text.format(name) for name in names for text in REPEATED]


def conversion_help(source: Type, target: Type, value: syntax.Value) -> str | None:
    """How to convert by hand what is never converted unasked: text and numbers."""
    given, wanted = stripped(without_null(source)), stripped(without_null(target))
    text = f"{value.source}" if isinstance(value, syntax.Expr) else "…"
    if may_be_null(source) and not may_be_null(target) and mismatch(given, wanted) is None:
        return f"write `default({text}, y)` with what to take instead of null as `y`"
    function = None
    match wanted:
        case Integer():
            function = "int" if isinstance(given, String | Enum | Number) else None
        case Number():
            function = "float" if isinstance(given, String | Enum) else None
        case String():
            function = "str"
    return None if function is None else f"write `{function}({text})`"
