"""The functions of the language in plain Python, written apart from the product: the oracle."""

from __future__ import annotations

import json as json_module
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any


class Nothing(Exception):
    """A read found nothing."""


def _found(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except (KeyError, IndexError, Nothing):
        return None
    except TypeError as error:
        if str(error) != "'NoneType' object is not subscriptable":
            raise
        return None  # a member of null


def default(read: Callable[[], Any], other: Callable[[], Any]) -> Any:
    value = _found(read)
    return other() if value is None else value


def has(read: Callable[[], Any]) -> bool:
    return _found(read) is not None


def coalesce(*reads: Callable[[], Any]) -> Any:
    for read in reads:
        value = _found(read)
        if value is not None:
            return value
    raise Nothing


def json(value: Any) -> str:
    return json_module.dumps(value, ensure_ascii=False, separators=(",", ":"))


def text(value: Any) -> str:
    return value if isinstance(value, str) else json(value)


def first(items: list[Any]) -> Any:
    if not items:
        raise Nothing
    return items[0]


def last(items: list[Any]) -> Any:
    if not items:
        raise Nothing
    return items[-1]


def unique(items: list[Any]) -> list[Any]:
    kept: list[Any] = []
    for item in items:
        if not any(_equal(item, other) for other in kept):
            kept.append(item)
    return kept


def _equal(one: Any, two: Any) -> bool:
    """Python's `==`, but a boolean is no number."""
    if isinstance(one, bool) or isinstance(two, bool):
        return one is two
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(_equal, one, two))
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(_equal(one[key], two[key]) for key in one)
    return bool(one == two)


def bullets(items: list[Any]) -> str:
    return "\n".join("- " + "\n  ".join(text(item).split("\n")) for item in items)


def duration(written: str) -> int | float:
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
    factors = {"ms": Fraction(1, 1000), **{unit: Fraction(n) for unit, n in seconds.items()}}
    parts = re.findall(r"([0-9.]+)(ms|s|m|h|d|w)", written)
    total = sum((Fraction(number) * factors[unit] for number, unit in parts), Fraction())
    return int(total) if total.denominator == 1 else float(total)


PYTHON_FUNCTIONS: dict[str, Any] = {
    "default": default,
    "has": has,
    "coalesce": coalesce,
    "json": json,
    "str": text,
    "first": first,
    "last": last,
    "unique": unique,
    "bullets": bullets,
    "duration": duration,
    "lower": lambda s: s.lower(),
    "upper": lambda s: s.upper(),
    "strip": lambda s: s.strip(),
    "split": lambda s, sep: s.split(sep),
    "join": lambda items, sep: sep.join(items),
    "replace": lambda s, a, b: s.replace(a, b),
    "lines": lambda s: s.splitlines(),
    "contains": lambda whole, part: part in whole,
    "startswith": lambda s, start: s.startswith(start),
    "endswith": lambda s, end: s.endswith(end),
    "from_json": json_module.loads,
    "keys": lambda m: list(m.keys()),
    "values": lambda m: list(m.values()),
    "zip": lambda a, b: [list(pair) for pair in zip(a, b, strict=False)],
    "range": lambda *bounds: list(range(*bounds)),
}
"""What generated code would define; the rest is Python's own."""
