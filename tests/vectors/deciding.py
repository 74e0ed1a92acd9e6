"""Retry rules, hints and statuses: what other systems do next, decided by our ladder."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from conductor_core.failure.breaker import Circuit
from conductor_core.failure.breaker_rules import Rules, State
from conductor_core.failure.http_status import from_status
from conductor_core.failure.ladder import decide
from conductor_core.failure.rules import matching
from conductor_core.failure.situation import Candidate, Decision
from conductor_core.failure.throttle import Tokens
from tests.unit.conductor_core.failure.breaker_vectors import called
from tests.unit.conductor_core.failure.situations import situation
from tests.unit.conductor_core.melodies import melody, play, player, step
from tests.unit.conductor_core.stand import Stand, fails
from tests.vectors.vector import Data, Draw, Handler
from tests.vectors.waiting import rule_of
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Breaker, Jitter, Policy, Retry, Rung, Throttle
from workflow_ir.taxonomy import ErrorClass, Retryable

USUAL_RETRIES = 3
"""Of a rule of the States language that names no number; its default is ``asl-002``'s subject."""

CATCH = {"Z": Rung.SKIP, "FailState": Rung.FAIL}
"""What stands for the state that a catcher goes to."""


def named(error: str) -> StandardError:
    """An error that only its name is known of."""
    return StandardError(error, ErrorClass.BACKEND, error, retryable=Retryable.YES)


def rules_of(given: Data) -> tuple[Retry, ...]:
    """Rules in their order, each with the names that it matches."""
    rules = []
    for told in given["rules"]:
        match = tuple(told["match"])
        rule = rule_of(
            {"max_retries": USUAL_RETRIES, **{k: v for k, v in told.items() if k != "match"}}
        )
        everything = match in (("ALL",), ("Exception",))
        rules.append(rule.model_copy(update={"on": () if everything else match}))
    return tuple(rules)


class Played:
    """A player that fails with one error after the other, until it is not retried."""

    def __init__(
        self,
        rules: Sequence[Retry],
        errors: Iterable[StandardError],
        written: tuple[Rung, ...] = (Rung.RETRY,),
    ) -> None:
        self.waits: list[float] = []
        self.counts: list[int] = []
        self.matched: list[int | None] = []
        self.last: Decision | None = None
        self.error: StandardError | None = None
        counted: Counter[int] = Counter()
        for failures, error in enumerate(errors, start=1):
            place = matching(rules, error)
            assert place is not None
            counted[place] += 1
            self.matched.append(place)
            self.counts.append(counted[place])
            here = situation(
                error,
                rules=tuple(rules),
                failures=failures,
                by_rule=tuple(counted[k] for k in range(len(rules))),
                on_failure=written,
            )
            self.last, self.error = decide(here), error
            if self.last.rung is not Rung.RETRY:
                return
            self.waits.append(self.last.delay_s)


def by_rule(given: Data, expect: Data) -> None:
    """Each rule counts its own failures, and what it has counted survives other errors."""
    catch = given["catch"][0]["next"]
    errors = [named(name) for name in given["errors_in_order"]]
    played = Played(rules_of(given), errors, (Rung.RETRY, CATCH[catch]))
    assert played.waits == expect["waits_s"]
    assert played.last is not None
    assert (played.last.rung, expect["final"]) == (CATCH[catch], f"catch:{catch}")
    used = rules_of(given)[played.matched[-1] or 0].max_attempts
    assert used is not None
    assert expect["reason"] == (
        f"first rule already used its {used - 1} retries; counters are per rule and survive other"
        " errors"
    )


def kept(given: Data, expect: Data) -> None:
    """The counts while another rule matches; with us they are kept, whatever comes between."""
    rules = rules_of(given)
    errors = [named(name) for name in given["errors_in_order"]]
    played = Played(rules, errors)
    assert played.waits == expect["waits_s"]
    assert played.counts == expect["floe_count_after"]
    again = Played(rules, [*errors, errors[0]])  # here the two part: floe would begin at 1
    assert again.counts[-1] == expect["floe_count_after"][1] + 1


