"""Other systems' cases of breakers, retry tokens and hedging, played on ours.

Each function takes one vector as it stands, translates its configuration and its script, and
asserts what it expects. ``TOPICS`` tells which function reads which topic.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from conductor_core.failure.breaker import Circuit, Permit, Refusal
from conductor_core.failure.breaker_result import Result, breaker_result
from conductor_core.failure.breaker_rules import IllegalTransition, Rules, State
from conductor_core.failure.hedge import Hedging, Send, Wait
from conductor_core.failure.purse import FREE, Purse
from conductor_core.failure.throttle import Tokens, counts
from conductor_core.failure.window import Tally, Window
from conductor_core.limits.target_breaker import TargetBreaker
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Breaker, Budget, Hedge, Throttle

Vector = Mapping[str, Any]

DIFFERENT = {
    "lite-004": "60 s window, ≥ 5 calls, ≥ 50 % failures, open 30 s growing",
    "sre-001": "Retry tokens per target stop retry storms (gRPC throttle).",
}
"""Vectors whose system chose otherwise than the sentence of the contract says."""

RESULTS = {"S": Result.SUCCESS, "F": Result.FAILURE, "IGNORED": Result.IGNORED}
LEASE_S = 1e6


def run_vector(vector: Vector) -> None:
    """Play one vector of a topic in ``TOPICS``."""
    TOPICS[vector["topic"]](vector)


def seconds(text: str) -> float:
    """``100ms``, ``4s`` or ``time 20s``."""
    found = re.search(r"([\d.]+) ?(ms|s)\b", text)
    assert found is not None
    return float(found[1]) / (1000 if found[2] == "ms" else 1)


def started(rules: Rules, state: str) -> Circuit:
    """A breaker that is in this state since time 0."""
    circuit = Circuit.begin(rules, 0)
    if state == "half_open":
        circuit = circuit.force(State.OPEN, 0)
    return circuit.force(State(state), 0)


def called(circuit: Circuit, word: str, now: float = 0) -> Circuit:
    """One call that is let through and ends at once."""
    circuit, permit = circuit.admit(now, LEASE_S)
    assert isinstance(permit, Permit)
    return circuit.record(permit, RESULTS[word], now)


def resilience4j(config: Mapping[str, Any]) -> Rules:
    return Rules(
        window_s=seconds(config["window"]),
        calls=config["min_calls"],
        failures=config["failure_rate_pct"] / 100,
        open_s=config["wait_open_s"],
        probes=config["half_open_calls"],
        ramp=(),
    )


def breaker_trip(vector: Vector) -> None:
    given = vector["given"]
    rules = Rules(calls=given["minimum_throughput"], failures=given["failure_ratio_threshold"])
    circuit, permits = started(rules, given["state"]), []
    for _ in range(given["throughput"]):
        circuit, permit = circuit.admit(0, LEASE_S)
        assert isinstance(permit, Permit)
        permits.append(permit)
    failures = round(given["throughput"] * given["failure_rate"])
    for number, permit in enumerate(permits):
        failed = Result.FAILURE if number < failures else Result.SUCCESS
        circuit = circuit.record(permit, failed, 0)
    assert (circuit.state is State.OPEN) is vector["expect"]["should_break"]


def late_failure(vector: Vector) -> None:
    states = {"open": State.OPEN, "isolated": State.FORCED_OPEN}
    for word in vector["given"]["state"]:
        circuit, permit = Circuit.begin(Rules(calls=1), 0).admit(0, LEASE_S)
        assert isinstance(permit, Permit)
        before = circuit.force(states[word], 1)
        after = before.record(permit, Result.FAILURE, 2)
        expect = vector["expect"]
        assert (after.window.tally(2).failures == 1) is expect["counted"]
        assert (after.state is not before.state) is expect["should_break"]
        assert (after.until > before.until) is expect["open_period_extended"]


def window(vector: Vector) -> None:
    given, expect = vector["given"], vector["expect"]
    script = given["script"]
    if isinstance(script, str):
        _told_window(vector)
    elif "after_each" in expect:
        here, now = Window(given["sampling_s"], 0, given["buckets"]), 0.0
        for line, wanted in zip(script, expect["after_each"], strict=True):
            *words, advance = re.split(r"[+,]", line)
            for word in words:
                here = here.add(now, failed=word == "F")
            now += float(advance.removeprefix("adv"))
            tally = here.tally(now)
            if isinstance(wanted, list):
                assert [tally.calls, tally.share, tally.failures] == wanted
    else:
        _timed_window(vector)


def _told_window(vector: Vector) -> None:
    """A script in one sentence: some successes, an advance, perhaps some times over."""
    given, expect = vector["given"], vector["expect"]
    script = given["script"].replace("one success", "1 success")
    found = re.search(r"(\d+) success.*?advance (.*?)(?:, (\d+) times)?$", script)
    assert found is not None
    steps = [float(step) for step in re.findall(r"([\d.]+)s", found[2])]
    for step in steps:
        here, now = Window(given["sampling_s"], 0), 0.0
        for _ in range(int(found[3] or 1)):
            for _ in range(int(found[1])):
                here = here.add(now, failed=False)
            now += step
        assert here.tally(now).calls == expect["throughput"]
        if "after_one_more_s" in expect:
            assert here.tally(now + 1).calls == expect["after_one_more_s"]


def _timed_window(vector: Vector) -> None:
    expect, now = vector["expect"], 0.0
    here = Window(seconds(vector["source"]), 0)
    for number, line in enumerate(vector["given"]["script"]):
        when, *words = line.split()
        now += 0 if when == "t0" else seconds(when)
        if words != ["snapshot"]:
            here = here.add(now, failed="F" in words, took_s=seconds(words[-1]))
        tally = here.tally(now)
        assert tally.calls == expect["calls"][number]
        assert tally.mean_s * 1000 == pytest.approx(expect["avg_ms"][number])
        share = expect["failure_rate"][number]
        assert share is None or tally.share * 100 == share


def sequence(vector: Vector) -> None:
    given, expect = vector["given"], vector["expect"]
    circuit = started(resilience4j(given["config"]), given.get("start", "closed"))
    rates = expect.get("failure_rate")
    for number, word in enumerate(given["calls"]):
        circuit = called(circuit, word)
        if "states" in expect:
            assert circuit.state == expect["states"][number]
        if word == "IGNORED":
            assert circuit.tried.calls == expect["buffered_after_ignored"]
        if isinstance(rates, list):
            rate = circuit.failure_rate(0)
            assert ("n/a" if rate is None else rate * 100) == rates[number]
    if "state" in expect:
        assert circuit.state == expect["state"]
        assert circuit.window.tally(0).share * 100 == rates
    if "next_call" in expect:
        circuit, answer = circuit.admit(0, LEASE_S)
        assert isinstance(answer, Refusal) is (expect["next_call"] == "rejected")
        assert circuit.refused == expect["not_permitted"]


def half_open_wait(vector: Vector) -> None:
    given, expect = vector["given"], vector["expect"]
    circuit = started(resilience4j(given["config"]), given["start"])
    permitted = []
    for now in given["probe_at_s"]:
        circuit, answer = circuit.admit(now, LEASE_S)
        permitted.append(isinstance(answer, Permit))
    assert permitted == expect["permitted"]
    assert circuit.state == expect["state_after"]
    assert circuit.refused == expect["not_permitted_before"]


def half_open_permits(vector: Vector) -> None:
    given = vector["given"]
    circuit = started(resilience4j(given["config"]), given["start"])
    permitted = []
    for _ in range(given["acquire"]):
        circuit, answer = circuit.admit(0, LEASE_S)
        permitted.append(isinstance(answer, Permit))
    assert permitted == vector["expect"]["permitted"]


def half_open_release(vector: Vector) -> None:
    given = vector["given"]
    circuit = started(resilience4j(given["config"]), given["start"])
    permits: list[Permit] = []
    answer: Permit | Refusal | None = None
    for line in given["script"]:
        if line == "release":
            circuit = circuit.record(permits.pop(), Result.IGNORED, 0)
            continue
        times = re.search(r"x(\d+)", line)
        for _ in range(int(times[1]) if times else 1):
            circuit, answer = circuit.admit(0, LEASE_S)
            if isinstance(answer, Permit):
                permits.append(answer)
            assert not ("ok" in line and isinstance(answer, Refusal))
            assert not ("fails" in line and isinstance(answer, Permit))
    assert isinstance(answer, Permit) is (vector["expect"]["last"] == "permitted")


def growing_wait(vector: Vector) -> None:
    given, now = vector["given"], 0.0
    rules = Rules(open_s=seconds(given["open_wait"]), ramp=())
    circuit, permitted = started(rules, "open"), []
    for line in given["sequence"]:
        probe: Permit | None = None
        at = now
        for text in re.findall(r"[\d.]+s", line):
            at = now + seconds(text)
            circuit, answer = circuit.admit(at, LEASE_S)
            permitted.append(isinstance(answer, Permit))
            probe = answer if isinstance(answer, Permit) else probe
        assert probe is not None
        circuit, now = circuit.record(probe, Result.FAILURE, at), at
    assert permitted == vector["expect"]["permitted"]


def forced_open(vector: Vector) -> None:
    given, expect = vector["given"], vector["expect"]
    circuit = started(Rules(open_s=1), given["state"])
    circuit, answer = circuit.admit(given["advance_s"], LEASE_S)
    assert isinstance(answer, Permit) is expect["permitted"]
    assert circuit.state_at(given["advance_s"]) == expect["state"]


def disabled(vector: Vector) -> None:
    circuit = started(Rules(calls=1), vector["given"]["state"])
    for word in vector["given"]["calls"]:
        circuit = called(circuit, word)  # asserts that it is let through
    assert vector["expect"] == {"all_permitted": True, "counters_stay_zero": True}
    assert (circuit.window.tally(0), circuit.refused) == (Tally(), 0)


def illegal_transition(vector: Vector) -> None:
    circuit = started(Rules(), vector["given"]["from"])
    with pytest.raises(IllegalTransition):
        circuit.force(State(vector["given"]["to"]), 0)
    assert circuit.state == vector["expect"]["state"]


def half_open(vector: Vector) -> None:
    """Failsafe's thresholds: ``k`` or ``k of n``; a success threshold replaces the other."""
    given, expect = vector["given"], vector["expect"]
    by_success = "success_threshold" in given
    text = str(given["success_threshold" if by_success else "failure_threshold"])
    least, *of = (int(number) for number in text.split(" of "))
    size = of[0] if of else least
    other = size - least + 1
    reopen, close = (other, least) if by_success else (least, other)
    rules = Rules(probes=size, reopen_at=reopen, close_at=close, ramp=())
    circuit, states = started(rules, given["start"]), []
    for word in given["calls"]:
        circuit = called(circuit, word)
        states.append(circuit.state.value)
    assert states == expect.get("states", states)
    assert circuit.state == expect.get("final", circuit.state)


