"""Backoff and jitter: the delays of other systems, computed by our rules."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import pytest
from pydantic import ValidationError

from conductor_core.failure.backoff import backoff
from conductor_core.failure.grant import attempts_left
from tests.unit.conductor_core.melodies import play
from tests.vectors.vector import Data, Draw, Handler, listed
from workflow_ir.policy import DEFAULT_ATTEMPTS, Importance, Jitter, Policy, Retry

NAMES = {
    "interval_s": "initial_s",
    "base_s": "initial_s",
    "initial_s": "initial_s",
    "wait_initial": "initial_s",
    "delay": "initial_s",
    "backoff_rate": "multiplier",
    "multiplier": "multiplier",
    "coefficient": "multiplier",
    "exp_base": "multiplier",
    "max_delay_s": "max_delay_s",
    "max_s": "max_delay_s",
    "wait_max": "max_delay_s",
    "type": "backoff",
    "backoff": "backoff",
    "max_attempts": "max_attempts",
    "attempts": "max_attempts",
}
"""What others call the parts of a retry rule."""

NOT_OF_A_RULE = {
    "retry_index", "rng", "jitter", "headers", "wait_jitter", "timeout_s", "jitter_factor", "max",
    "min",
}  # fmt: skip

SEVERAL = {"type", "jitter"}
"""A list of these stands for as many cases."""


def rule_of(given: Data) -> Retry:
    """The rule in our words. A word that is not known is an error, not nothing."""
    facts: dict[str, Any] = {}
    for name, value in given.items():
        if name in NOT_OF_A_RULE or value == "default":
            continue
        if name == "max_retries":
            facts["max_attempts"] = value + 1
        elif name == "max_interval":
            times = re.fullmatch(r"(\d+)x initial", value)
            assert times is not None
            facts["max_delay_s"] = int(times[1]) * given["initial_s"]
        elif name in ("base_ms", "randomization"):
            facts["initial_s"] = given["base_ms"] / 1000
        elif not (name == "max_attempts" and value == 0):
            facts[NAMES[name]] = value
    if "min" in given:
        facts |= {"initial_s": float(given["max"]), "max_delay_s": float(given["max"])}
    if "delay" in given:
        facts["max_delay_s"] = float(given["delay"])
    return Retry.model_validate(facts)


def waits(given: Data, expect: Data) -> None:
    """Every delay that the case tells of."""
    if "headers" in given:
        given = {"initial_s": 0.5, "max_s": 8, **given}  # the client's own, of its source
    for case in _cases(given):
        _waits_of_one(case, expect)
    assert expect.keys() <= CHECKED, "an expectation that nobody looks at"


def _cases(given: Data) -> list[Data]:
    lists = {name: listed(given[name]) for name in SEVERAL & given.keys()}
    return [given | dict(zip(lists, values, strict=True)) for values in product(*lists.values())]


def _waits_of_one(given: Data, expect: Data) -> None:
    rule = rule_of(given)
    for name in DELAYS & expect.keys():
        wanted = expect[name]
        if isinstance(wanted, dict):
            wanted = wanted["jitter" if given["jitter"] else "none"]
        places = _places(given, len(listed(wanted)))
        for place, draw, delay in zip(places, _draws(given, places), listed(wanted), strict=True):
            assert delayed(rule, place, given, draw) == pytest.approx(delay, abs=1e-9)
    for name in BOUNDS & expect.keys():
        unit = 1000 if name.endswith("_ms") else 1
        wanted = expect[name] if isinstance(expect[name][0], list) else [expect[name]]
        for place, (low, high) in enumerate(wanted, start=1):
            found = [backoff(rule, place, jitter=Jitter.FULL, rng=Draw(d)) * unit for d in (0, 1)]
            assert found == pytest.approx([low, high], abs=1e-9)
    for name, read in RULE.items():
        if name in expect:
            assert read(rule, given) == expect[name]
    if "jitter" in expect:
        for place, share in product((1, 2, 3), (0.0, 0.25, 1.0)):
            plain = backoff(rule, place, jitter=Jitter.NONE, rng=Draw())
            drawn = backoff(rule, place, jitter=Jitter.FULL, rng=Draw(share))
            assert drawn == pytest.approx(JITTERS[expect["jitter"]](plain, share))
    if "formula" in expect:
        for place, share in product((1, 4, 9), (0.0, 0.25, 1.0)):
            drawn = backoff(rule, place, jitter=Jitter.FULL, rng=Draw(share))
            assert drawn == pytest.approx(FORMULAS[expect["formula"]](given, place, share))


def delayed(rule: Retry, place: int, given: Data, share: float) -> float:
    """The delay after this failure; jitter only where the case has it."""
    drawn = "rng" in given and given.get("jitter", True) is not False
    if given.get("jitter") == "default":  # what a real run does where nothing is written
        drawn, share = rule.jitter is None, 0.5
    return backoff(rule, place, jitter=Jitter.FULL if drawn else Jitter.NONE, rng=Draw(share))


def _places(given: Data, count: int) -> list[int]:
    if "retry_index" in given:
        places = [index + 1 for index in listed(given["retry_index"])]
        return places if len(places) == count else places * count
    return [1] * count if isinstance(given.get("rng"), list) else list(range(1, count + 1))


def _draws(given: Data, places: list[int]) -> list[float]:
    share = given.get("rng", 0.0)
    return share if isinstance(share, list) else [share] * len(places)


DELAYS = {"delays_s", "delay_s", "delays", "nominal_s"}
BOUNDS = {"bounds_s", "bounds_ms", "delay_bounds_s"}
RULE: dict[str, Any] = {
    "interval_s": lambda rule, given: delayed(rule, 1, given, 0),
    "backoff_rate": lambda rule, given: rule.multiplier,
    "max_retries": lambda rule, given: (
        (rule.max_attempts or DEFAULT_ATTEMPTS[Importance.NORMAL]) - 1
    ),
    "unlimited": lambda rule, given: _valid({"max_attempts": 0}),
    "note": lambda rule, given: _said(given),
}
JITTERS = {
    "full": lambda delay, share: share * delay,
    "multiply by 1-0.25*rng": lambda delay, share: delay * (1 - 0.25 * share),
}
FORMULAS = {
    "min(max, initial*base^(n-1)+U(0,jitter))": lambda given, n, share: min(
        given["wait_max"],
        given["wait_initial"] * given["exp_base"] ** (n - 1) + share * given["wait_jitter"],
    ),
    "U(0, min(max, initial*base^(n-1)))": lambda given, n, share: (
        share * min(given["wait_max"], given["wait_initial"] * given["exp_base"] ** (n - 1))
    ),
}
CHECKED = DELAYS | BOUNDS | RULE.keys() | {"jitter", "formula"}


def _said(given: Data) -> str:
    """Seed 003's remark: the fourth delay needs one more retry."""
    rule = rule_of(given)
    assert rule.max_attempts == 4
    fourth = backoff(rule, 4, jitter=Jitter.NONE, rng=Draw())
    return f"text lists 1,2,4,8... ; {fourth:g} is only reached with >3 retries"


