"""What people call as a method, and the function to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from workflow_ir.expressions.function_names import FUNCTION_NAMES
from workflow_ir.nearest import nearest

_SAME: Final = {
    "trim": "strip",
    "toUpperCase": "upper",
    "toLowerCase": "lower",
    "casefold": "lower",
    "includes": "contains",
    "has": "contains",
    "count": "len",
    "length": "len",
    "size": "len",
    "splitlines": "lines",
    "startsWith": "startswith",
    "endsWith": "endswith",
    "toString": "str",
    "replaceAll": "replace",
    "sort": "sorted",
}
"""Methods of Python and JavaScript whose function takes the same arguments after the subject."""
_OTHER: Final = {
    "get": "Use `default(x.key, y)`.",
    "items": "Use `zip(keys(x), values(x))`.",
    "append": "Join lists: `xs + [x]`.",
    "extend": "Join lists: `xs + ys`.",
    "format": 'Join with `+`, or interpolate: "… ${{ x }} …".',
    "map": "Use `[f(x) for x in xs]`.",
    "filter": "Use `[x for x in xs if …]`.",
    "index": "Use `[i for i in range(len(xs)) if xs[i] == x][0]`.",
    "pop": "Use `xs[:-1]` and `last(xs)`.",
}


def method_help(name: str, subject: str, arguments: Sequence[str]) -> tuple[str | None, str | None]:
    """A hint, and the text to write instead where it is certain.

    >>> method_help("upper", "inputs.name", [])
    ('Write upper(inputs.name).', 'upper(inputs.name)')
    """
    if name == "join" and len(arguments) == 1:
        return _write(f"join({arguments[0]}, {subject})")
    if name == "get" and arguments:
        fallback = arguments[1] if len(arguments) > 1 else "null"
        return _write(f"default({subject}[{arguments[0]}], {fallback})")
    if name in _OTHER:
        return _OTHER[name], None
    function = _SAME.get(name, name)
    if function in FUNCTION_NAMES:
        return _write(f"{function}({', '.join([subject, *arguments])})")
    meant = nearest(name, FUNCTION_NAMES)
    if meant is not None:
        return f"Write {meant}({subject}).", None
    return "The functions of the language take the value as their first argument.", None


def _write(text: str) -> tuple[str, str]:
    return f"Write {text if len(text) <= 80 else text[:79] + '…'}.", text
