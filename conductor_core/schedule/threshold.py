"""The verdict of a map or of parallel branches: ``succeed_if`` (spec 2, spec 8)."""

from __future__ import annotations

import math
from typing import Literal

from workflow_ir.policy import SucceedIf

Verdict = Literal["open", "reached", "failed"]


def needed(succeed_if: SucceedIf, places: int) -> int:
    """How many of ``places`` must succeed; percentages are rounded up.

    >>> needed(SucceedIf(kind="percent", percent=80), 9)
    8
    """
    match succeed_if.kind:
        case "all":
            return places
        case "any":
            return min(1, places)
        case "count":
            return succeed_if.count or 0
        case "percent":
            exact = places * (succeed_if.percent or 0) / 100
            return math.ceil(round(exact, 9))


def verdict(succeed_if: SucceedIf, places: int, *, succeeded: int, failed: int) -> Verdict:
    """Whether the outcome is settled while some places may still be going on.

    ``any`` and ``N`` are reached early; ``all`` and percentages wait for every place unless
    the threshold cannot be reached any more. An empty list succeeds.
    """
    if places == 0:
        return "reached"
    goal = needed(succeed_if, places)
    if succeeded + (places - succeeded - failed) < goal:
        return "failed"
    if succeed_if.kind in ("any", "count") and succeeded >= goal:
        return "reached"
    return "reached" if succeeded + failed == places else "open"
