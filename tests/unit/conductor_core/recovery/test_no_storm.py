"""Whole performances in virtual time: no storm of calls, no money beyond the purse, one end."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conductor_core.ports import Grant, PlayRequest
from tests.unit.conductor_core.melodies import for_each, melody, play, player, step, trying
from tests.unit.conductor_core.stand import Stand, attempts
from workflow_ir.events import EventKind
from workflow_ir.outcome import Cost, StandardError, Success
from workflow_ir.policy import Budget, Importance, Policy, Retry, SucceedIf
from workflow_ir.result import RunResult, RunStatus

CODES = (
    "transport.connect", "http.503", "http.429", "auth.denied", "resource.quota", "player.bug",
    "gate.failed", "policy.wall_time", "input.invalid",
)  # fmt: skip


class Greedy:
    """A player that retries by itself as often as it was granted, and says so or not."""

    def __init__(self, code: str, *, wishes: int, reports: bool) -> None:
        self.code, self.wishes, self.reports = code, wishes, reports
        self.calls: list[tuple[str, int]] = []

    async def __call__(self, request: PlayRequest, grant: Grant) -> StandardError:
        made = min(self.wishes, grant.attempts)
        self.calls += [(request.player, request.attempt)] * made
        return StandardError.of(self.code, attempts=made if self.reports else None)


def stormy(greedy: Greedy, granted: int, allowed: int, players: int = 1) -> RunResult:
    names = [f"p{n}" for n in range(players)]
    spec: dict[str, Any] = {name: player(grant_attempts=granted) for name in names}
    spec[names[0]] = player(*names[1:], grant_attempts=granted)
    policy = Policy(retry=Retry(max_attempts=allowed))
    stand = Stand(dict.fromkeys(names, greedy))
    return stand.run(melody(step("a", play("p0", policy=policy)), players=spec))


@pytest.mark.parametrize("reports", [True, False])
def test_three_of_ours_times_three_of_theirs_are_three(*, reports: bool) -> None:
    greedy = Greedy("transport.connect", wishes=9, reports=reports)
    stormy(greedy, granted=9, allowed=3)
    assert len(greedy.calls) == 3


@settings(max_examples=60, deadline=None)
@given(
    code=st.sampled_from(CODES),
    wishes=st.integers(1, 9),
    granted=st.integers(1, 9),
    allowed=st.integers(1, 6),
    players=st.integers(1, 3),
    reports=st.booleans(),
)
def test_no_player_is_called_more_often_than_policy_allows(
    code: str, wishes: int, granted: int, allowed: int, players: int, *, reports: bool
) -> None:
    greedy = Greedy(code, wishes=wishes, reports=reports)
    result = stormy(greedy, granted, allowed, players)
    for n in range(players):
        assert sum(name == f"p{n}" for name, _ in greedy.calls) <= allowed
    assert result.status is RunStatus.FAILED
    assert [one.decision for one in result.steps["a"].attempts].count("fail") <= 1


def test_a_player_that_makes_more_than_it_was_granted_is_not_asked_again() -> None:
    async def takes(request: PlayRequest, grant: Grant) -> Success:
        return Success("got it", internal_attempts=grant.attempts + 1)

    stand = Stand({"hand": takes, "other": takes})
    spec = {"hand": player("other", grant_attempts=2), "other": player()}
    result = stand.run(melody(step("a", play(policy=trying(3))), players=dict(spec)))
    assert attempts(result, "a") == [
        "hand policy.attempts fallback", "other policy.attempts fail",
    ]  # fmt: skip


def test_a_good_answer_that_fails_its_gate_counts_what_it_took() -> None:
    made: list[int] = []

    async def writes(request: PlayRequest, grant: Grant) -> Success:
        made.append(grant.attempts)
        return Success("bad", internal_attempts=min(2, grant.attempts))

    stand = Stand({"hand": writes})
    policy = Policy(retry=Retry(max_attempts=4, on=("gate.failed",)))
    guard = play(policy=policy, gate="output == 'good'")
    stand.run(melody(step("a", guard), players={"hand": player(grant_attempts=3)}))
    assert made == [3, 2]  # two of four are used up by the first


def test_changed_parameters_are_those_of_the_rule_that_asked() -> None:
    seen: list[dict[str, Any]] = []

    async def hand(request: PlayRequest, grant: Grant) -> StandardError:
        seen.append(dict(request.parameters))
        return StandardError.of(("gate.failed", "http.503", "gate.failed")[len(seen) - 1])

    rules = (
        Retry(on=("http.503",), max_attempts=2, vary=({"model": "other"},)),
        Retry(on=("gate.failed",), max_attempts=2, vary=({"temperature": 0},)),
    )
    stand = Stand({"hand": hand})
    stand.run(melody(step("a", play(policy=Policy(retry=rules))), players={"hand": player()}))
    assert seen == [{}, {"temperature": 0}, {"model": "other"}]


def test_whoever_was_passed_over_may_still_take_over() -> None:
    spec = {
        "hand": player("dear", "cheap"),
        "dear": player(cost={"usd": 0.4}),
        "cheap": player(cost={"usd": 0.01}),
    }
    stand = Stand(dict.fromkeys(spec, Greedy("player.bug", wishes=1, reports=True)))
    policy = trying(1, budget=Budget(usd=0.5))
    guard = play(policy=policy, importance=Importance.NORMAL)
    result = stand.run(melody(step("a", guard), players=dict(spec)))
    assert attempts(result, "a") == [
        "hand player.bug fallback", "cheap player.bug fallback", "dear player.bug fail",
    ]  # fmt: skip


PRICES = st.sampled_from([0.0, 0.1, 0.25, 0.4])


@settings(max_examples=60, deadline=None)
@given(
    declared=PRICES,
    told=PRICES,
    items=st.integers(1, 8),
    concurrency=st.integers(1, 4),
    allowed=st.integers(1, 3),
    succeeds=st.booleans(),
)
def test_money_is_never_overspent_beyond_attempts_that_cost_more_than_declared(
    declared: float, told: float, items: int, concurrency: int, allowed: int, *, succeeds: bool
) -> None:
    spent: list[float] = []
    going: list[int] = [0, 0]

    async def hand(request: PlayRequest, grant: Grant) -> Success | StandardError:
        assert grant.clock is not None
        going[0] += 1
        going[1] = max(going)
        await grant.clock.sleep(1, path=request.path)
        going[0] -= 1
        spent.append(told or declared)
        if succeeds:
            return Success(1, usd=told)
        return StandardError.of("http.503", cost=Cost(told))

    body = play(policy=Policy(retry=Retry(max_attempts=allowed)), n="item")
    each = for_each(
        f"range({items})", body, concurrency=concurrency, succeed_if=SucceedIf(kind="any")
    )
    most = 1.0
    spec = player(cost={"usd": declared})
    tune = melody(step("m", each), players={"hand": spec}, budget=Budget(usd=most))
    stand = Stand({"hand": hand})
    stand.run(tune)
    over = max(0.0, told - declared)
    assert round(sum(spent) - over * going[1], 9) <= most
    if told <= declared or concurrency == 1:
        assert round(sum(spent), 9) <= most + over


SCRIPTS = st.lists(st.sampled_from((*CODES, "ok", "cancelled")), min_size=1, max_size=8)


def scripted(script: list[str], seed: str) -> Stand:
    left = iter(script)

    async def hand(request: PlayRequest, grant: Grant) -> Success | StandardError:
        word = next(left, "ok")
        return Success(request.attempt) if word == "ok" else StandardError.of(word)

    stand = Stand({"hand": hand, "other": hand}, seed=seed, scripted=False)
    spec = {"hand": player("other"), "other": player()}
    stand.run(melody(step("a", play(policy=Policy(), n="1")), players=dict(spec)))
    return stand


@settings(max_examples=60, deadline=None)
@given(script=SCRIPTS, seed=st.text(max_size=3))
def test_the_same_seed_and_script_give_the_same_decisions_and_one_end(
    script: list[str], seed: str
) -> None:
    first, second = ([one.to_json() for one in scripted(script, seed).events] for _ in "ab")
    assert first == second
    kinds = [one["event"] for one in first]
    assert kinds.count(EventKind.RUN_FINISHED.value) == 1
    assert kinds[-1] == EventKind.RUN_FINISHED.value
    assert kinds.count(EventKind.STEP_FINISHED.value) == 1


@settings(max_examples=60, deadline=None)
@given(
    script=st.lists(st.sampled_from(["transport.connect", "http.503"]), min_size=5, max_size=9),
    total=st.integers(1, 12),
    seed=st.text(max_size=3),
)
def test_no_attempt_begins_after_its_deadline(script: list[str], total: int, seed: str) -> None:
    left = iter(script)

    async def hand(request: PlayRequest, grant: Grant) -> StandardError:
        assert grant.clock is not None
        await grant.clock.sleep(0.5)
        return StandardError.of(next(left))

    stand = Stand({"hand": hand}, seed=seed, scripted=False)
    policy = Policy(retry=Retry(max_attempts=5), total_timeout_s=total)
    stand.run(melody(step("a", play(policy=policy)), players={"hand": player()}))
    began = stand.events[0].time
    starts = [one.time - began for one in stand.events if one.kind is EventKind.ATTEMPT_STARTED]
    assert all(round(start, 6) < total for start in starts)
    assert stand.elapsed <= total
