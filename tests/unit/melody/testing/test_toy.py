"""The honest toy keeps the whole contract: an engine that is none of ours can."""

from __future__ import annotations

import pytest

from melody.testing import pytest_cases
from melody.testing.conformance import Trial
from tests.unit.melody.testing.toy import ADAPTER


@pytest.mark.parametrize("trial", pytest_cases(ADAPTER))
def test_the_toy_keeps_the_contract(trial: Trial) -> None:
    trial.check()
