"""Texts in generated YAML: always between double quotes, in plain ASCII."""

from __future__ import annotations

from typing import Final

from adapters.emitter.code import Code

_REPLACED: Final = "\ufffd"
_SHORT: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def yaml_text(text: str) -> Code:
    r"""A text as a YAML scalar; a lone surrogate, which CrewAI cannot carry, is replaced.

    >>> print(yaml_text('say "hi"\n'))
    "say \"hi\"\n"
    """
    return Code(f'"{"".join(map(_escaped, text))}"')


def _escaped(char: str) -> str:
    number = ord(char)
    if 0xD800 <= number < 0xE000:
        number = ord(_REPLACED)
    if char in _SHORT:
        return _SHORT[char]
    if 0x20 <= number < 0x7F:
        return char
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