def gradual_close(vector: Vector) -> None:
    rules = Rules.of(Breaker())
    now = float(vector["given"]["health_check_s"])
    circuit = called(started(rules, "open"), "S", now)
    for percent in vector["expect"]["admit_pct"]:
        permits = []
        for _ in range(100):
            circuit, answer = circuit.admit(now, LEASE_S)
            if isinstance(answer, Permit):
                permits.append(answer)
        assert len(permits) == percent
        circuit = circuit.record(permits[0], Result.SUCCESS, now)
    assert circuit.state is State.CLOSED


def retry_throttle(vector: Vector) -> None:
    given, expect = vector["given"], vector["expect"]
    tokens = Tokens.of(Throttle(tokens=given["max_tokens"], ratio=given["token_ratio"]))
    left, allowed = [], []
    for word in given["ops"]:
        tokens = tokens.failed() if word == "F" else tokens.succeeded()
        left.append(tokens.left)
        if word == "F":
            allowed.append(tokens.allows_retry)
    assert left == expect["tokens_after"]
    assert allowed == expect["retry_allowed_after_failure"]


def throttle_counting(vector: Vector) -> None:
    assert vector["given"]["error"].startswith("non-retryable")
    taken = counts(StandardError.of("http.400"))
    assert taken is vector["expect"]["token_decremented"]


