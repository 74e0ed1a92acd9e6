"""The names of the functions, frozen per language version (spec 2 and 8).

They are apart from `functions` so that the reader of text needs no implementation; a test holds the
two together.
"""

from __future__ import annotations

from typing import Final

FUNCTION_NAMES: Final = frozenset({
    "len", "sum", "min", "max", "round", "abs", "str", "int", "float", "bool", "any", "all",
    "sorted", "unique", "first", "last", "default", "has", "lower", "upper", "strip", "split",
    "join", "replace",
    "bullets", "lines", "contains", "startswith", "endswith", "json", "from_json", "keys", "values",
    "zip", "range", "coalesce", "now", "duration", "health",
})  # fmt: skip
"""``health`` is known only in ``require``."""

TAKES_GENERATOR: Final = frozenset({"sum", "min", "max", "any", "all", "sorted", "unique"})
"""Functions whose only argument may be a generator, as in Python."""

GUARDS: Final = frozenset({"default", "has", "coalesce"})
"""Functions that may be given what is missing; of ``default`` only the first argument may be."""
