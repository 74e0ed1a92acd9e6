"""Why something was decided and not something else, in whole sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from conductor_core.failure.ladder import CLASS_LADDERS, ESCALATE_AFTER
from conductor_core.failure.score import CLOSE
from melody.cli.explaining.facts import number, plain, rows, table, text
from melody.cli.view.words import seconds
from workflow_ir.policy import Rung
from workflow_ir.taxonomy import ErrorClass

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "not_retryable": "the same player would fail in the same way again",
        "attempts_exhausted": "the attempts that this player has are used up",
        "unsafe_effects": "the step may act at most once, and it may have acted already",
        "breaker_open": "its provider has failed too often and is left alone for a while",
        "no_budget": "there is not enough money left in the budget",
        "past_deadline": "it would come after the time limit, or the provider asks for a longer"
        " wait than is allowed",
        "no_healthy_alternative": "there is no other player left that could take over",
        "fault_in_task": "the fault lies in the task or its input; others would meet it too",
        "no_later_artifact": "nothing exists from which the missing output could be made",
        "reconstruction_failed": "what was made in its place could not be used either",
        "not_skippable": "it is too important for a gap, or a reader of it does not accept one",
        "no_human": "nobody is there to be asked",
        "no_changed_parameters": "nothing would be different the second time; `vary` in the retry"
        " policy would change that",
        "no_retry_token": "that provider has been retried too often lately",
        "same_credential": "it would use the credential that was refused",
        "escalation_expired": "the person who was asked did not answer in time",
    }
)
"""By reason code."""

CLASSES: Mapping[str, str] = MappingProxyType(
    {
        "transient_network": "the same thing may work a moment later",
        "backend_failure": "the provider is in trouble",
        "authentication": "a credential has to be renewed or replaced",
        "resource_constraint": "something is used up",
        "permanent": "the same thing would fail again",
        "orchestration": "the player came to an end that the run cannot go on with",
        "cancelled": "somebody wanted it to stop",
    }
)
"""What a class of errors means."""

_RETRYABLE = {
    "yes": "trying again may help",
    "after": "trying again may help after the wait that the provider names",
    "no": "trying the same again does not help",
    "unknown": "nobody knows whether trying again helps",
}
_EFFECTS = {
    "none": "nothing was done to the world",
    "possible": "it may have done something to the world",
    "committed": "it has done something to the world",
}


_ORDERS = {
    error_class.value: ", ".join([*(rung.value for rung in rungs), Rung.FAIL.value])
    for error_class, rungs in CLASS_LADDERS.items()
}


def reason(code: object) -> str:
    """A reason code as a sentence; one that is not known as its own words."""
    name = text(code)
    return REASONS.get(name, name.replace("_", " "))


def rule(name: object) -> str:
    """Where a decision came from, in words.

    >>> rule("on_failure"), rule("class:permanent")
    ("the step's own `on_failure`", 'the usual order for permanent errors: fallback, fail')
    """
    kind, _, rest = text(name).partition(":")
    match kind, rest:
        case "on_failure", "":
            return "the step's own `on_failure`"
        case "on_fail", "":
            return "the `on_fail` of the step's gate"
        case "on_exceeded", "":
            return "the policy's `on_exceeded` for a budget that is used up"
        case "class", _:
            order = _ORDERS.get(rest)
            return f"the usual order for {rest} errors{f': {order}' if order else ''}"
        case "recovery", _:
            return f"the policy's `recovery` for {rest}"
        case "code", _:
            return f"nothing recovers {rest}"
    return text(name)


def nature(error: Mapping[str, Any]) -> Iterator[str]:
    """What kind of failure it is: class, whether a retry helps, what it may have done."""
    kind = text(error.get("class"))
    if kind:
        yield f"{kind}: {CLASSES.get(kind, kind)}"
    for table_of, name in ((_RETRYABLE, "retryable"), (_EFFECTS, "effects")):
        told = table_of.get(text(error.get(name)))
        if told:
            yield told
    hint = number(error.get("retry_after_s"))
    if hint is not None:
        yield f"the provider asks to wait {seconds(hint)}"
    attempts = number(error.get("attempts"))
    if attempts is not None and attempts > 1:
        yield f"the player tried {plain(attempts)} times by itself"
    cost = table(error.get("cost"))
    usd, tokens = number(cost.get("usd")), number(cost.get("tokens"))
    if usd or tokens:
        yield f"it cost {plain(usd or 0)} USD and {plain(tokens or 0)} tokens"
    cause = text(error.get("cause_type"))
    if cause:
        chain = [text(each) for each in rows(error.get("cause_chain"))]
        yield f"raised as {', from '.join([cause, *chain])}"


def because(decision: Mapping[str, Any]) -> Iterator[str]:
    """What a decision was taken on, one sentence each: the rule, the facts, what was rejected."""
    rejected = [table(each) for each in rows(decision.get("rejected"))]
    yield f"by {rule(decision.get('rule'))}"
    yield from _turned(decision, rejected)
    yield from _facts(table(decision.get("inputs")), leaves_gap=decision.get("decision") == "skip")
    for each in rejected:
        yield f"not {text(each.get('rung'))}: {reason(each.get('reason'))}"
    for each in map(table, rows(decision.get("passed_over"))):
        yield f"not `{text(each.get('target'))}`: {reason(each.get('reason'))}"
    ranked = [table(each) for each in rows(decision.get("ranked"))]
    if ranked:
        scores = ", ".join(f"`{text(one.get('target'))}` {_score(one)}" for one in ranked)
        yield f"scores of those that could take over: {scores}"
        yield f"(scores that differ by less than {CLOSE:g} are equal: then the written order holds)"


def _turned(decision: Mapping[str, Any], rejected: list[Mapping[str, Any]]) -> Iterator[str]:
    """A transient error that another player is asked about before the same one is again."""
    usual = text(decision.get("rule")) == f"class:{ErrorClass.TRANSIENT}"
    refused = any(each.get("rung") == Rung.RETRY for each in rejected)
    if usual and not refused and decision.get("decision") != Rung.RETRY:
        yield f"from failure {ESCALATE_AFTER} on, others are asked before the same player again"


def _score(candidate: Mapping[str, Any]) -> str:
    score = number(candidate.get("score"))
    return "?" if score is None else f"{score:.2f}"


def _facts(inputs: Mapping[str, Any], *, leaves_gap: bool) -> Iterator[str]:
    failures, allowed = number(inputs.get("failures")), number(inputs.get("allowed"))
    if failures is not None:
        most = "" if allowed is None else _bound(failures, allowed)
        yield f"failure {plain(failures)}{most}, importance {text(inputs.get('importance')) or '?'}"
    by_rule, place = number(inputs.get("failures_by_rule")), number(inputs.get("rule"))
    if by_rule is not None:
        which = "" if place is None else f" {plain(place + 1)}"
        yield f"retry rule{which} counts {plain(by_rule)} of them"
    elif place is not None:
        yield f"retry rule {plain(place + 1)} holds for it"
    for name, said, shown in (
        ("time_left_s", "time left", seconds),
        ("money_left_usd", "USD left", plain),
        ("tokens_left", "tokens left", plain),
        ("refreshes_left", "renewals of the credential left", plain),
    ):
        left = number(inputs.get(name))
        if left is not None:
            yield f"{said}: {shown(left)}"
    for name, said in _HOLDS.items():
        if inputs.get(name) is True:
            yield said
    if leaves_gap and inputs.get("gap_accepted") is True:
        yield "every reader of this step accepts a gap"
    for name, said in (("alternatives", "could take over"), ("routes", "can do the same")):
        players = [f"`{text(each)}`" for each in rows(inputs.get(name))]
        if players:
            yield f"{said}: {', '.join(players)}"
    for player, told in table(inputs.get("history")).items():
        yield from _history(player, table(told))


def _bound(failures: float, allowed: float) -> str:
    """More failures than attempts are allowed: a person asked for another one."""
    if failures <= allowed:
        return f" of {plain(allowed)} attempts allowed"
    return f"; {plain(allowed)} {'attempt is' if allowed == 1 else 'attempts are'} allowed"


_HOLDS = {
    "effects_once": "the step may act at most once",
    "varied": "the next attempt would have other parameters",
    "throttled": "retries of this provider are throttled",
    "human": "a person can be asked",
    "reconstructable": "the output can be made from a later one",
}
"""Facts that are true or left out."""


def _history(player: str, told: Mapping[str, Any]) -> Iterator[str]:
    good, bad = number(told.get("successes")), number(told.get("failures"))
    expected = number(told.get("expected"))
    if good is not None and bad is not None:
        likely = "" if expected is None else f", counted as {expected:.0%} likely to succeed"
        yield f"`{text(player)}` so far: {plain(good)} good, {plain(bad)} failed{likely}"
