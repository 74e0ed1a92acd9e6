from __future__ import annotations

import pytest

from workflow_ir.nearest import nearest


@pytest.mark.parametrize(
    ("name", "candidates", "expected"),
    [
        ("daft", ["draft", "publish"], "draft"),
        ("DRAFT", ["draft"], "draft"),
        ("scoer", ["score", "scores"], "score"),
        ("draft", ["draft"], None),
        ("xyz", ["draft"], None),
        ("", ["a"], None),
        ("a" * 1000, ["a" * 999], None),
        ("ab", [], None),
    ],
)
def test_the_nearest_name_is_one_that_was_probably_meant(
    name: str, candidates: list[str], expected: str | None
) -> None:
    assert nearest(name, candidates) == expected


@pytest.mark.parametrize("name", ["stepp_7000", "step7000", "stap_7000"])
def test_among_very_many_names_the_one_with_the_same_end_is_meant(name: str) -> None:
    assert nearest(name, [f"step_{number}" for number in range(9000)]) == "step_7000"
