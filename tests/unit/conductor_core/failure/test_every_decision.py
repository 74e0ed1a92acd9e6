"""What holds for every decision, in whatever situation."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from conductor_core.failure.history import Tally
from conductor_core.failure.ladder import CLASS_LADDERS, decide
from conductor_core.failure.purse import Price
from conductor_core.failure.rules import allowed_attempts
from conductor_core.failure.situation import Candidate
from tests.unit.conductor_core.failure.situations import (
    players,
    situation,
)
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Importance, Jitter, Retry, Rung
from workflow_ir.taxonomy import TAXONOMY, Effects, ErrorClass, FaultDomain, Retryable

OTHER = players("other")


ERRORS = st.builds(
    StandardError.of,
    st.sampled_from(sorted(TAXONOMY)),
    retryable=st.sampled_from(Retryable),
    effects=st.sampled_from(Effects),
    fault_domain=st.sampled_from(FaultDomain),
    retry_after_s=st.none() | st.floats(0, 500),
)
NAMED = st.sampled_from([*sorted(TAXONOMY), *(kind.value for kind in ErrorClass)])
RULES = st.lists(
    st.builds(
        Retry,
        max_attempts=st.none() | st.integers(1, 6),
        on=st.lists(NAMED, max_size=6).map(tuple),
        jitter=st.none() | st.sampled_from(Jitter),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
PLAYERS = st.lists(
    st.builds(
        Candidate,
        st.sampled_from("abc"),
        st.builds(Price, st.floats(0, 2), st.integers(0, 9)),
        same_credential=st.booleans(),
        breaker_open=st.booleans(),
        history=st.builds(Tally, st.floats(0, 50), st.floats(0, 50), st.floats(0, 500)),
    ),
    max_size=3,
    unique_by=lambda one: one.player,
).map(tuple)
LADDERS = st.lists(st.sampled_from(Rung), max_size=5).map(tuple)
FACTS = st.fixed_dictionaries(
    {
        "error": ERRORS,
        "failures": st.integers(1, 7),
        "alternatives": PLAYERS,
        "routes": PLAYERS,
        "rules": RULES,
        "importance": st.sampled_from(Importance),
        "on_failure": st.none() | LADDERS,
        "recovery": st.dictionaries(NAMED, LADDERS, max_size=3),
        "gap_accepted": st.booleans(),
        "effects_once": st.booleans(),
        "time_left_s": st.none() | st.floats(0, 100),
        "jitter": st.sampled_from(Jitter),
        "varied": st.booleans(),
        "refreshes_left": st.integers(0, 2),
        "retry_token": st.booleans(),
        "breaker_open": st.booleans(),
        "breaker_left_s": st.none() | st.floats(0, 100),
        "reconstructable": st.booleans(),
        "human": st.booleans(),
        "error_tolerance": st.sampled_from(["minimal", "moderate"]),
        "money_left_usd": st.none() | st.floats(0, 2),
        "tokens_left": st.none() | st.integers(0, 9),
        "price": st.builds(Price, st.floats(0, 2), st.integers(0, 9)),
        "on_exceeded": st.sampled_from([None, "fail", "skip", "cheaper"]),
        "struck": st.dictionaries(st.sampled_from(Rung), st.just("no_human"), max_size=2),
    }
)


@given(FACTS)
def test_every_decision_is_possible_and_every_rejected_rung_has_a_reason(
    facts: dict[str, Any],
) -> None:
    here = situation(**facts)
    error, decision = here.error, decide(here)
    assert decision == decide(here)
    assert all(reason for _, reason in decision.rejected)
    assert decision.rung not in dict(decision.rejected)
    json.dumps(decision.to_json(), allow_nan=False)
    if decision.rung is Rung.RETRY:
        assert decision.retry_rule is not None
        assert here.failures < allowed_attempts(here.rules, error, here.importance)
        assert decision.delay_s <= 120
        assert here.time_left_s is None or decision.delay_s < here.time_left_s
        assert here.retry_token
        assert not (here.effects_once and error.effects is not Effects.NONE)
    else:
        assert decision.delay_s == 0
        assert decision.retry_rule is None
    among = {Rung.FALLBACK: here.alternatives, Rung.REROUTE: here.routes}.get(decision.rung, ())
    assert (decision.target is not None) is bool(among)
    if among:
        taker = next(one for one in among if one.player == decision.target)
        assert not taker.breaker_open
        assert not (taker.same_credential and error.error_class is ErrorClass.AUTHENTICATION)
    if decision.rung is Rung.SKIP and here.on_failure is None:
        assert here.gap_accepted
        assert here.importance in (Importance.LOW, Importance.NORMAL)
    if error.error_class is ErrorClass.CANCELLED:
        assert decision.rung is Rung.FAIL


@given(FACTS)
def test_only_what_stands_in_the_ladder_is_done(facts: dict[str, Any]) -> None:
    here = situation(**facts)
    decision = decide(here)
    kind, _, key = decision.rule.partition(":")
    ladder: tuple[Rung, ...] = {
        "on_failure": here.on_failure or (),
        "recovery": here.recovery.get(key, ()),
        "class": (Rung.RETRY, *CLASS_LADDERS[ErrorClass(key)]) if kind == "class" else (),
        "on_exceeded": (Rung.SKIP, Rung.FALLBACK),
        "code": (),
    }[kind]
    assert {rung for rung, _ in decision.rejected} <= set(ladder)
    assert decision.rung is Rung.FAIL or decision.rung in ladder
    if decision.rung is Rung.FAIL and kind in ("on_failure", "recovery"):
        before = ladder[: ladder.index(Rung.FAIL)] if Rung.FAIL in ladder else ladder
        assert {rung for rung, _ in decision.rejected} == set(before)
