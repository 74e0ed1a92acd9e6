"""References inside Python's own text formatting: ``f"Summarise {log.output}"``.

Formatting a reference gives a mark that carries its expression. The mark begins and ends with a
number drawn for this process, so no text from elsewhere can be taken for one; what a text says
besides is never read as an expression (``melody.builder.values``).
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

_NUMBER = secrets.token_hex(16)
_MARK = re.compile(rf"\ue000{_NUMBER}:((?:[0-9a-f]{{2}})+):{_NUMBER}\ue001")
_REMAINS = re.compile("\ue000\\w{32}:|:\\w{32}\ue001")
"""What is left of a mark of which letters were replaced."""


@dataclass(frozen=True, slots=True)
class Marked:
    """An expression found in a text."""

    source: str


class DamagedMarkError(TypeError):
    """A text with a reference in it was changed in a way that destroyed the reference."""

    def __init__(self) -> None:
        super().__init__(
            "a text with a reference in it was changed afterwards: its value is not known yet. "
            "Write the change as an expression: `fn.upper(x)`, `fn.replace(x, 'a', 'b')`, …"
        )


def marked(source: str) -> str:
    """The mark of an expression."""
    return f"\ue000{_NUMBER}:{source.encode('utf-8', 'surrogatepass').hex()}:{_NUMBER}\ue001"


def is_marked(text: str) -> bool:
    """Whether a text holds a mark, whole or damaged."""
    return _NUMBER in text.lower() or _REMAINS.search(text) is not None


def parts_of(text: str) -> list[str | Marked]:
    """A text as literal parts (none empty) and the expressions between them.

    Raises:
        DamagedMarkError: A mark is there, but not whole.
    """
    if not is_marked(text):
        return [text] if text else []
    found: list[str | Marked] = []
    position = 0
    for mark in _MARK.finditer(text):
        found += (text[position : mark.start()], Marked(_source(mark[1])))
        position = mark.end()
    found.append(text[position:])
    literal = [part for part in found if isinstance(part, str)]
    if any(is_marked(part) for part in literal):
        raise DamagedMarkError
    return [part for part in found if part != ""]


def _source(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-8", "surrogatepass")
