"""Melodies drawn at random are performed alike everywhere; `make fuzz` looks at many more.

The examples are the same in every run: seeds are fixed and nothing is kept from one to the next.
"""

from __future__ import annotations

from functools import cache

import pytest

from melody.testing.conformance.case import Case
from melody.testing.conformance.performing import workflow
from tests.differential.comparing import look
from tests.differential.regression import written
from tests.differential.search import search
from tests.differential.statistics import Statistics, steps_of
from workflow_ir.schedule_dependence import Reason, schedule_dependence

SEEDS = range(15)
OF_EACH = 20
"""Three hundred examples in all."""


@pytest.mark.parametrize("seed", SEEDS)
def test_a_drawn_melody_is_performed_alike_on_every_backend(seed: int) -> None:
    found = search(look, first=seed, count=OF_EACH)
    assert found is None, f"{found.problem}\n{written(found.case, str(found.problem))}"


def test_drawn_melodies_have_every_modifier_beside_every_verb() -> None:
    assert len(drawn().sizes) == len(SEEDS) * OF_EACH
    assert drawn().never() == []


def test_half_of_the_drawn_melodies_have_eight_steps_or_more() -> None:
    sizes = sorted(drawn().sizes)
    assert sizes[len(sizes) // 2] >= 8
    assert len(drawn().melodies) > len(sizes) / 2


def test_a_good_part_of_the_drawn_melodies_does_not_depend_on_the_schedule() -> None:
    free = {case.melody: case for case in all_drawn() if not schedule_dependence(workflow(case))}
    sizes = [len(list(steps_of(case))) for case in free.values()]
    assert sum(size >= 6 for size in sizes) >= 40


def test_every_reason_to_depend_on_the_schedule_is_drawn() -> None:
    named = {place.reason for case in all_drawn() for place in schedule_dependence(workflow(case))}
    assert named == set(Reason)


@cache
def all_drawn() -> tuple[Case, ...]:
    """Every example of the tests above; drawing them again gives the same ones."""
    cases: list[Case] = []
    for seed in SEEDS:
        search(cases.append, first=seed, count=OF_EACH)
    return tuple(cases)


@cache
def drawn() -> Statistics:
    """What they hold."""
    statistics = Statistics()
    for case in all_drawn():
        statistics.add(case)
    return statistics
