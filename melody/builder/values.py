"""Python values as the document holds them; each field of the language takes one of three kinds.

A *value* may hold references; a *condition* is one expression; *fixed* data is known beforehand.
Text is what it says: a ``${{`` in it is written so that it stays text.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import Enum
from typing import Any, TypeAlias

from melody.builder.functions import Template
from melody.builder.marker import Marked, is_marked, parts_of
from melody.builder.reference import Reference, source_of
from melody.builder.step import Step
from workflow_ir.types.model import JsonValue

Value: TypeAlias = (
    "Reference | Template | str | float | bool | os.PathLike[str] | timedelta | Enum "
    "| Sequence[Value] | Mapping[str, Value] | None"
)
"""Data with references anywhere in it."""
Condition: TypeAlias = "Reference | str | bool"
"""A reference to a boolean, or the words of the language: ``"inputs.n > 3"``."""
Fixed: TypeAlias = (
    "str | float | bool | timedelta | Enum | Sequence[Any] | Mapping[str, Any] | None"
)
"""Data without references."""

OPEN = "${{"


def value(given: object) -> JsonValue:
    """A value of the document.

    Raises:
        TypeError: It is neither a reference nor JSON data.
    """
    match given:
        case Reference():
            return f"${{{{ {source_of(given)} }}}}"
        case Template(text=text):
            return text
        case str() if not isinstance(given, Enum):
            return _text(given)
        case Mapping():
            return {_key(key): value(item) for key, item in given.items()}
        case Sequence() if not isinstance(given, str | bytes | bytearray):
            return [value(item) for item in given]
    return _scalar(given)


def condition(given: object) -> JsonValue:
    """A bare expression.

    Raises:
        TypeError: It is something else.
    """
    match given:
        case Reference():
            return source_of(given)
        case bool():
            return given
        case str():
            parts = parts_of(given)
            return "".join(f"({p.source})" if isinstance(p, Marked) else p for p in parts)
    message = f"a condition is a reference, such as `step.output.n > 3`, not {given!r}"
    raise TypeError(message)


def fixed(given: object) -> JsonValue:
    """Data that is known before the run.

    Raises:
        TypeError: A reference stands in it, or something that is not JSON.
    """
    match given:
        case Reference() | Template():
            message = f"{given!r} is known in a run only, and this is fixed before it"
            raise TypeError(message)
        case str() if not isinstance(given, Enum):
            if is_marked(given):
                message = "a reference stands in a text that is fixed before the run"
                raise TypeError(message)
            return str(given)
        case Mapping():
            return {_key(key): fixed(item) for key, item in given.items()}
        case Sequence() if not isinstance(given, str | bytes | bytearray):
            return [fixed(item) for item in given]
    return _scalar(given)


def written_duration(given: timedelta) -> str:
    """A duration as the language writes it.

    >>> written_duration(timedelta(minutes=1)), written_duration(timedelta(milliseconds=250))
    ('60s', '0.25s')
    """
    seconds = given.total_seconds()
    return f"{int(seconds)}s" if seconds == int(seconds) else f"{seconds:.9f}".rstrip("0") + "s"


def _text(text: str) -> str:
    """A template that gives the text, with the references in it."""
    written: list[str] = []
    parts = parts_of(text)
    for number, part in enumerate(parts):
        if isinstance(part, Marked):
            written.append(f"${{{{ {part.source} }}}}")
            continue
        literal = part.replace(OPEN, f"${OPEN}")
        plain = literal.rstrip("$")
        if plain != literal and number + 1 < len(parts):
            # `$` before an expression would be read as its escape.
            literal = f"{plain}${{{{ '{literal[len(plain) :]}' }}}}"
        written.append(literal)
    return "".join(written)


def _key(key: object) -> str:
    if not isinstance(key, str):
        message = f"the keys of a map are text, not {key!r}"
        raise TypeError(message)
    if is_marked(key):
        message = "a key of a map is fixed; a reference stands in it"
        raise TypeError(message)
    return str(key)


def _scalar(given: object) -> JsonValue:
    match given:
        case None | bool():
            return given
        case Enum():
            return fixed(given.value)
        case int():
            return int(given)
        case float() if math.isfinite(given):
            return float(given)
        case timedelta():
            return written_duration(given)
        case os.PathLike():
            return _text(str(os.fspath(given)))
        case Step():
            message = f"a step is no value: write what you mean of it, `{given.id}.output` perhaps"
            raise TypeError(message)
    message = f"{given!r} is neither a reference nor JSON data"
    raise TypeError(message)
