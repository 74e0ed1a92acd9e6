"""Places: who waits enters by rank, and no place is ever lost or given twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from conductor_core.schedule.slots import Rank, Slots, rank
from workflow_ir.policy import Importance

NORMAL = Importance.NORMAL


def waiting(slots: Slots, *ranks: tuple[str, Rank], unwanted: str = "") -> list[str]:
    """Who entered, in order; filled as places become free."""
    entered: list[str] = []
    for name, turn in ranks:

        def call(name: str = name) -> bool:
            if name in unwanted:
                return False
            entered.append(name)
            return True

        slots.wait(turn, call)
    return entered


def test_without_a_limit_everybody_enters() -> None:
    slots = Slots(None)
    assert all(slots.enter() for _ in range(1000))
    slots.leave()


def test_there_are_as_many_places_as_were_said() -> None:
    slots = Slots(2)
    assert [slots.enter() for _ in range(3)] == [True, True, False]
    slots.leave()
    assert [slots.enter() for _ in range(2)] == [True, False]


def test_priority_comes_first_then_the_order_of_the_file() -> None:
    slots = Slots(1)
    assert slots.enter()
    entered = waiting(
        slots,
        ("low", rank(Importance.LOW, (0,))),
        ("late", rank(NORMAL, (9,))),
        ("early", rank(NORMAL, (2,))),
        ("item 10", rank(NORMAL, (3, 10))),
        ("item 2", rank(NORMAL, (3, 2))),
        ("critical", rank(Importance.CRITICAL, (50,))),
    )
    for _ in range(6):
        slots.leave()
    assert entered == ["critical", "early", "item 2", "item 10", "late", "low"]


def test_equal_ranks_enter_as_they_came() -> None:
    slots = Slots(1)
    assert slots.enter()
    entered = waiting(slots, *((name, rank(NORMAL, (1,))) for name in "abc"))
    for _ in range(3):
        slots.leave()
    assert entered == ["a", "b", "c"]


def test_who_is_not_there_any_more_is_passed_over() -> None:
    slots = Slots(1)
    assert slots.enter()
    entered = waiting(slots, *((name, rank(NORMAL, (1,))) for name in "abc"), unwanted="ab")
    slots.leave()
    assert entered == ["c"]
    slots.leave()
    assert slots.enter()


def test_a_place_that_nobody_wants_is_free_again() -> None:
    slots = Slots(1)
    assert slots.enter()
    waiting(slots, ("a", rank(NORMAL, (1,))), unwanted="a")
    slots.leave()
    assert slots.enter()
    assert not slots.enter()


@given(places=st.integers(1, 4), moves=st.lists(st.sampled_from(["come", "come and go", "leave"])))
def test_no_place_is_lost_or_given_twice(places: int, moves: list[str]) -> None:
    slots = Slots(places)
    inside = 0

    def call() -> bool:
        nonlocal inside
        inside += 1
        return True

    for move in moves:
        if move == "leave":
            if inside:
                inside -= 1
                slots.leave()
        elif slots.enter():
            inside += 1
        else:
            slots.wait(rank(NORMAL, (0,)), call if move == "come" else lambda: False)
        assert 0 <= inside <= places
    for _ in range(inside):
        inside -= 1
        slots.leave()
    while inside:
        inside -= 1
        slots.leave()
    assert [slots.enter() for _ in range(places + 1)] == [True] * places + [False]


def test_a_place_that_is_taken_though_none_is_free_lets_nobody_else_in_when_it_is_given_back() -> (
    None
):
    called: list[int] = []
    slots = Slots(1)
    assert slots.enter()
    slots.take()

    def call() -> bool:
        called.append(1)
        return True

    slots.wait(rank(NORMAL, (0,)), call)
    slots.leave()
    assert called == []
    slots.leave()
    assert called == [1]
    Slots(None).take()
