"""One scalar as YAML: plain where that is certain, else in quotes or as a block."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml
from yaml.resolver import Resolver

from compiler.parse.scalars import NotJsonError, typed
from compiler.parse.tree import Scalar

_PLAIN = re.compile(r"[A-Za-z0-9_./$(+=<\\^~-]", re.ASCII)
"""What a plain scalar may begin with here."""
_ESCAPED = re.compile("[^\\x20-\\x7e\\xa0-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What stands in double quotes as an escape: controls, line breaks of all kinds, surrogates."""
_BREAKS = re.compile("[\u2028\u2029\ufeff\x85]")
_OTHERS: Any = Resolver()
_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


class Verbatim(str):
    """A number or boolean in the characters in which it was written."""

    __slots__ = ()


def scalar(value: Scalar, *, in_flow: bool) -> str:
    """A scalar on one line.

    Args:
        value: What it is.
        in_flow: It is a key, or stands in ``{ }`` or ``[ ]``, where fewer characters are plain.

    >>> scalar("list[string]", in_flow=True), scalar("a b", in_flow=True)
    ('"list[string]"', 'a b')
    >>> scalar("list[string]", in_flow=False), scalar("012", in_flow=False)
    ('list[string]', '"012"')
    """
    if isinstance(value, Verbatim):
        return str(value)
    if not isinstance(value, str):
        return json.dumps(value)
    if _is_plain(value, in_flow=in_flow):
        return value
    if _ESCAPED.search(value) or _BREAKS.search(value):
        return _double(value)
    if ('"' in value or "\\" in value) and value.strip(" "):
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"' if '"' not in value and "\\" not in value else _double(value)


def block_scalar(text: str, indent: int) -> list[str] | None:
    """A text of several lines as a literal block: its header and its lines.

    None where a block could not hold it, or would hide something: white space at its start or at
    the end of a line, empty lines at its end.
    """
    body = text.removesuffix("\n")
    lines = body.split("\n")
    if len(lines) < 2 or not lines[0] or not lines[-1]:
        return None
    if any(line[-1:] in {" ", "\t"} for line in lines) or lines[0][0] in " \t":
        return None
    if any(_ESCAPED.search(line) or _BREAKS.search(line) for line in lines):
        return None
    header = "|" if text.endswith("\n") else "|-"
    return [header, *(f"{' ' * indent}{line}" if line else "" for line in lines)]


def _is_plain(text: str, *, in_flow: bool) -> bool:
    if not text or not _PLAIN.match(text) or text != text.strip():
        return False
    if _ESCAPED.search(text) or _BREAKS.search(text) or ": " in text or " #" in text:
        return False
    if text.endswith(":") or text in ("-", "<<", "---", "...", "=", "~"):
        return False
    if text.startswith(("- ", "--- ", "... ")):
        return False
    if in_flow and set(text) & set(",[]{}?:#"):
        return False
    try:
        if not isinstance(typed(text), str):
            return False
    except NotJsonError:
        return False
    # Text here, but a number, a date or a boolean to tools that read YAML 1.1.
    tag: str = _OTHERS.resolve(yaml.ScalarNode, text, (True, False))
    return tag == "tag:yaml.org,2002:str"


def _double(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')

    def escape(match: re.Match[str]) -> str:
        char = match.group()
        if char in _SHORT:
            return _SHORT[char]
        number = ord(char)
        return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"

    escaped = _BREAKS.sub(escape, _ESCAPED.sub(escape, escaped))
    return f'"{escaped}"'
