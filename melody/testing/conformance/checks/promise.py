"""``contract`` and ``order``: a run is as the case promises by hand."""

from __future__ import annotations

from collections.abc import Iterator

from conductor_core.run import Start
from melody.testing.conformance.case import Case
from melody.testing.conformance.differences import differences, in_order
from melody.testing.conformance.finding import Check, Finding
from melody.testing.conformance.performing import Performed


def broken_promises(case: Case, performed: Performed, start: Start) -> Iterator[Finding]:
    """What differs from the case's ``expect``, as far as the start mode promises it."""
    for text in differences(case, performed.result.to_json(), start=start):
        yield Finding(Check.CONTRACT, text)
    if start == "eager":
        for text in in_order(case.expected, performed.finished()):
            yield Finding(Check.ORDER, text)
