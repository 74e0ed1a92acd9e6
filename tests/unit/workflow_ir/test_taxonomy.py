"""The codes of the contract (spec 8, Codes), one table."""

from __future__ import annotations

import pytest

from workflow_ir.taxonomy import (
    ALIASES,
    TAXONOMY,
    Effects,
    ErrorClass,
    FaultDomain,
    Retryable,
    facts,
)

BY_CLASS = {
    ErrorClass.TRANSIENT: "transport.connect transport.read timeout.attempt http.429",
    ErrorClass.BACKEND: "http.500 http.502 http.503 http.504 breaker.open",
    ErrorClass.AUTHENTICATION: "auth.expired auth.denied http.401",
    ErrorClass.RESOURCE: (
        "resource.quota resource.memory resource.disk policy.budget policy.deadline http.402"
    ),
    ErrorClass.PERMANENT: (
        "output.refused input.invalid player.bug player.crash player.tool player.cancelled_self "
        "expression.missing expression.type expression.number expression.cost "
        "config.missing config.invalid http.400 http.403 http.404"
    ),
    ErrorClass.ORCHESTRATION: (
        "policy.wall_time policy.memory policy.cpu policy.output policy.attempts output.format "
        "output.schema output.context output.truncated gate.failed unable_to_complete "
        "dependency.failed loop.exhausted parallel.threshold approval.expired approval.rejected"
    ),
    ErrorClass.CANCELLED: "cancelled",
}


@pytest.mark.parametrize("error_class", BY_CLASS)
def test_every_code_of_the_contract_has_its_class(error_class: ErrorClass) -> None:
    for code in BY_CLASS[error_class].split():
        row = facts(code)
        assert row is not None, code
        assert row.error_class is error_class, code


def test_every_class_has_a_code() -> None:
    assert {row.error_class for row in TAXONOMY.values()} == set(ErrorClass)


@pytest.mark.parametrize("code", sorted(TAXONOMY))
def test_every_row_says_what_it_means_under_its_own_code(code: str) -> None:
    row = TAXONOMY[code]
    assert row.code == code
    assert row.meaning
    assert row.meaning == row.meaning.strip()


@pytest.mark.parametrize("code", [code for code in TAXONOMY if code.startswith("policy.")])
def test_what_policy_stops_is_not_retried_on_the_same_player(code: str) -> None:
    assert TAXONOMY[code].retryable is Retryable.NO
    assert TAXONOMY[code].domain is FaultDomain.POLICY


@pytest.mark.parametrize("code", ["wall_time", "memory", "cpu", "output", "attempts"])
def test_another_player_may_help_where_policy_stopped_one(code: str) -> None:
    assert TAXONOMY[f"policy.{code}"].fallback


def test_a_provider_that_is_left_alone_may_be_asked_again_later_and_has_not_acted() -> None:
    row = TAXONOMY["breaker.open"]
    assert (row.retryable, row.effects) == (Retryable.AFTER, Effects.NONE)
    assert (row.domain, row.fallback) == (FaultDomain.PROVIDER, True)


@pytest.mark.parametrize("alias", ALIASES)
def test_an_alias_has_the_facts_of_its_code(alias: str) -> None:
    assert facts(alias) == TAXONOMY[ALIASES[alias]]


@pytest.mark.parametrize(
    ("code", "error_class"),
    [("http.418", ErrorClass.PERMANENT), ("http.451", ErrorClass.PERMANENT),
     ("http.507", ErrorClass.BACKEND), ("http.599", ErrorClass.BACKEND)],
)  # fmt: skip
def test_a_status_without_a_row_follows_its_hundred(code: str, error_class: ErrorClass) -> None:
    row = facts(code)
    assert row is not None
    assert (row.code, row.error_class) == (code, error_class)


@pytest.mark.parametrize(
    "code", ["", "http.", "http.200", "http.301", "http.4040", "http.4x4", "http.٤٠٤", "nonsense"]
)
def test_what_is_no_code_has_no_facts(code: str) -> None:
    assert facts(code) is None
