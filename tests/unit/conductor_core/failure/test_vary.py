"""Changed parameters, attempt by attempt."""

from __future__ import annotations

import pytest

from conductor_core.failure.vary import varied
from workflow_ir.policy import Policy, Retry

COOLER = Retry(vary=({"temperature": 0.2}, {"model": "cheap"}))


@pytest.mark.parametrize(
    ("attempt", "expected"),
    [(1, {}), (2, {"temperature": 0.2}), (3, {"model": "cheap"}), (4, {"model": "cheap"})],
)
def test_entry_k_holds_for_attempt_k_and_one_and_the_last_repeats(
    attempt: int, expected: dict[str, object]
) -> None:
    assert varied(Policy(retry=COOLER), attempt) == expected
    assert varied(Policy(retry=COOLER), attempt, COOLER) == expected


def test_the_rule_that_asked_says_what_is_varied() -> None:
    plain, other = Retry(on=("http.503",)), Retry(vary=({"seed": 1},))
    policy = Policy(retry=(plain, COOLER, other))
    assert varied(policy, 2, other) == {"seed": 1}
    assert varied(policy, 2, plain) == {}
    assert varied(policy, 2) == {"temperature": 0.2}
    assert varied(Policy(), 2) == {}
