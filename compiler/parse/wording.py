"""Sentences of the type and expression readers as the phrases of diagnostics."""

from __future__ import annotations

import re

QUOTED = re.compile(r"(?<!\w)'([^'`\n]*)'(?!\w)")


def as_fact(message: str) -> str:
    """A sentence as a phrase: no capital, no full stop.

    >>> as_fact("The string is not closed.")
    'the string is not closed'
    """
    message = message.removesuffix(".")
    return message[:1].lower() + message[1:] if message[1:2].islower() or (
        message[:2] in ("A ", "I ")
    ) else message  # fmt: skip


def in_backticks(phrase: str) -> str:
    """Names in quotes as names in backticks; what stands in backticks stays as it is.

    >>> in_backticks("there is no type 'text', `a['b']`")
    "there is no type `text`, `a['b']`"
    """
    parts = phrase.split("`")
    parts[::2] = [QUOTED.sub(r"`\1`", part) for part in parts[::2]]
    return "`".join(parts)


def as_help(message: str | None, suggestion: str | None) -> str | None:
    """The same for a hint; None where it only repeats the suggestion, which stands in the label."""
    if message is None or (
        suggestion is not None and message.startswith(("Did you mean", "Use `"))
    ):
        return None
    return as_fact(message)
