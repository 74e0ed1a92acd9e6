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
