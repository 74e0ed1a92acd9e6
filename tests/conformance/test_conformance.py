"""Every case on every engine in both start modes: the kit that other adapters are proved by."""

from __future__ import annotations

import pytest

from melody.testing import pytest_cases
from melody.testing.conformance import Trial
from tests.conformance.stage import adapter_of


@pytest.mark.parametrize("trial", pytest_cases(adapter_of("native")))
def test_native_keeps_the_contract(trial: Trial) -> None:
    trial.check()


@pytest.mark.parametrize("trial", pytest_cases(adapter_of("langgraph")))
def test_langgraph_keeps_the_contract(trial: Trial) -> None:
    trial.check()


@pytest.mark.parametrize("trial", pytest_cases(adapter_of("crewai")))
def test_crewai_keeps_the_contract(trial: Trial) -> None:
    trial.check()
