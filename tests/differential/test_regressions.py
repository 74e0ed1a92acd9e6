"""What the search has found once is performed alike ever after."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from melody.testing.conformance.case import Case
from tests.differential.comparing import look
from tests.differential.regression import read, regressions, written
from tests.differential.search import search
from tests.differential.statistics import steps_of


@pytest.mark.parametrize("path", regressions(), ids=lambda path: path.stem)
def test_a_counter_example_is_one_no_more(path: Path) -> None:
    look(read(path))


def test_a_counter_example_that_is_written_can_be_read_again(tmp_path: Path) -> None:
    place = tmp_path / "found.yaml"
    place.write_text(written(without_sides(), "no sides are wanted"), encoding="utf-8")
    again = read(place)
    assert (again.melody, again.files, again.script) == (
        without_sides().melody,
        without_sides().files,
        without_sides().script,
    )
    assert again.about == "no sides are wanted"


def test_a_counter_example_is_made_small() -> None:
    """Three steps are the least: the parallel one and one in each of its two sides."""
    assert len(list(steps_of(without_sides()))) <= 5


@cache
def without_sides() -> Case:
    """The counter-example to: no Melody has a `parallel`."""

    def refuse(case: Case) -> None:
        assert "parallel" not in case.melody

    found = search(refuse, first=3, count=100)
    assert found is not None
    return found.case
