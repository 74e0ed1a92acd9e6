"""The conformance kit as parameters of a pytest test; pytest is imported when they are made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from adapters.base import OrchestrationAdapter
from conductor_core.run import Start
from melody.testing.conformance.case import Case
from melody.testing.conformance.check import STARTS, trials
from workflow_ir.capability import Feature

if TYPE_CHECKING:
    # The kit works where pytest is not installed.
    from _pytest.mark import ParameterSet


def pytest_cases(
    adapter: OrchestrationAdapter,
    features: Iterable[Feature | str] | None = None,
    starts: Sequence[Start] = STARTS,
    cases: Iterable[Case] | None = None,
    *,
    packages: Sequence[str] | None = None,
) -> list[ParameterSet]:
    """One parameter for each trial; the test calls its ``check``.

    A trial that asks for a feature which the capability table declares a gap is a strict xfail,
    so a gap that works turns the suite red.

    Args:
        adapter: The backend.
        features: As ``conformance.check``, and so are the others.
        starts: Start modes.
        cases: In place of the kit's own.
        packages: Import names of its framework.
    """
    import pytest

    found = []
    for trial in trials(adapter, features, starts, cases, packages=packages):
        marks = []
        if trial.gaps:
            reason = f"declared gaps: {', '.join(gap.value for gap in trial.gaps)}"
            marks.append(pytest.mark.xfail(reason=reason, strict=True, raises=AssertionError))
        found.append(pytest.param(trial, id=trial.title, marks=marks))
    return found
