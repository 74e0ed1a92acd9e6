"""The keys of a policy that are read by ``retry``, ``recovery`` and ``safeguards``."""

from __future__ import annotations

import pytest

from compiler.lower.policy import lower_policy
from compiler.parse.error_names import NEVER_RECOVERED
from tests.unit.compiler.compiling_aid import codes, ir_of, only, symbols_of
from workflow_ir.policy import Backoff, Breaker, Escalation, Policy, Retry, Rung, Throttle
from workflow_ir.steps import layers
from workflow_ir.taxonomy import TAXONOMY, ErrorClass


def melody(policy: str, *, step: str = "") -> str:
    return (
        'players: {p: {python: "m:f"}}\n'
        f"policy: {{{policy}}}\n"
        f"steps: {{a: {{play: p, policy: {{{step}}}}}}}\n"
    )


def policy_of(policy: str, *, step: str = "") -> Policy:
    guard = layers(ir_of(melody(policy, step=step)).root.steps[0]).guard
    assert guard is not None
    return guard.policy


def test_a_list_of_rules_keeps_its_order_and_each_rule_its_own_values() -> None:
    found = policy_of(
        "retry: [{on: [transient_network], max_attempts: 5}, {on: [rate_limited], backoff: linear},"
        " {max_retries: 2}]"
    )
    assert found.retry == (
        Retry(on=("transient_network",), max_attempts=5),
        Retry(on=("http.429",), backoff=Backoff.LINEAR),
        Retry(max_attempts=3),
    )


def test_the_innermost_rules_hold_alone() -> None:
    rules = "retry: [{on: [http.429], max_attempts: 5}, {initial: 2s}]"
    assert policy_of(rules, step="retry: {max_attempts: 2}").retry == Retry(max_attempts=2)
    found = policy_of("retry: {max_attempts: 2, initial: 9s}", step=rules)
    assert found.rules == (Retry(on=("http.429",), max_attempts=5), Retry(initial_s=2))


def test_nothing_of_what_stands_above_a_list_of_rules_comes_through_it() -> None:
    text = (
        'players: {p: {python: "m:f"}}\n'
        "policy: {retry: [{on: [http.429]}, {}]}\n"
        "steps: {a: {play: p, policy: {retry: {max_attempts: 2}}}}\n"
    )
    symbols = symbols_of(text)
    outer = symbols_of("policy: {retry: {initial: 9s}}\nsteps: {a: {set: 1}}\n").melody.policy
    layers_ = [outer, symbols.melody.policy, symbols.steps[0].step.policy]
    assert lower_policy(layers_).retry == Retry(max_attempts=2)


def test_a_rule_after_one_for_every_error_is_never_reached() -> None:
    found = only(melody("retry: [{max_attempts: 3}, {on: [http.429], max_attempts: 5}]"))
    assert (found.code, found.severity.value) == ("MEL237", "warning")
    assert codes(melody("retry: [{on: [http.429]}, {on: [http.500]}, {}]")) == []
    # A name that cannot be read is one mistake, and takes nothing from the rules after it.
    assert codes(melody("retry: [{on: [http.42]}, {on: [http.500]}]")) == ["MEL236"]


@pytest.mark.parametrize("text", ["[]", "[3]", "text", "[{on: [http.429]}, null]", "[[{}]]"])
def test_rules_are_maps_and_at_least_one(text: str) -> None:
    assert codes(melody(f"retry: {text}")) == ["MEL111"]


def test_ladders_are_known_by_class_code_status_and_alias() -> None:
    found = policy_of(
        "recovery: {backend_failure: [fallback, retry], rate_limited: skip, http.507: [escalate]}"
    )
    assert found.recovery == {
        "backend_failure": (Rung.FALLBACK, Rung.RETRY),
        "http.429": (Rung.SKIP,),
        "http.507": (Rung.ESCALATE,),
    }


