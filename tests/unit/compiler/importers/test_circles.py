from __future__ import annotations

import pytest

from compiler.importers.circles import circles


@pytest.mark.parametrize(
    ("edges", "found"),
    [
        ({}, []),
        ({"a": ["b"], "b": []}, []),
        ({"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}, []),
        ({"a": ["a"]}, [["a"]]),
        ({"a": ["b"], "b": ["c"], "c": ["a"]}, [["a", "b", "c"]]),
        ({"x": ["a"], "a": ["b"], "b": ["a"]}, [["a", "b"]]),
        ({"a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"]}, [["a", "b"], ["c", "d"]]),
    ],
)
def test_a_circle_is_found_where_it_is_entered(
    edges: dict[str, list[str]], found: list[list[str]]
) -> None:
    assert list(circles(edges)) == found


def test_a_long_chain_needs_no_stack() -> None:
    edges = {str(n): [str(n + 1)] for n in range(20_000)}
    assert list(circles({**edges, "20000": ["0"]})) == [[str(n) for n in range(20_001)]]
