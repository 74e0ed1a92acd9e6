"""StandardError: frozen, plain, the same after a round trip."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_ir.outcome import Gap, StandardError, Success
from workflow_ir.taxonomy import TAXONOMY, Effects, ErrorClass, FaultDomain, Retryable

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
ERRORS = st.builds(
    StandardError,
    code=st.text(min_size=1),
    error_class=st.sampled_from(ErrorClass),
    message=st.text(),
    layer=st.sampled_from(["internal", "orchestration", "policy", "user"]),
    origin=st.text(),
    retryable=st.sampled_from(Retryable),
    retry_after_s=st.none() | st.floats(0, 1e9),
    effects=st.sampled_from(Effects),
    fault_domain=st.sampled_from(FaultDomain),
    detail=st.dictionaries(st.text(), JSON, max_size=3),
    cause_type=st.none() | st.text(min_size=1),
    cause_chain=st.lists(st.text(), max_size=3).map(tuple),
    http_status=st.none() | st.integers(100, 599),
    exit_code=st.none() | st.integers(-64, 255),
    policy_limit=st.none() | st.text(min_size=1),
)


@given(ERRORS)
def test_an_error_is_equal_after_a_trip_through_json(error: StandardError) -> None:
    assert StandardError.from_json(json.loads(json.dumps(error.to_json()))) == error


@pytest.mark.parametrize("code", sorted(TAXONOMY))
def test_every_code_gives_an_error_with_the_facts_of_its_row(code: str) -> None:
    row, error = TAXONOMY[code], StandardError.of(code)
    assert (error.code, error.error_class, error.message) == (code, row.error_class, row.meaning)
    assert (error.retryable, error.effects, error.fault_domain) == (
        row.retryable,
        row.effects,
        row.domain,
    )


def test_what_is_said_of_an_error_counts_more_than_its_row() -> None:
    error = StandardError.of("http.503", "busy", effects=Effects.COMMITTED, layer="user")
    assert (error.message, error.effects, error.layer) == ("busy", Effects.COMMITTED, "user")


@pytest.mark.parametrize(
    ("code", "layer"),
    [("http.503", "internal"), ("player.bug", "internal"), ("gate.failed", "orchestration"),
     ("policy.wall_time", "policy"), ("policy.not_allowed", "policy"),
     ("output.format", "orchestration")],
)  # fmt: skip
def test_the_layer_follows_from_class_and_domain(code: str, layer: str) -> None:
    assert StandardError.of(code).layer == layer


def test_an_unknown_code_makes_no_error() -> None:
    with pytest.raises(KeyError, match="nonsense"):
        StandardError.of("nonsense")


def test_an_alias_becomes_its_code() -> None:
    assert StandardError.of("rate_limited").code == "http.429"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (StandardError.of("cancelled"), "code"),
        (Success(1), "output"),
        (Gap("a", "skipped_after_failure", StandardError.of("http.400")), "step"),
    ],
)
def test_outcomes_cannot_be_changed(value: Any, name: str) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, name, "other")


def test_a_gap_is_told_in_the_form_of_the_contract() -> None:
    gap = Gap("m[0]", "skipped_after_failure", StandardError.of("gate.failed"))
    assert gap.to_json() == {
        "step": "m[0]",
        "reason": "skipped_after_failure",
        "error": {"class": "orchestration", "code": "gate.failed"},
    }