def test_the_inner_ladder_of_an_error_replaces_the_outer_one() -> None:
    outer = "recovery: {gate.failed: [retry], permanent: [fail]}"
    found = policy_of(outer, step="recovery: {gate.failed: [fallback]}")
    assert found.recovery == {"gate.failed": (Rung.FALLBACK,), "permanent": (Rung.FAIL,)}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("backend_failures", "backend_failure"),
        ("gate.fail", "gate.failed"),
        ("output.shema", "output.schema"),
    ],
)
@pytest.mark.parametrize("key", ["recovery: {NAME: [retry]}", "retry: {on: [NAME]}"])
def test_a_misspelt_error_is_told_with_the_nearest(name: str, meant: str, key: str) -> None:
    found = only(melody(key.replace("NAME", name)))
    assert found.code == "MEL236"
    assert found.fix is not None
    assert found.fix.edits[0].text == meant


def test_what_is_never_recovered_cannot_be_named() -> None:
    for name in NEVER_RECOVERED:
        assert name in TAXONOMY or name == ErrorClass.CANCELLED.value
        found = only(melody(f"recovery: {{{name}: [retry]}}"))
        assert (found.code, found.message) == ("MEL236", f"`{name}` is never recovered")


def test_two_words_for_one_error_are_told() -> None:
    assert codes(melody("recovery: {http.429: [retry], rate_limited: [fail]}")) == ["MEL107"]


def test_a_breaker_opens_longer_each_time_and_closes_in_steps() -> None:
    found = policy_of("breaker: {open: 1m, max_open: 5m, probes: 2, ramp: [10%, 0.5, 100%]}")
    assert found.breaker == Breaker(open_s=60, max_open_s=300, probes=2, ramp=(0.1, 0.5))
    # A long `open` is not cut to the usual longest time.
    found = policy_of("breaker: {open: 10m}")
    assert found.breaker is not None
    assert found.breaker.max_open_s == 600


@pytest.mark.parametrize("text", ["open: 2m, max_open: 1m", "ramp: [50%, 10%]", "ramp: [120%]"])
def test_an_impossible_breaker_is_told(text: str) -> None:
    assert codes(melody(f"breaker: {{{text}}}")) == ["MEL118"]


def test_tokens_questions_and_notices_are_read() -> None:
    found = policy_of(
        "throttle: {tokens: 20, ratio: 20%}, notify: [team, lead],"
        " escalation: {assignees: [lead], expires: 2h, on_timeout: skip}"
    )
    assert found.throttle == Throttle(tokens=20, ratio=0.2)
    assert found.escalation == Escalation(assignees=("lead",), expires_s=7200, on_timeout="skip")
    assert found.notify == ("team", "lead")


def test_of_throttle_and_escalation_the_inner_one_holds_and_notices_add_up() -> None:
    found = policy_of(
        "throttle: {tokens: 20}, escalation: {expires: 2h}, notify: [team]",
        step="throttle: {ratio: 0.5}, escalation: {assignees: [me]}, notify: [me, team]",
    )
    assert found.throttle == Throttle(ratio=0.5)
    assert found.escalation == Escalation(assignees=("me",))
    assert found.notify == ("team", "me")


@pytest.mark.parametrize(
    ("outer", "inner", "degrades", "tolerance"),
    [
        ("", "", True, "moderate"),
        ("may_degrade: false", "may_degrade: true", False, "moderate"),
        ("may_degrade: true", "may_degrade: false", False, "moderate"),
        ("error_tolerance: minimal", "error_tolerance: moderate", True, "minimal"),
        ("error_tolerance: moderate", "error_tolerance: minimal", True, "minimal"),
    ],
)
def test_what_is_forbidden_at_one_level_no_other_level_allows(
    outer: str, inner: str, degrades: bool, tolerance: str
) -> None:
    found = policy_of(outer, step=inner)
    assert (found.may_degrade, found.error_tolerance) == (degrades, tolerance)


@pytest.mark.parametrize("importance", ["high", "critical"])
def test_a_ladder_from_above_never_skips_a_step_that_matters(importance: str) -> None:
    text = melody("recovery: {http.500: [retry, skip], http.502: [skip]}")
    ir = ir_of(text.replace("play: p,", f"play: p, importance: {importance},"))
    guard = layers(ir.root.steps[0]).guard
    assert guard is not None
    assert guard.policy.recovery == {"http.500": (Rung.RETRY,)}
    ladders = policy_of("recovery: {http.500: [retry, skip], http.502: [skip]}").recovery
    assert ladders["http.502"] == (Rung.SKIP,)
