"""Data as YAML text in the layout of this project's Melodies.

The reader of Melodies reads back exactly the data that was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from compiler.parse.scalars import NotJsonError, typed

WIDTH = 100
"""Columns of a line, where a value can be broken."""
BLOCKS = ("inputs", "models", "players", "steps", "outputs")
"""Sections in which every entry has lines of its own."""

_PLAIN = re.compile(r"[A-Za-z0-9_./$(^+\u00a1-\uffff~-][^\r\n\t]*")
_NOT_PLAIN = re.compile(r":(?:\s|$)|\s#|\s$|[\x85\u2028\u2029\ufeff]")
_IN_FLOW = re.compile(r"[,\[\]{}?:]|\s#")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def to_yaml(document: Mapping[str, JsonValue]) -> str:
    """A document as text that ends in a line break.

    >>> print(to_yaml({"melody": "v1", "steps": {"a": {"run": "make", "needs": ["b"]}}}), end="")
    melody: v1
    steps:
      a:
        run: make
        needs: [b]
    """
    lines: list[str] = []
    for key, value in document.items():
        if key in BLOCKS and isinstance(value, dict) and value:
            lines.append(f"{_scalar(key)}:")
            for name, entry in value.items():
                lines += _entry(name, entry, 2, broken=key == "steps")
        else:
            lines += _entry(key, value, 0, broken=False)
    return "\n".join(lines) + "\n"


def _entry(key: str, value: JsonValue, indent: int, *, broken: bool) -> Iterator[str]:
    """The lines of one entry of a map.

    Args:
        key: Its name.
        value: Its value.
        indent: Columns before the key.
        broken: Give a map's entries lines of their own even where they would fit into one.
    """
    head = f"{' ' * indent}{_key(key)}:"
    if not isinstance(value, dict | list) or not value:
        yield f"{head} {_flow(value, inside=False)}"
        return
    line = f"{head} {_flow(value, inside=False)}"
    if len(line) <= WIDTH and not broken and _depth(value) <= 3:
        yield line
        return
    yield head
    if isinstance(value, dict):
        for name, entry in value.items():
            of_steps = key == "parallel"
            yield from _entry(name, entry, indent + 2, broken=of_steps and broken)
        return
    for item in value:
        yield from _item(item, indent + 2)


def _item(value: JsonValue, indent: int) -> Iterator[str]:
    """The lines of one item of a list."""
    line = f"{' ' * indent}- {_flow(value, inside=False)}"
    if len(line) <= WIDTH or not isinstance(value, dict | list) or not value:
        yield line
        return
    if isinstance(value, dict):
        inner = [
            line
            for name, entry in value.items()
            for line in _entry(name, entry, indent + 2, broken=False)
        ]
    else:
        inner = [line for item in value for line in _item(item, indent + 2)]
    yield f"{' ' * indent}- {inner[0][indent + 2 :]}"
    yield from inner[1:]


def _depth(value: JsonValue) -> int:
    """How many maps and lists stand inside one another; 4 for any more than 3."""
    deepest, ahead = 0, [(value, 1)]
    while ahead:
        item, depth = ahead.pop()
        if isinstance(item, dict | list):
            deepest = max(deepest, depth)
            if depth > 3:
                break
            ahead += [(one, depth + 1) for one in (
                item.values() if isinstance(item, dict) else item
            )]  # fmt: skip
    return deepest


def _flow(value: JsonValue, *, inside: bool = True) -> str:
    """A value in one line."""
    match value:
        case dict():
            entries = (f"{_key(key)}: {_flow(one)}" for key, one in value.items())
            return f"{{{', '.join(entries)}}}"
        case list():
            return f"[{', '.join(_flow(one) for one in value)}]"
        case str():
            return _scalar(value, inside=inside)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case _:
            return repr(value)


def _key(text: str) -> str:
    return _scalar(text, inside=True) if len(text) < 1000 else _quoted(text)


def _scalar(text: str, *, inside: bool = False) -> str:
    """A text: plain where it is read back as the same text, else in quotes."""
    if (
        _PLAIN.fullmatch(text)
        and text.isprintable()
        and not _NOT_PLAIN.search(text)
        and not (inside and _IN_FLOW.search(text))
        and not text.startswith(("---", "...", "- "))
        and text != "-"
        and _is_text(text)
    ):
        return text
    return _quoted(text)


def _is_text(text: str) -> bool:
    try:
        return typed(text) == text
    except NotJsonError:
        return False


def _quoted(text: str) -> str:
    r"""A text in quotes; the kind that needs no escapes where there is one.

    >>> print(_quoted("a: b"), _quoted('say "a"'), _quoted("it's\n"))
    "a: b" 'say "a"' "it's\n"
    """
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return f'"{"".join(_escaped(char) for char in text)}"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    number = ord(char)
    return f"\\x{number:02x}" if number < 256 else (
        f"\\u{number:04x}" if number < 65536 else f"\\U{number:08x}"
    )  # fmt: skip
