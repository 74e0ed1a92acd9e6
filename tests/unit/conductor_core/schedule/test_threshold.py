"""``succeed_if``: when a map has its verdict, against a model that looks at every ending."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core.schedule.threshold import Verdict, needed, verdict
from workflow_ir.policy import SucceedIf

ALL, ANY = SucceedIf(kind="all"), SucceedIf(kind="any")


def count(n: int) -> SucceedIf:
    return SucceedIf(kind="count", count=n)


def percent(share: float) -> SucceedIf:
    return SucceedIf(kind="percent", percent=share)


@pytest.mark.parametrize(
    ("rule", "places", "expected"),
    [
        (ALL, 4, 4),
        (ANY, 4, 1),
        (ANY, 0, 0),
        (count(3), 4, 3),
        (count(3), 2, 3),
        (percent(80), 10, 8),
        (percent(80), 9, 8),
        (percent(1), 3, 1),
        (percent(100), 7, 7),
        (percent(33.3), 3, 1),
        (percent(7), 100, 7),
        (percent(55), 20, 11),
    ],
)
def test_thresholds_round_up(rule: SucceedIf, places: int, expected: int) -> None:
    assert needed(rule, places) == expected


@pytest.mark.parametrize("rule", [ALL, ANY, count(3), percent(80)])
def test_an_empty_list_succeeds(rule: SucceedIf) -> None:
    assert verdict(rule, 0, succeeded=0, failed=0) == "reached"


def test_more_than_there_are_fails_at_the_start() -> None:
    assert verdict(count(3), 2, succeeded=0, failed=0) == "failed"


def test_any_and_a_number_are_reached_early_but_shares_wait_for_all() -> None:
    assert verdict(ANY, 5, succeeded=1, failed=0) == "reached"
    assert verdict(count(2), 5, succeeded=2, failed=1) == "reached"
    assert verdict(percent(20), 5, succeeded=4, failed=0) == "open"
    assert verdict(percent(20), 5, succeeded=4, failed=1) == "reached"
    assert verdict(ALL, 5, succeeded=4, failed=0) == "open"


def test_what_can_no_longer_be_reached_fails_at_once() -> None:
    assert verdict(ALL, 5, succeeded=0, failed=1) == "failed"
    assert verdict(ANY, 5, succeeded=0, failed=4) == "open"
    assert verdict(ANY, 5, succeeded=0, failed=5) == "failed"
    assert verdict(percent(80), 5, succeeded=0, failed=2) == "failed"


RULES = st.one_of(
    st.just(ALL), st.just(ANY), st.integers(1, 7).map(count), st.integers(1, 100).map(percent)
)


def model(rule: SucceedIf, places: int, succeeded: int, failed: int) -> Verdict:
    """Look at every way in which the open places may end."""

    def holds(good: int) -> bool:
        if rule.kind == "percent":
            return good * 100 >= int(rule.percent or 0) * places
        return good >= {"all": places, "any": 1}.get(rule.kind, rule.count or 0)

    if places == 0:
        return "reached"
    going_on = places - succeeded - failed
    ends = [holds(succeeded + sum(rest)) for rest in product((0, 1), repeat=going_on)]
    if not any(ends):
        return "failed"
    early = rule.kind in ("any", "count")
    return "reached" if all(ends) and (early or going_on == 0) else "open"


@given(rule=RULES, data=st.data(), places=st.integers(0, 7))
def test_it_agrees_with_a_model_that_looks_at_every_ending(
    rule: SucceedIf, data: st.DataObject, places: int
) -> None:
    succeeded = data.draw(st.integers(0, places))
    failed = data.draw(st.integers(0, places - succeeded))
    expected = model(rule, places, succeeded, failed)
    assert verdict(rule, places, succeeded=succeeded, failed=failed) == expected


@given(rule=RULES, endings=st.lists(st.booleans(), max_size=12))
def test_a_verdict_once_given_holds_to_the_end(rule: SucceedIf, endings: list[bool]) -> None:
    verdicts = [
        verdict(rule, len(endings), succeeded=sum(endings[:n]), failed=n - sum(endings[:n]))
        for n in range(len(endings) + 1)
    ]
    settled = [one for one in verdicts if one != "open"]
    assert verdicts[-1] != "open"
    assert len(set(settled)) == 1
