"""Makes text that was not meant as Markdown safe to put into it."""

from __future__ import annotations

import re

_CODE = re.compile(r"(`[^`]+`)")
_MARKUP = re.compile(r"[\\<*\[\]]|(?<![^\W_])_|_(?![^\W_])")
_OPENING = re.compile(r"^(\d*)([-+>#.)=]+)(?=\s|$)")


def escape_markdown(text: str) -> str:
    r"""The line so that Markdown shows it as it is written; what stands in backticks stays code.

    Names such as snake_case, `#12` and `@name` are left alone: no reader of Markdown takes them
    for markup, and GitHub links the last two.

    >>> print(escape_markdown("keep <b> and `a < b`, snake_case and *args"))
    keep \<b> and `a < b`, snake_case and \*args
    >>> print(escape_markdown("1. no list"))
    1\. no list
    """
    parts = _CODE.split(text)
    parts[::2] = [_MARKUP.sub(r"\\\g<0>", part) for part in parts[::2]]
    return escape_opening("".join(parts))


def escape_opening(line: str) -> str:
    r"""The line so that it begins no list, quotation or heading.

    >>> print(escape_opening("# of lines"))
    \# of lines
    """
    return _OPENING.sub(r"\1\\\2", line)