def _valid(facts: Data) -> bool:
    try:
        Retry.model_validate(facts)
    except ValidationError:
        return False
    return True


def stays_inside(given: Data, expect: Data) -> None:
    """``0 < delay <= 30 for every index``."""
    told = re.fullmatch(r"(\d+) < delay <= (\d+) for every index", expect["property"])
    assert told is not None
    rule, (low, high) = rule_of(given), (int(told[1]), int(told[2]))
    drawn = [
        backoff(rule, index + 1, jitter=Jitter.FULL, rng=Draw(share))
        for index in given["retry_index"]
        for share in (1e-6, 0.5, 1.0)
    ]
    assert low < min(drawn) < 1e-3 + low
    assert max(drawn) == high


def starts_at_one(given: Data, expect: Data) -> None:
    """A delay comes after a failure."""
    errors = {"illegal argument": ValueError}
    with pytest.raises(errors[expect["error"]]):
        backoff(Retry(), given["attempt"], jitter=Jitter.NONE, rng=Draw())


def is_valid(given: Data, expect: Data) -> None:
    """Whether such a rule can be written."""
    facts = {
        "max_attempts" if name == "max_retries" else NAMES.get(name, name): (
            value + 1 if name == "max_retries" else value.lower() if name == "jitter" else value
        )
        for name, value in given.items()
    }
    assert _valid(facts) is expect["valid"]


def clipped(given: Data, expect: Data) -> None:
    """Whoever asks for more attempts than policy allows gets what policy allows."""
    guard = play(policy=Policy(retry=Retry(max_attempts=given["client_cap"])))
    assert attempts_left(given["max_attempts"], guard, 0) == expect["effective_attempts"]
    assert _valid({"max_attempts": given["max_attempts"]}) is expect["valid"]


TOPICS: dict[str, Handler] = {
    "backoff": waits,
    "jitter": waits,
    "cap": waits,
    "overflow": waits,
    "randomized": waits,
    "property": stays_inside,
    "attempt-lower-bound": starts_at_one,
    "validation": is_valid,
    "attempt-limit": clipped,
}