def exhausted(given: Data, expect: Data) -> None:
    """As many runs as retries and one, then the failure itself."""
    errors = [named(name) for name in given["errors_in_order"]]
    played = Played(rules_of(given), errors)
    assert played.last is not None
    assert played.error is not None
    assert len(played.counts) == expect["total_runs"]
    assert {"failure": Rung.FAIL}[expect["final"]] is played.last.rung
    if "waits_s" in expect:
        assert played.waits == expect["waits_s"]
        assert played.error.code == expect["output_error"]
    if "matched_rule" in expect:
        assert set(played.matched) == {expect["matched_rule"]}


def retry_before_catch(given: Data, expect: Data) -> None:
    """What may be retried is, before anything else is done about it."""
    catch = CATCH[given["catch"][0]["next"]]
    errors = [named(name) for name in given["errors_in_order"]]
    played = Played(rules_of(given), errors, (Rung.RETRY, catch))
    assert played.last is not None
    assert played.last.rung is Rung(expect["decision"])
    assert {"catch": catch}[expect["not_"]] is not played.last.rung


# --- hints ------------------------------------------------------------------------------------

RULE = Retry(initial_s=3)


def after(error: StandardError, share: float = 0.5, **facts: Any) -> Decision:
    """Decided with full jitter, so that a delay that is not drawn is seen."""
    known: dict[str, Any] = {"retry": RULE, "jitter": Jitter.FULL, "rng": Draw(share), **facts}
    return decide(situation(error, **known))


def hinted(given: Data, expect: Data) -> None:
    """The delay is the hint; no draw changes it."""
    error = from_status(429, "busy", headers=given["headers"])
    low, high = (after(error, share).delay_s for share in (0.0, 1.0))
    assert low == expect["delay_s"]
    assert {"none": True}[expect["jitter"]] is (low == high)


def too_long(given: Data, expect: Data) -> None:
    """A hint that is too long strikes the retry."""
    decision = after(from_status(given["status"], "busy", headers=given["headers"]))
    assert (decision.rung is Rung.RETRY) is expect["retry"]
    assert dict(decision.rejected)[Rung.RETRY] == "past_deadline"


def invalid(given: Data, expect: Data) -> None:
    """A hint that says nothing leaves the backoff, from its first delay."""
    rule = Retry(initial_s=0.5, max_delay_s=8)
    for text, index in zip(given["headers"]["retry-after"], given["retry_index"], strict=True):
        error = from_status(503, "busy", headers={"retry-after": text})
        delays = [
            after(error, share, retry=rule, failures=index + 1).delay_s for share in (0.0, 1.0)
        ]
        assert delays == pytest.approx(expect["delay_bounds_s"])


def pushed_back(given: Data, expect: Data) -> None:
    """A gRPC server's own word on the next attempt."""
    for hint, wanted in zip(given["hint_ms"], expect["decision"], strict=True):
        headers = {} if hint == "absent" else {"grpc-retry-pushback-ms": str(hint)}
        decision = after(from_status(503, "busy", headers=headers))
        told = re.fullmatch(r"retry after exactly (\d+)ms, no jitter", wanted)
        if told is not None:
            assert (decision.rung, decision.delay_s) == (Rung.RETRY, int(told[1]) / 1000)
        else:
            words = {"do not retry": (Rung.FAIL, 0.0), "policy backoff": (Rung.RETRY, 1.5)}
            assert (decision.rung, decision.delay_s) == words[wanted]


def pushed_back_once(given: Data, expect: Data) -> None:
    """The delay after a hint."""
    rule = rule_of({k: v for k, v in given.items() if k != "script"})
    errors = []
    for line in given["script"]:
        hint = re.search(r"hint (\d+)ms", line)
        errors.append(
            named("busy").replace(retry_after_s=None if hint is None else int(hint[1]) / 1000)
        )
    rule = rule.model_copy(update={"max_attempts": len(errors) + 1})
    assert Played([rule], errors).waits == pytest.approx(expect["nominal_delays_s"])


def no_further(given: Data, expect: Data) -> None:
    """A hint gives nobody an attempt more."""
    error = named("busy").replace(retry_after_s=given["hint_ms"] / 1000)
    rule = Retry(max_attempts=given["max_attempts"])
    decision = after(error, retry=rule, failures=given["attempts_done"])
    assert decision.rung is Rung(expect["decision"])
    assert after(error, retry=rule, failures=given["attempts_done"] - 1).rung is Rung.RETRY


