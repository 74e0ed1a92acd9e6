"""What counts as data: exact JSON types, finite numbers, integers of 64 bits, UTF-8 text."""

from __future__ import annotations

from math import isfinite

from workflow_ir.types.describe import show

LEAST_INTEGER = -(2**63)
GREATEST_INTEGER = 2**63 - 1
DEEPEST_DATA = 200
"""Levels of lists and objects in one value."""


def not_data(value: object) -> tuple[str, str] | None:
    """Where and why a value is not data: a path such as ``$.items[2]`` and the fact; None if it is.

    >>> not_data({"a": [1, float("nan")]})
    ('$.a[1]', 'NaN is not a JSON number')
    >>> not_data(("a",))
    ('$', 'a Python tuple is not JSON data')
    """
    stack: list[tuple[object, str, int]] = [(value, "$", 0)]
    while stack:
        item, path, depth = stack.pop()
        kind = type(item)
        if item is None or kind is bool:
            continue
        if isinstance(item, dict | list) and kind in {dict, list}:
            if depth >= DEEPEST_DATA:
                return "$", f"the value is nested deeper than {DEEPEST_DATA} levels"
            if isinstance(item, list):
                stack += [(x, f"{path}[{i}]", depth + 1) for i, x in enumerate(item)]
                continue
            for key in item:
                reason = f"the key {key!r:.60} is no text" if type(key) is not str else _text(key)
                if reason is not None:
                    return path, reason
            stack += [(x, path_to(path, key), depth + 1) for key, x in item.items()]
            continue
        reason = _scalar(item)
        if reason is not None:
            return path, reason
    return None


def path_to(path: str, key: str) -> str:
    """The path of a member.

    >>> path_to("$", "a"), path_to("$", "a b")
    ('$.a', '$["a b"]')
    """
    return f"{path}.{key}" if key.isidentifier() else f"{path}[{show(key)}]"


def _scalar(item: object) -> str | None:
    kind = type(item)
    if isinstance(item, str) and kind is str:
        return _text(item)
    if isinstance(item, int) and kind is int:
        if LEAST_INTEGER <= item <= GREATEST_INTEGER:
            return None
        return f"{show(item)} is beyond 64 bits"
    if isinstance(item, float) and kind is float:
        return None if isfinite(item) else f"{show(item)} is not a JSON number"
    return f"a Python {kind.__name__} is not JSON data"


def _text(text: str) -> str | None:
    if text.isascii():
        return None
    try:
        text.encode()
    except UnicodeEncodeError:
        return f"{show(text)} holds half of a surrogate pair, which is no character"
    return None
