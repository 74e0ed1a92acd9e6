"""The bounds of expressions (spec 2, "Bounds"), each checked before the work is done."""

from __future__ import annotations

from typing import Final

MOST_SOURCE_BYTES: Final = 4096
"""Length of one expression in UTF-8."""
DEEPEST_SOURCE: Final = 64
"""Levels of one expression; a chain of attributes is one level."""
MOST_NODES: Final = 500
"""Names, literals, operators and calls in one expression."""
MOST_TEXT: Final = 1_048_576
"""Characters of a text that an operation gives: 1 MiB."""
MOST_ITEMS: Final = 131_072
"""Items of a list that an operation gives: 1 MiB of references."""
MOST_RANGE: Final = 10_000
"""Items of ``range``."""
MOST_COST: Final = 1_000_000
"""Units of work of one evaluation: per node and turn of a loop, per item, per 64 characters."""
LEAST_INTEGER: Final = -(2**63)
GREATEST_INTEGER: Final = 2**63 - 1