def retry_quota(vector: Vector) -> None:
    given, expect = vector["given"], vector["expect"]
    full = Tokens(given["capacity"], given["plain_success_refund"], 0, given["capacity"])
    for kind, cost in (("plain", given["retry_cost"]), ("timeout", given["timeout_cost"])):
        tokens, retries = full.failed(cost), 0
        while tokens.allows_retry:
            retries += 1
            tokens = tokens.failed(cost)
        assert retries == expect[f"consecutive_{kind}_retries_before_stop"]
    assert replace(full, left=7).succeeded().left == 7 + given["plain_success_refund"]


def hedging(vector: Vector) -> None:
    hedge = Hedge(delay_s=vector["given"]["hedging_delay_s"])
    here, at = Hedging.of(hedge).sent(0), seconds(vector["given"]["event"])
    assert here.next(at) == Wait(hedge.delay_s)
    assert here.failed(at).next(at) == Send()
    assert at == vector["expect"]["next_send_at_s"]


def adaptive_throttle(vector: Vector) -> None:
    """We never refuse a first attempt at random: tokens hold retries back instead."""
    allowed = []
    for case in vector["given"]["cases"]:
        tokens = Tokens.of(Throttle())
        for number in range(case["requests"]):
            accepted = number < case["accepts"]
            tokens = tokens.succeeded() if accepted else tokens.failed()
        allowed.append(tokens.allows_retry)
    rejected = vector["expect"]["reject_probability"]
    refused = [not yes for yes in allowed]
    assert refused == [False, True, True, True, False]
    assert all(ours for ours, theirs in zip(refused, rejected, strict=True) if theirs)


