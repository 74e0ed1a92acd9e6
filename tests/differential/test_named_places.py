"""What the hand-written cases say of the schedule is what the analysis of their Melodies says."""

from __future__ import annotations

import pytest

from melody.testing.conformance.case import Case, all_cases
from melody.testing.conformance.performing import workflow
from tests.differential.touched import untouched
from workflow_ir.schedule_dependence import schedule_dependence

SCHEDULED = [case for case in all_cases() if case.schedule != "none"]


@pytest.mark.parametrize("case", SCHEDULED, ids=lambda case: case.name)
def test_a_case_that_depends_on_the_schedule_is_named(case: Case) -> None:
    named = {place.reason.value for place in schedule_dependence(workflow(case))}
    assert named & {"winners", "first_failure", "first_error"}
    assert case.schedule != "winners" or "winners" in named


def test_what_is_far_from_a_named_place_is_seen() -> None:
    case = next(case for case in SCHEDULED if case.name == "38_failure_cancels_siblings")
    ir = workflow(case)
    places = schedule_dependence(ir)
    concerned = places[0].among[0]
    assert untouched(ir, places, [concerned, f"{concerned}[0]"]) == []
    assert untouched(ir, (), [concerned]) == [concerned]
