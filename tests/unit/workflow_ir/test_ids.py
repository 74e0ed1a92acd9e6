from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workflow_ir.ids import item_path, natural_key, within


def test_addresses_are_joined_by_dots() -> None:
    assert within("", "a") == "a"
    assert within("a.b", "c") == "a.b.c"


def test_items_count_from_zero_and_paths_compose() -> None:
    assert within(item_path("review", 3), "inner") == "review[3].inner"


def test_numbers_in_paths_are_ordered_as_numbers() -> None:
    paths = ["m[10].a", "m[2].b", "m[2].a", "m", "l", "m10", "m9", "m[2]"]
    assert sorted(paths, key=natural_key) == [
        "l", "m", "m9", "m10", "m[2]", "m[2].a", "m[2].b", "m[10].a",
    ]  # fmt: skip


@given(st.text(alphabet="ab01.[]~٣", max_size=8), st.integers(0, 99), st.integers(0, 99))
def test_items_of_any_step_are_ordered_by_their_index(path: str, one: int, two: int) -> None:
    first, second = natural_key(item_path(path, one)), natural_key(item_path(path, two))
    assert (first < second) is (one < two)
