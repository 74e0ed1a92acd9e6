"""Did-you-mean: the one place that decides which known name a misspelt one was meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LONGEST = 64
"""Longer names get no suggestion: the comparison is quadratic, and the text may be hostile."""
_MANY = 1000
"""Of more candidates, only those with the same first letter, about the same length and, where there
are such, the same end count: each comparison takes time."""
_MOST = 200
"""Of those, so many are compared."""


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that ``name`` was most likely meant to be, or None.

    Args:
        name: The name as written.
        candidates: Every name that would have been right, in any order.

    Returns:
        One candidate, never ``name`` itself; ties go to the alphabetically first.

    >>> nearest("daft", ["draft", "publish"])
    'draft'
    >>> nearest("Draft", ["draft"])
    'draft'
    >>> nearest("xyz", ["draft"]) is None
    True
    """
    known = sorted({item for item in candidates if item != name and len(item) <= _LONGEST})
    if not name or len(name) > _LONGEST:
        return None
    for item in known:
        if item.casefold() == name.casefold():
            return item
    if len(known) > _MANY:
        near = [item for item in known if item[:1] == name[:1] and abs(len(item) - len(name)) < 3]
        ends = (name[-3:], name[-1:], "")
        alike = ([item for item in near if item.endswith(end)] for end in ends)
        known = next((items for items in alike if items), [])[:_MOST]
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    return close[0] if close else None
