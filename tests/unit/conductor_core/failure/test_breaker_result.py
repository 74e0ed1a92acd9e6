"""What the outcome of a call says of its provider, code by code."""

from __future__ import annotations

import pytest

from conductor_core.failure.breaker_result import Result, breaker_result
from workflow_ir.outcome import StandardError, Success
from workflow_ir.taxonomy import TAXONOMY, ErrorClass, FaultDomain


def of(code: str, *, of_model: bool = True) -> Result:
    return breaker_result(StandardError.of(code), of_model=of_model)


def test_an_answer_is_a_success() -> None:
    assert breaker_result(Success("text")) is Result.SUCCESS


@pytest.mark.parametrize(
    "code",
    ["transport.connect", "transport.read", "timeout.attempt", "http.429", "http.500", "http.503",
     "http.401", "auth.denied", "http.402", "resource.quota", "player.crash", "player.bug"],
)  # fmt: skip
def test_trouble_of_the_provider_its_credential_and_its_player_is_a_failure(code: str) -> None:
    assert of(code) is Result.FAILURE
    assert of(code, of_model=False) is Result.FAILURE


@pytest.mark.parametrize("code", ["http.403", "http.404", "http.410"])
def test_a_model_that_is_not_there_has_failed_and_a_page_has_not(code: str) -> None:
    assert of(code) is breaker_result(StandardError.of(code)) is Result.FAILURE
    assert of(code, of_model=False) is Result.SUCCESS


@pytest.mark.parametrize("code", ["http.400", "http.422", "input.invalid", "output.refused"])
def test_a_request_that_was_refused_shows_a_provider_at_work(code: str) -> None:
    assert of(code) is Result.SUCCESS


@pytest.mark.parametrize(
    "code",
    ["policy.wall_time", "policy.budget", "policy.deadline", "policy.memory", "resource.memory",
     "resource.disk", "auth.expired", "breaker.open", "cancelled", "config.missing", "config.model",
     "expression.missing"],
)  # fmt: skip
def test_what_was_stopped_or_never_sent_says_nothing(code: str) -> None:
    assert of(code) is Result.IGNORED


def test_no_orchestration_error_trips_it() -> None:
    codes = [row.code for row in TAXONOMY.values() if row.error_class is ErrorClass.ORCHESTRATION]
    assert Result.FAILURE not in {of(code) for code in codes}
    assert of("output.schema") is of("gate.failed") is Result.SUCCESS


def test_every_class_and_domain_counts_for_something() -> None:
    for error_class in ErrorClass:
        for domain in FaultDomain:
            error = StandardError.of("http.500", error_class=error_class, fault_domain=domain)
            assert breaker_result(error) in Result
