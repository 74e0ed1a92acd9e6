"""Budgets in runs: refusals, what a step does then, and the run's deadline."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.run import Start
from tests.unit.conductor_core.melodies import (
    for_each,
    melody,
    play,
    player,
    set_,
    step,
    trying,
)
from tests.unit.conductor_core.stand import (
    Stand,
    attempts,
    code,
    fails,
    naps,
    one_after_the_other,
    statuses,
)
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Budget, Importance, Rung

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])
FREE = player()


def priced(*fallback: str, **cost: float) -> Any:
    return player(*fallback, cost=cost)


@BOTH
def test_a_step_without_money_is_refused_and_no_attempt_is_listed(start: Start) -> None:
    ir = melody(
        step("a", play("p")), step("b", play("p"), "a"), step("c", play("p"), "b"),
        players={"p": priced(usd=0.4)}, budget=Budget(usd=1),
    )  # fmt: skip
    stand = Stand()
    result = stand.run(ir, start)
    assert (code(result), result.failed_step, result.status) == ("policy.budget", "c", "failed")
    assert (attempts(result, "c"), stand.played) == ([], ["a", "b"])
    assert (stand.told(EventKind.ATTEMPT_STARTED)[-1][1], result.usage.usd) == ("b", 0.8)
    decision = [event.facts for event in stand.events if event.kind is EventKind.DECISION][-1]
    assert (decision["decision"], decision["rule"]) == ("fail", "code:policy.budget")


@BOTH
def test_no_rung_hides_that_the_money_is_gone(start: Start) -> None:
    body = play("p", policy=trying(5), on_failure=(Rung.RETRY, Rung.FALLBACK, Rung.SKIP))
    ir = melody(
        step("a", body), players={"p": priced("q", usd=1), "q": FREE}, budget=Budget(usd=0.5)
    )
    result = Stand().run(ir, start)
    assert (code(result), statuses(result)) == ("policy.budget", {"a": "failed"})


@BOTH
def test_every_attempt_that_reached_a_player_is_charged(start: Start) -> None:
    body = play("p", policy=trying(3))
    ir = melody(step("a", body), players={"p": priced(usd=0.1, tokens=5)})
    stand = Stand({"p": one_after_the_other(fails("http.503"), naps(1))})
    result = stand.run(ir, start)
    assert (result.usage.usd, result.usage.tokens) == (0.2, 10)


@BOTH
def test_who_ran_out_of_time_or_was_cancelled_is_charged_too(start: Start) -> None:
    ir = melody(
        step("a", play("p", policy=trying(1, timeout_s=2))),
        step("b", play("p")),
        players={"p": priced(usd=0.1)},
    )
    result = Stand({"p": naps(9)}).run(ir, start)
    assert (statuses(result), result.usage.usd) == ({"a": "failed", "b": "cancelled"}, 0.2)


@BOTH
def test_a_player_that_must_not_be_asked_costs_nothing(start: Start) -> None:
    class Closed(Stand):
        def find(self, name: str, path: str, address: str, module: str = "") -> Any:
            return StandardError.of("policy.not_allowed")

    ir = melody(step("a", play("p")), players={"p": priced(usd=0.1)}, budget=Budget(attempts=1))
    result = Closed().run(ir, start)
    assert (code(result), result.usage.usd) == ("policy.not_allowed", 0)


@BOTH
def test_retries_stop_when_the_steps_own_attempts_are_used_up(start: Start) -> None:
    body = play("p", policy=trying(9, budget=Budget(attempts=2)))
    stand = Stand({"p": fails("http.503")})
    result = stand.run(melody(step("a", body), step("b", play("q"))), start)
    assert attempts(result, "a") == ["p http.503 retry 1", "p http.503 retry 2"]
    assert code(result) == "policy.budget"
    assert result.error is not None
    assert "step 'a'" in result.error.message


@BOTH
def test_items_that_go_on_at_once_share_the_runs_budget(start: Start) -> None:
    ir = melody(
        step("m", for_each("range(5)", play("p"))),
        players={"p": priced(usd=0.4)},
        budget=Budget(usd=1),
    )
    stand = Stand({"p": naps(1)})
    result = stand.run(ir, start)
    assert (code(result), len(stand.played)) == ("parallel.threshold", 2)


@BOTH
def test_cheaper_takes_the_next_that_costs_less(start: Start) -> None:
    policy = trying(1, on_exceeded="cheaper", budget=Budget(usd=0.5))
    players = {"a": priced("b", usd=1), "b": priced("c", usd=2), "c": priced(usd=0.5)}
    result = Stand().run(melody(step("x", play("a", policy=policy)), players=players), start)
    assert attempts(result, "x") == ["c success"]
    assert statuses(result) == {"x": "recovered"}
    without = {"a": priced("b", usd=1), "b": priced(usd=2)}
    result = Stand().run(melody(step("x", play("a", policy=policy)), players=without), start)
    assert (code(result), attempts(result, "x")) == ("policy.budget", [])


@BOTH
@pytest.mark.parametrize(
    ("accepted", "importance", "status"),
    [
        (True, Importance.NORMAL, "gap"),
        (True, Importance.CRITICAL, "failed"),
        (False, Importance.NORMAL, "failed"),
    ],
)
def test_skip_leaves_a_gap_where_one_is_allowed(
    accepted: bool, importance: Importance, status: str, start: Start
) -> None:
    policy = trying(1, on_exceeded="skip", budget=Budget(usd=0.5))
    body = play("p", policy=policy, gap_accepted=accepted, importance=importance)
    result = Stand().run(melody(step("x", body), players={"p": priced(usd=1)}), start)
    assert statuses(result) == {"x": status}
    assert [gap.step for gap in result.gaps] == (["x"] if status == "gap" else [])


@BOTH
def test_the_deadline_of_the_run_stops_attempts_and_nothing_starts_after_it(start: Start) -> None:
    ir = melody(
        step("a", play("p")), step("b", play("q"), "a"),
        players={"p": player("q")}, budget=Budget(wall_s=10),
    )  # fmt: skip
    stand = Stand({"p": naps(30)})
    result = stand.run(ir, start)
    assert (code(result), stand.elapsed) == ("policy.deadline", 10)
    assert attempts(result, "a") == ["p policy.deadline fail"]
    assert statuses(result)["b"] == "pending"


@BOTH
def test_of_limits_that_fall_together_the_runs_counts(start: Start) -> None:
    body = play("p", policy=trying(1, timeout_s=10, total_timeout_s=10, wall_s=10))
    result = Stand({"p": naps(30)}).run(melody(step("a", body), budget=Budget(wall_s=10)), start)
    assert code(result) == "policy.deadline"


@BOTH
def test_no_retry_is_waited_for_beyond_the_deadline(start: Start) -> None:
    body = play("p", policy=trying(9, initial_s=8))
    stand = Stand({"p": fails("http.503")})
    result = stand.run(melody(step("a", body), budget=Budget(wall_s=10)), start)
    assert attempts(result, "a") == ["p http.503 retry 8", "p http.503 fail"]
    assert stand.elapsed == 8


@BOTH
def test_data_steps_need_no_budget(start: Start) -> None:
    ir = melody(step("a", set_("1")), budget=Budget(usd=0, tokens=0, wall_s=0.001))
    assert Stand().run(ir, start).status == "succeeded"


@BOTH
def test_the_time_of_a_steps_own_budget_covers_all_its_players(start: Start) -> None:
    policy = trying(1, budget=Budget(wall_s=5))
    ir = melody(
        step("a", play("p", policy=policy, on_failure=(Rung.FALLBACK,))),
        players={"p": player("q"), "q": FREE},
    )
    stand = Stand({"p": naps(3, StandardError.of("http.503")), "q": naps(9)})
    result = stand.run(ir, start)
    assert attempts(result, "a") == ["p http.503 fallback", "q policy.budget fail"]
    assert stand.elapsed == 5
