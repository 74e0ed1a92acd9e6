"""The assertions of JSON Schema that look at one value and its members, as closures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from workflow_ir.types.describe import show
from workflow_ir.types.model import JsonValue
from workflow_ir.types.pattern import PatternError, compile_pattern

SchemaPath = tuple[str | int, ...]
"""Keys and indexes from the top of a schema down to one of its parts."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a value does not meet its schema."""

    path: str
    """``$`` is the value itself: ``$.items[2].score``."""
    message: str
    """The fact, with the value shortened."""


class SchemaError(Exception):
    """A schema that is malformed, or says what this product does not enforce."""

    def __init__(self, message: str, path: SchemaPath = (), help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        """The fact; it names the keyword."""
        self.path = path
        """Keys and indexes down to the keyword."""
        self.help = help
        """One imperative hint."""


Found = list[Violation]
Check = Callable[[JsonValue, str, Found], None]
"""Looks at a value that stands at a path and adds what is wrong."""


def number_bound(keyword: str, limit: JsonValue, path: SchemaPath) -> Check:
    """``minimum``, ``maximum``, ``exclusiveMinimum``, ``exclusiveMaximum``."""
    if isinstance(limit, bool) or not isinstance(limit, int | float):
        raise SchemaError(f"`{keyword}` wants a number, not {show(limit)}.", path)
    bound = limit
    fails, words = _BOUNDS[keyword]

    def check(value: JsonValue, at: str, found: Found) -> None:
        if isinstance(value, int | float) and type(value) is not bool and fails(value, bound):
            found.append(Violation(at, f"{show(value)} is {words} {bound}"))

    return check


_BOUNDS: Final[dict[str, tuple[Callable[[float, float], bool], str]]] = {
    "minimum": (lambda value, bound: value < bound, "less than the minimum"),
    "maximum": (lambda value, bound: value > bound, "more than the maximum"),
    "exclusiveMinimum": (lambda value, bound: value <= bound, "not more than"),
    "exclusiveMaximum": (lambda value, bound: value >= bound, "not less than"),
}


def multiple_of(keyword: str, limit: JsonValue, path: SchemaPath) -> Check:
    """``multipleOf``, exact on the decimal texts: 0.3 is a multiple of 0.1."""
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not limit > 0:
        raise SchemaError(f"`{keyword}` wants a number above 0, not {show(limit)}.", path)
    unit = Fraction(repr(limit))

    def check(value: JsonValue, at: str, found: Found) -> None:
        if isinstance(value, int | float) and type(value) is not bool:
            whole = (Fraction(repr(value)) / unit).denominator == 1
            if not whole:
                found.append(Violation(at, f"{show(value)} is no multiple of {limit}"))

    return check


def size_bound(keyword: str, limit: JsonValue, path: SchemaPath) -> Check:
    """``minLength``, ``maxLength``, ``minItems``, ``maxItems``."""
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise SchemaError(f"`{keyword}` wants a whole number from 0, not {show(limit)}.", path)
    bound = limit
    least = keyword.startswith("min")
    kind: type = str if keyword.endswith("Length") else list
    unit = "character" if kind is str else "item"

    def check(value: JsonValue, at: str, found: Found) -> None:
        if isinstance(value, kind) and isinstance(value, str | list):
            size = len(value)
            if (size < bound) if least else (size > bound):
                limit_words = f"at {'least' if least else 'most'} {_count(bound, unit)}"
                message = f"{show(value)} has {_count(size, unit)}, {limit_words} are wanted"
                found.append(Violation(at, message))

    return check


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def pattern(keyword: str, source: JsonValue, path: SchemaPath) -> Check:
    """``pattern``, of the linear subset."""
    if not isinstance(source, str):
        raise SchemaError(f"`{keyword}` wants text, not {show(source)}.", path)
    try:
        matches = compile_pattern(source)
    except PatternError as error:
        help_ = "Use literals, classes, groups, `|`, `* + ? {m,n}`, `^` and `$` only."
        raise SchemaError(f"`{keyword}`: {error.message}", path, help_) from None

    def check(value: JsonValue, at: str, found: Found) -> None:
        if isinstance(value, str) and not matches(value):
            found.append(Violation(at, f"{show(value)} does not match the pattern {source!r}"))

    return check


def unique_items(keyword: str, wanted: JsonValue, path: SchemaPath) -> Check:
    """``uniqueItems``."""
    if not isinstance(wanted, bool):
        raise SchemaError(f"`{keyword}` wants true or false, not {show(wanted)}.", path)

    def check(value: JsonValue, at: str, found: Found) -> None:
        if not wanted or not isinstance(value, list):
            return
        seen: set[object] = set()
        for index, item in enumerate(value):
            key = comparable(item)
            if key in seen:
                found.append(Violation(f"{at}[{index}]", f"{show(item)} is there twice"))
                return
            seen.add(key)

    return check


def enumerated(keyword: str, values: JsonValue, path: SchemaPath) -> Check:
    """``enum`` and ``const``."""
    options = [values] if keyword == "const" else values
    if not isinstance(options, list) or not options:
        raise SchemaError(f"`{keyword}` wants a list with values, not {show(values)}.", path)
    allowed = {comparable(option) for option in options}
    shown = ", ".join(show(option) for option in options[:8]) + (", …" if len(options) > 8 else "")
    words = f"is not {shown}" if len(options) == 1 else f"is none of {shown}"

    def check(value: JsonValue, at: str, found: Found) -> None:
        if comparable(value) not in allowed:
            found.append(Violation(at, f"{show(value)} {words}"))

    return check


def comparable(value: JsonValue) -> object:
    """A hashable that is equal for equal JSON values: 1 and 1.0 are equal, 1 and true are not."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, list):
        return ("list", tuple(comparable(item) for item in value))
    if isinstance(value, dict):
        return ("object", frozenset((key, comparable(item)) for key, item in value.items()))
    return value


SIMPLE: Final[dict[str, Callable[[str, JsonValue, SchemaPath], Check]]] = {
    "enum": enumerated,
    "const": enumerated,
    "minimum": number_bound,
    "maximum": number_bound,
    "exclusiveMinimum": number_bound,
    "exclusiveMaximum": number_bound,
    "multipleOf": multiple_of,
    "minLength": size_bound,
    "maxLength": size_bound,
    "pattern": pattern,
    "minItems": size_bound,
    "maxItems": size_bound,
    "uniqueItems": unique_items,
}
"""Keywords that need nothing but their own value."""