# --- statuses and players ---------------------------------------------------------------------


def statuses(given: Data, expect: Data) -> None:
    """Which statuses are retried when there is nobody else."""
    retried = [after(from_status(code, "no")).rung is Rung.RETRY for code in given["status"]]
    assert retried == expect["retry"]


def overruled(given: Data, expect: Data) -> None:
    """The server knows better than its status."""
    retried = []
    for case in given["cases"]:
        name, _, value = case["header"].partition(": ")
        error = from_status(case["status"], "no", headers={name: value})
        retried.append(after(error).rung is Rung.RETRY)
    assert retried == expect["retry"]


def at_once(given: Data, expect: Data) -> None:
    """Another healthy one is not waited for."""
    others = tuple(
        Candidate(str(n), breaker_open=n > given["healthy_left"])
        for n in range(1, given["deployments"])
    )
    decision = after(from_status(503, "no"), alternatives=others)
    assert (decision.rung, decision.delay_s) == (Rung.FALLBACK, expect["delay_s"])


def context(given: Data, expect: Data) -> None:
    """A context that is too long wants another model, not another try."""
    codes = {"ContextWindowExceeded": "maximum context length exceeded"}
    error = from_status(400, codes[given["error"]])
    another = (Candidate("long"),)
    decision = after(error, alternatives=another)
    assert (Rung.RETRY in dict(decision.rejected)) is not expect["retry_same"]
    assert {"context_window_fallback": "long"}[expect["go"]] == decision.target
    assert after(error).rung is Rung.FAIL


def elsewhere(given: Data, expect: Data) -> None:
    """A refused credential: goes on only where there is another one."""
    assert given["error"] == "AuthenticationError"
    goes_on = []
    for count in given["deployments"]:
        others = tuple(Candidate(str(n)) for n in range(1, count))
        decision = after(from_status(401, "no"), alternatives=others)
        goes_on.append(decision.rung is not Rung.FAIL)
    assert goes_on == expect["retry"]


def never_again(given: Data, expect: Data) -> None:
    """A whole run: whoever says that it cannot be retried is asked once."""
    assert given["error"] in given["non_retryable"]
    error = {"ValidationError": "input.invalid"}[given["error"]]
    stand = Stand({"hand": fails(error)})
    policy = Policy(retry=Retry(max_attempts=given["max_attempts"]))
    stand.run(melody(step("a", play(policy=policy)), players={"hand": player()}))
    assert len(stand.played) == expect["attempts"]


# --- rates ------------------------------------------------------------------------------------


def cools_down(given: Data, expect: Data) -> None:
    """Whether the breaker opens."""
    opened = []
    for fails_, successes in zip(given["fails"], given["successes"], strict=True):
        circuit = Circuit.begin(Rules.of(Breaker()), 0)
        for word in "S" * successes + "F" * fails_:
            circuit = called(circuit, word)
        opened.append(circuit.state is State.OPEN)
    assert opened == expect["cooldown"]


def rejects(given: Data, expect: Data) -> None:
    """How likely a retry is refused; with tokens that is certain or impossible."""
    refused = []
    for case in given["cases"]:
        tokens = Tokens.of(Throttle())
        for number in range(case["requests"]):
            tokens = tokens.succeeded() if number < case["accepts"] else tokens.failed()
        refused.append(0 if tokens.allows_retry else 1)
    assert refused == pytest.approx(expect["reject_probability"], abs=1e-4)


TOPICS: Mapping[str, Handler] = {
    "per-rule-counters": by_rule,
    "per-rule-counters-divergence": kept,
    "exhaustion": exhausted,
    "wildcard": exhausted,
    "order": retry_before_catch,
    "retry-after": hinted,
    "retry-after-too-long": too_long,
    "retry-after-invalid": invalid,
    "pushback": pushed_back,
    "pushback-resets-backoff": pushed_back_once,
    "pushback-does-not-extend": no_further,
    "status": statuses,
    "server-override": overruled,
    "instant-failover": at_once,
    "context-window": context,
    "auth-multi": elsewhere,
    "non-retryable": never_again,
    "cooldown-rate": cools_down,
    "adaptive-throttle": rejects,
}
