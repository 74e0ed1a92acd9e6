"""Python source that is safe to insert: the only thing that templates of generated code accept.

Whatever comes from a Melody becomes source here and nowhere else. ``literal`` writes a value,
``words`` an id; every other piece of source is put together from these by our own text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any, Final

_SAFE: Final = re.compile(r"[a-z][a-z0-9_-]{0,63}", re.ASCII)
_UNSAFE: Final = re.compile(r"[^a-z0-9]+")


class Code(str):
    """Text that is Python source."""

    __slots__ = ()

    def __add__(self, other: str) -> Code:
        """Source followed by source; a ``str`` that is no ``Code`` is refused."""
        if not isinstance(other, Code):
            raise TypeError("only source is added to source; write values with `literal`")
        return Code(str(self) + str(other))


def literal(value: Any) -> Code:
    r"""A JSON value as a Python literal in plain ASCII: the one way from a Melody into source.

    Args:
        value: None, a boolean, number, text, or a list, tuple or dict with text keys of these.

    Raises:
        TypeError: It is no such value, or a number that is not finite.

    >>> print(literal({"a": ["x'\n", 1.5, None]}))
    {'a': ["x'\n", 1.5, None]}
    """
    match value:
        case None | bool():
            return Code(repr(value))
        # The plain type's own repr: a subclass could write what it likes.
        case int():
            return Code(int.__repr__(value))
        case float() if math.isfinite(value):
            return Code(float.__repr__(value))
        case str():
            return Code(ascii(str.__str__(value)))
        case list():
            return Code("[" + ", ".join(literal(item) for item in value) + "]")
        case tuple():
            inside = ", ".join(literal(item) for item in value)
            return Code(f"({inside},)" if len(value) == 1 else f"({inside})")
        case dict() if all(isinstance(key, str) for key in value):
            pairs = (f"{literal(key)}: {literal(entry)}" for key, entry in value.items())
            return Code("{" + ", ".join(pairs) + "}")
    raise TypeError(f"no literal stands for a {type(value).__name__}")


def words(text: str) -> Code:
    """An id as it may stand in a comment, a docstring or a path: itself, if it is harmless.

    >>> words("git_log"), words('"); import os  #')
    ('git_log', 'import-os')
    """
    if _SAFE.fullmatch(text):
        return Code(text)
    slug = _UNSAFE.sub("-", text.lower()).strip("-")
    named = slug if slug[:1].isalpha() else f"n-{slug}"
    return Code(named[:64].strip("-"))


def joined(parts: Iterable[Code], between: str = "\n") -> Code:
    """Pieces of source, one after the other.

    Args:
        parts: Source; anything else is refused.
        between: Our own text between them, never a Melody's.
    """
    pieces = list(parts)
    if not all(isinstance(part, Code) for part in pieces):
        raise TypeError("only source is joined to source; write values with `literal`")
    return Code(between.join(pieces))