def cooldown_status(vector: Vector) -> None:
    considered = [
        breaker_result(StandardError.of(f"http.{status}")) is Result.FAILURE
        for status in vector["given"]["status"]
    ]
    assert considered == vector["expect"]["cooldown_considered"]


def cooldown_rate(vector: Vector) -> None:
    given = vector["given"]
    opens = []
    for fails, successes in zip(given["fails"], given["successes"], strict=True):
        circuit = Circuit.begin(Rules.of(Breaker()), 0)
        for word in "S" * successes + "F" * fails:
            circuit = called(circuit, word)
        opens.append(circuit.state is State.OPEN)
    half = [f == s and f + s >= 5 for f, s in zip(given["fails"], given["successes"], strict=True)]
    theirs = vector["expect"]["cooldown"]
    assert opens == [cools or even for cools, even in zip(theirs, half, strict=True)]


def library_gap(vector: Vector) -> None:
    given = vector["given"]
    if "concurrent_calls" in given:
        circuit, admitted = started(Rules.of(Breaker()), given["state"]), 0
        for _ in range(given["concurrent_calls"]):
            circuit, answer = circuit.admit(0, LEASE_S)
            admitted += isinstance(answer, Permit)
        assert admitted == Breaker().probes == 1
        return
    if "events" in given:
        circuit = Circuit.begin(Rules(calls=given["threshold"]), 0)
        for event in given["events"]:
            assert event == "caller cancels"
            circuit = called(circuit, "IGNORED")
        assert circuit.state == vector["expect"]["required_state"]
        return
    breaker = TargetBreaker(Circuit.begin(Rules(calls=1), 0), lambda: 0, threading.Lock())
    admission = breaker.admit(lease_s=LEASE_S)
    assert not isinstance(admission, Refusal)
    change = admission.settle(StandardError.of("http.500"))  # tells, and raises nothing
    assert change is not None
    assert change.after is breaker.state is State.OPEN


def transparent_retry(vector: Vector) -> None:
    """What never left us: an attempt that a guard refused before its player was asked."""
    refused = StandardError.of("breaker.open")
    assert counts(refused) is vector["expect"]["counts_toward_throttle"]
    purse = Purse(Budget(attempts=1))
    assert purse.lacks(FREE) is None  # looked at, and not reserved: no attempt was made
    assert (purse.attempts == 1) is vector["expect"]["counts_toward_max_attempts"]


TOPICS: dict[str, Callable[[Vector], None]] = {
    "adaptive-throttle": adaptive_throttle,
    "breaker-late-failure": late_failure,
    "breaker-library-gap": library_gap,
    "breaker-sequence": sequence,
    "breaker-trip": breaker_trip,
    "cooldown-rate": cooldown_rate,
    "cooldown-status": cooldown_status,
    "disabled": disabled,
    "forced-open": forced_open,
    "gradual-close": gradual_close,
    "growing-open-wait": growing_wait,
    "half-open": half_open,
    "half-open-permits": half_open_permits,
    "half-open-release": half_open_release,
    "half-open-reopen": sequence,
    "half-open-wait": half_open_wait,
    "hedging-nonfatal": hedging,
    "ignored-exception": sequence,
    "illegal-transition": illegal_transition,
    "retry-quota": retry_quota,
    "retry-throttle": retry_throttle,
    "throttle-counting": throttle_counting,
    "transparent-retry": transparent_retry,
    "window": window,
}
"""Which function plays the vectors of a topic."""
