"""StandardError: frozen, plain, the same after a round trip."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_ir.outcome import Cost, Gap, StandardError, Success
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
    attempts=st.none() | st.integers(0, 100),
    cost=st.builds(Cost, st.floats(0, 1e6), st.integers(0, 10**9)),
    policy_limit=st.none() | st.text(min_size=1),
    partial_output_ref=st.none() | st.text(min_size=1),
    target=st.none() | st.text(min_size=1),
    schema_version=st.integers(1, 9),
)


@given(ERRORS)
def test_an_error_is_equal_after_a_trip_through_json(error: StandardError) -> None:
    again = StandardError.from_json(json.loads(json.dumps(error.to_json())))
    assert again == error
    assert again.fingerprint == error.fingerprint


def test_the_trip_is_made_by_every_field() -> None:
    fields = {each.name for each in dataclasses.fields(StandardError)}
    read = StandardError.from_json(
        StandardError.of("http.503", "busy", retry_after_s=1, detail={"a": 1}, cause_type="t",
                         cause_chain=("u",), http_status=503, exit_code=1, attempts=2,
                         cost=Cost(0.5, 7), policy_limit="wall", partial_output_ref="r",
                         target="p", origin="model", schema_version=2, layer="user",
                         effects=Effects.COMMITTED).to_json()
    )  # fmt: skip
    plain = StandardError.of("http.400")
    assert {name for name in fields if getattr(read, name) == getattr(plain, name)} == set()
    assert read.cost == Cost(0.5, 7)


def test_an_error_that_was_kept_before_a_field_was_there_can_be_read() -> None:
    tree = StandardError.of("http.503").to_json()
    for name in ("fingerprint", "schema_version"):
        del tree[name]
    assert StandardError.from_json(tree) == StandardError.of("http.503")


def test_what_a_player_did_not_report_is_not_one_attempt() -> None:
    assert Success(1).internal_attempts is None
    assert StandardError.of("http.503").attempts is None
    assert "attempts" not in StandardError.of("http.503").to_json()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("busy for 3 s", "busy for 14.5 s"),
        ("request 0xdeadbeef failed", "request 0x00c0ffee failed"),
        ("request 3f2a9c1d failed", "request 88e1b2a0 failed"),
        ("no file '/tmp/a/b.txt'", "no file '/var/c.txt'"),
        ("no file /tmp/a/b.txt, stop", "no file /var/c.txt, stop"),
        ("key 'a' is missing", "key 'b c' is missing"),
        ('key "a" is missing', 'key "b" is missing'),
        ("at http://one.test/x?y=1 now", "at https://two.test:80/ now"),
        (
            "job 0b0c2f6e-8d3a-4f0e-9a43-0d2f1b6f1c11 is gone",
            "job 11111111-2222-3333-4444-555555555555 is gone",
        ),
        ("two  words", "two words"),
    ],
)
def test_what_differs_from_time_to_time_makes_no_other_fingerprint(one: str, other: str) -> None:
    first, second = StandardError.of("http.503", one), StandardError.of("http.503", other)
    assert first.fingerprint == second.fingerprint


@pytest.mark.parametrize(
    "facts",
    [{"message": "idle"}, {"code": "http.502"}, {"target": "q"}, {"message": "it can't be busy"}],
)
def test_another_message_code_or_target_makes_another_fingerprint(facts: dict[str, str]) -> None:
    error = StandardError.of("http.503", "it isn't busy", target="p")
    assert error.replace(**facts).fingerprint != error.fingerprint


def test_a_fingerprint_stays_the_same_from_version_to_version() -> None:
    error = StandardError.of("http.503", "busy, request 12", target="p")
    assert error.fingerprint == "40b1fee5076e43f6"
    assert (
        error.replace(attempts=3, cost=Cost(1), detail={"a": 1}).fingerprint == "40b1fee5076e43f6"
    )


def test_a_fingerprint_of_a_huge_message_is_made_of_its_beginning() -> None:
    error = StandardError.of("http.503", "'" * 5_000_000)
    assert len(error.fingerprint) == 16


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
