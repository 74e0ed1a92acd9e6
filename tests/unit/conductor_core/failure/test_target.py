"""Whom an attempt reaches, and where a refused credential is refused too."""

from __future__ import annotations

import pytest

from conductor_core.failure.target import Target

HERE = Target("openai", "small", "team key")


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (Target("openai", "large", "team key"), True),
        (Target("openai", "small", "own key"), False),
        (Target("anthropic", "small", "team key"), False),
        (Target("openai", "small"), False),
    ],
)
def test_a_credential_is_shared_with_the_same_provider_only(other: Target, shared: bool) -> None:
    assert HERE.shares_credential(other) is shared
    assert other.shares_credential(HERE) is shared


def test_who_needs_no_credential_shares_none() -> None:
    nobody = Target("player", "a")
    assert nobody.shares_credential(Target("player", "b")) is False
    assert nobody == ("player", "a", "", False)
