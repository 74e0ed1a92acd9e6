"""String literals: those of Python without prefixes, triple quotes and odd escapes."""

from __future__ import annotations

import re
from typing import Final

from workflow_ir.expressions.errors import ExpressionError

_BODIES: Final = {
    '"': re.compile(r'"((?:[^"\\\r\n]|\\[^\r\n])*)"'),
    "'": re.compile(r"'((?:[^'\\\r\n]|\\[^\r\n])*)'"),
}
_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_SIMPLE: Final = {
    "n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b",
    "f": "\f", "v": "\v",
}  # fmt: skip


def read_string(source: str, start: int) -> tuple[int, str]:
    r"""The string literal that begins at ``start``: the offset after it, and its value.

    Raises:
        ExpressionError: If it is not closed on its line, or holds an escape that is none.

    >>> read_string(r"'a\tb' + x", 0)
    (6, 'a\tb')
    """
    quote = source[start]
    if source.startswith(quote * 3, start):
        help_ = f"Write one {quote}, and `\\n` for a new line."
        raise ExpressionError("There are no triple quotes here.", start, start + 3, help_)
    found = _BODIES[quote].match(source, start)
    if found is None:
        end = next((i for i in range(start, len(source)) if source[i] in "\r\n"), len(source))
        help_ = f"Add {quote}; write `\\n` for a new line."
        raise ExpressionError("The string is not closed.", start, end, help_)
    body = found.group(1)
    if "\\" not in body:
        return found.end(), body

    def character(escape: re.Match[str]) -> str:
        text = escape.group(1)
        if len(text) > 1:
            code = int(text[1:], 16)
            if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF:
                return chr(code)
        elif text in _SIMPLE:
            return _SIMPLE[text]
        offset = start + 1 + escape.start()
        end = start + 1 + escape.end()
        help_ = "Write `\\\\` for a backslash."
        raise ExpressionError(f"{escape.group()} is no escape.", offset, end, help_)

    return found.end(), _ESCAPE.sub(character, body)
