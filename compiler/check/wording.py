"""Sentences of the type checker as the phrases of diagnostics, names in backticks."""

from __future__ import annotations

import re

from compiler.parse.wording import as_fact

QUOTED = re.compile(r"(?<!\w)'([^'`\n]*)'(?!\w)")
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
    parts = phrase.split("`")
    parts[::2] = [QUOTED.sub(r"`\1`", part) for part in parts[::2]]
    return "`".join(parts)


def repeats(help_: str | None, suggestion: str) -> bool:
    """Whether a hint says no more than "did you mean"."""
    names = (suggestion, suggestion.strip("\"'"))
    return help_ in [text.format(name) for name in names for text in REPEATED]
