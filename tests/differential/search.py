"""Looking for a drawn Melody that is not performed alike; the smallest one is handed out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings

from melody.testing.conformance.case import Case
from tests.differential.drawing import cases

_UNHURRIED = tuple(HealthCheck)
"""How long a Melody takes is no matter of health."""


@dataclass(frozen=True, slots=True)
class Found:
    """A counter-example."""

    case: Case
    """As small as Hypothesis could make it."""
    problem: Exception


def search(look: Callable[[Case], object], *, first: int, count: int) -> Found | None:
    """Try so many Melodies; the same ones for the same seed.

    Args:
        look: Raises if something does not hold of a case.
        first: The seed.
        count: Melodies.
    """
    last: list[Found] = []

    @seed(first)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=_UNHURRIED,
        report_multiple_bugs=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
    )
    @given(cases())
    def holds(case: Case) -> None:
        try:
            look(case)
        except Exception as problem:
            last[:] = [Found(case, problem)]
            raise

    try:
        holds()
    except Exception:
        if not last:
            raise
        return last[0]  # Hypothesis tries the smallest one last
    return None
