"""Names of things: static addresses of the IR and run paths of performances (spec 3, Paths)."""

from __future__ import annotations

from typing import NewType

StepId = NewType("StepId", str)
"""The key of a step in its scope: ``[a-z][a-z0-9_]*``."""

StepAddress = NewType("StepAddress", str)
"""The static name of a step in the IR and in graphs: ``route.enhance.polish``."""

RunPath = NewType("RunPath", str)
"""The name of one performance of a step: ``route.enhance.polish``, ``review[3].inner``."""

RegionPath = NewType("RegionPath", str)
"""The run path of the performance whose inner graph is meant; empty for the whole Melody."""

ROOT = RegionPath("")


def within(prefix: str, name: str) -> str:
    """Join a prefix and a name with a dot.

    >>> within("", "draft"), within("route.enhance", "polish")
    ('draft', 'route.enhance.polish')
    """
    return f"{prefix}.{name}" if prefix else name


def item_path(path: str, index: int) -> RunPath:
    """The run path of one item of a map; ``index`` counts from 0.

    >>> item_path("review", 3)
    'review[3]'
    """
    return RunPath(f"{path}[{index}]")


def iteration_path(path: str, number: int) -> RunPath:
    """The run path of one iteration of a loop; ``number`` counts from 1.

    >>> iteration_path("refine", 2)
    'refine#2'
    """
    return RunPath(f"{path}#{number}")


def natural_key(path: str) -> tuple[tuple[int, str, int], ...]:
    """A sort key that puts ``review[2]`` before ``review[10]``: ties in time follow it.

    >>> sorted(["m[10]", "m[2]", "a"], key=natural_key)
    ['a', 'm[2]', 'm[10]']
    """
    parts: list[tuple[int, str, int]] = []
    word, digits = "", ""
    for char in path:
        if char.isdecimal() and char.isascii():
            digits += char
            continue
        if digits:
            parts.append((1, word, int(digits)))
            word, digits = "", ""
        word += char
    parts.append((1, word, int(digits)) if digits else (0, word, 0))
    return tuple(parts)
