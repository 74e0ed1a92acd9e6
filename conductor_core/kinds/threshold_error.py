"""The error of a map or of parallel sides whose threshold was not reached."""

from __future__ import annotations

from collections.abc import Sequence

from conductor_core.scope import ItemRun, MapRun
from workflow_ir.outcome import StandardError


def threshold_error(places: MapRun, failures: Sequence[ItemRun]) -> StandardError:
    """``parallel.threshold``, with the first failure as its cause.

    ``detail.failed`` holds what ``.failed`` of the step holds: ids of sides, indexes of items.
    """
    total = len(places.items)
    facts = []
    if failures:
        first = failures[0].place
        error = first.record.error
        assert error is not None
        where = first.failed_at or first.path
        facts.append(
            f"{len(failures)} of {total} places failed; first {where}: {error.code}: "
            f"{error.message}"
        )
    if places.late:
        facts.append("the sync point's time was over before enough of them were there")
    return StandardError.of(
        "parallel.threshold",
        "; ".join(facts) or f"{total} places can never meet the threshold",
        origin="conductor",
        detail={"failed": [item.name for item in failures]} if failures else {},
        cause_chain=tuple(
            item.place.record.error.code for item in failures[:1] if item.place.record.error
        ),
    )
