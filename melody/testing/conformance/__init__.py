"""The conformance kit: small Melodies, and what an adapter must make of them.

``check(adapter)`` puts an adapter to all of them and gives a ``Report``; ``docs/adapters.md`` tells
how an adapter is written and proved.
"""

from __future__ import annotations

from melody.testing.conformance.case import Case, CaseMistake, Expected, ExpectedStep, all_cases
from melody.testing.conformance.check import check, trials
from melody.testing.conformance.finding import Check, Finding
from melody.testing.conformance.findings import findings
from melody.testing.conformance.performing import Performed, perform, workflow
from melody.testing.conformance.report import Report
from melody.testing.conformance.trial import Outcome, Trial, Verdict

__all__ = [
    "Case",
    "CaseMistake",
    "Check",
    "Expected",
    "ExpectedStep",
    "Finding",
    "Outcome",
    "Performed",
    "Report",
    "Trial",
    "Verdict",
    "all_cases",
    "check",
    "findings",
    "perform",
    "trials",
    "workflow",
]
