"""Places and rate of a player in the time of one run: whoever is cancelled when, nothing leaks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conductor_core.clock.virtual import START, VirtualClock
from conductor_core.evaluator import Evaluator
from conductor_core.limits.bulkhead import Place
from conductor_core.limits.guards import Guards, PlayerKey
from conductor_core.schedule.slots import Rank, Slots
from conductor_core.stage import Stage
from tests.unit.conductor_core.stand import Stand
from workflow_ir.players import Limits

KEY = PlayerKey("project", "player")


@dataclass
class Scene:
    """Attempts that want the same player, and when each of them began."""

    limits: Limits
    stand: Stand = field(default_factory=Stand)
    began: list[tuple[str, float]] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    inside: int = 0
    most_inside: int = 0

    def __post_init__(self) -> None:
        self.clock: VirtualClock = self.stand.clock
        self.guards = Guards.of_run(self.clock)
        self.stage = Stage(self.stand.context(), Slots(1), Evaluator())

    @property
    def now(self) -> float:
        return round(self.clock.now() - START, 6)

    def attempt(
        self,
        name: str,
        *,
        takes_s: float = 0.0,
        prepares_s: float = 0.0,
        place: int = 0,
        begins: bool = True,
        wanted: Callable[[], bool] = lambda: True,
    ) -> asyncio.Task[None]:
        """One more; it has a token from now to its end, as a step has."""
        rank: Rank = (0.0, (place,))

        async def alone() -> None:
            try:
                async with self.guards.place(
                    KEY, self.limits, rank=rank, wanted=wanted, stage=self.stage
                ) as got:
                    self.places[name] = got
                    self.inside += 1
                    self.most_inside = max(self.most_inside, self.inside)
                    try:
                        if prepares_s:
                            await self.clock.sleep(prepares_s)
                        if begins:
                            got.begin()
                            self.began.append((name, self.now))
                        if takes_s:
                            await self.clock.sleep(takes_s)
                    finally:
                        self.inside -= 1
            finally:
                self.clock.release()

        self.clock.hold()
        return asyncio.get_running_loop().create_task(alone())

    async def free(self) -> None:
        """Every place and every reservation has come back."""
        places = self.limits.concurrency or 0
        bulkhead = self.guards._bulkheads.get(KEY)
        if bulkhead is not None:
            assert bulkhead._inside == 0
            assert bulkhead._rate._reserved == 0
            assert not [one for *_, one in bulkhead._waiting if not one.gone]
        await self.clock.sleep(60)
        self.most_inside = 0
        if places:
            await ended(self, *(self.attempt(f"after {n}", takes_s=1000) for n in range(places)))
        assert self.most_inside == places


def played(scene: Scene, play: Callable[[], Awaitable[object]]) -> Scene:
    async def alone() -> None:
        scene.clock.hold()
        await play()
        scene.clock.release()
        assert not asyncio.all_tasks() - {asyncio.current_task()}

    asyncio.run(alone())
    assert scene.clock._tokens == 0
    return scene


async def ended(scene: Scene, *tasks: asyncio.Task[None]) -> None:
    """Wait for all of them with the token out, so that time moves."""
    scene.clock.release()
    await asyncio.wait(tasks)
    scene.clock.hold()
    for task in tasks:
        if not task.cancelled():
            task.result()


def test_no_more_are_inside_than_there_are_places() -> None:
    scene = Scene(Limits(concurrency=2))
    played(scene, lambda: ended(scene, *(scene.attempt(str(n), takes_s=3) for n in range(5))))
    assert scene.began == [("0", 0), ("1", 0), ("2", 3), ("3", 3), ("4", 6)]
    assert [scene.places[name].waited_s for name in "024"] == [0, 3, 6]
    assert [scene.places[name].waited_for for name in "02"] == [None, "concurrency"]


def test_the_waiting_enter_by_their_rank_and_equals_as_they_came() -> None:
    scene = Scene(Limits(concurrency=1))
    places = {"a": 0, "b": 9, "c": 5, "d": 5, "e": 1}
    played(
        scene,
        lambda: ended(
            scene, *(scene.attempt(name, takes_s=1, place=n) for name, n in places.items())
        ),
    )
    assert [name for name, _ in scene.began] == ["a", "e", "c", "d", "b"]


def test_so_many_begin_in_a_minute_and_the_rest_in_the_next() -> None:
    scene = Scene(Limits(per_minute=2))
    played(scene, lambda: ended(scene, *(scene.attempt(str(n)) for n in range(5))))
    assert scene.began == [("0", 0), ("1", 0), ("2", 60), ("3", 60), ("4", 120)]
    assert scene.places["4"].waited_for == "per_minute"


def test_the_rate_counts_from_the_beginning_and_not_from_the_place() -> None:
    scene = Scene(Limits(per_minute=1))
    played(
        scene,
        lambda: ended(
            scene, scene.attempt("a", prepares_s=50, place=1), scene.attempt("b", place=2)
        ),
    )
    assert scene.began == [("a", 50), ("b", 110)]


def test_an_attempt_that_never_begins_costs_nothing_of_the_rate() -> None:
    scene = Scene(Limits(per_minute=1))

    async def play() -> None:
        await ended(scene, scene.attempt("a", begins=False), scene.attempt("b"))

    played(scene, play)
    assert scene.began == [("b", 0)]


def test_begin_counts_once() -> None:
    scene = Scene(Limits(per_minute=2))

    async def play() -> None:
        await ended(scene, scene.attempt("a"))
        scene.places["a"].begin()
        await ended(scene, scene.attempt("b"))

    played(scene, play)
    assert scene.began == [("a", 0), ("b", 0)]


def test_a_better_rank_that_comes_later_has_the_next_beginning() -> None:
    scene = Scene(Limits(per_minute=1))

    async def play() -> None:
        first, late = scene.attempt("a", place=1), scene.attempt("z", place=9)
        await scene.clock.sleep(30)
        await ended(scene, first, late, scene.attempt("b", place=2))

    played(scene, play)
    assert scene.began == [("a", 0), ("b", 60), ("z", 120)]


def test_who_waited_for_the_rate_and_is_cancelled_lets_the_next_one_wait_on() -> None:
    scene = Scene(Limits(per_minute=1))

    async def play() -> None:
        first, second, third = (scene.attempt(name) for name in "abc")
        await scene.clock.sleep(10)
        second.cancel()
        await ended(scene, first, second, third)
        await scene.free()

    played(scene, play)
    assert scene.began == [("a", 0), ("c", 60)]


def test_who_is_cancelled_at_the_moment_it_is_let_in_gives_its_place_on() -> None:
    scene = Scene(Limits(concurrency=1))

    async def play() -> None:
        async with scene.guards.place(
            KEY, scene.limits, rank=(0.0, ()), wanted=lambda: True, stage=scene.stage
        ):
            second, third = (scene.attempt(name, takes_s=1) for name in "bc")
            await asyncio.sleep(0)
        second.cancel()  # the place has just been handed over to it
        await ended(scene, second, third)
        await scene.free()

    played(scene, play)
    assert scene.began[0] == ("c", 0)


def test_who_is_not_wanted_any_more_does_not_begin() -> None:
    scene = Scene(Limits(concurrency=1))

    async def play() -> None:
        first = scene.attempt("a", takes_s=1)
        await ended(scene, first, scene.attempt("b", wanted=lambda: False), scene.attempt("c"))
        await scene.free()

    played(scene, play)
    assert [name for name, _ in scene.began][:2] == ["a", "c"]


@pytest.mark.parametrize("limits", [None, Limits(), Limits(memory_bytes=1)])
def test_without_limits_nobody_is_counted(limits: Limits | None) -> None:
    scene = Scene(Limits())

    async def play() -> None:
        async with scene.guards.place(
            KEY, limits, rank=(0.0, ()), wanted=lambda: True, stage=scene.stage
        ) as place:
            place.begin()
            assert (place.waited_s, place.waited_for) == (0, None)

    played(scene, play)
    assert not scene.guards._bulkheads


def test_each_player_has_its_own_places() -> None:
    scene = Scene(Limits(concurrency=1))

    async def play() -> None:
        first = scene.attempt("a", takes_s=1)
        await asyncio.sleep(0)
        for key in (
            KEY._replace(player="b"), KEY._replace(project="b"), KEY._replace(module="b")
        ):  # fmt: skip
            async with scene.guards.place(
                key, scene.limits, rank=(0.0, ()), wanted=lambda: True, stage=scene.stage
            ):
                assert not first.done()
        await ended(scene, first)

    played(scene, play)


PLANS = st.lists(
    st.tuples(
        st.integers(0, 40),  # when it comes
        st.integers(0, 3),  # how long it prepares
        st.integers(0, 30),  # how long it takes
        st.none() | st.integers(0, 70),  # when it is cancelled, after it came
        st.booleans(),  # whether it begins
        st.integers(0, 2),  # its place in the queue
    ),
    max_size=12,
)


@given(
    plans=PLANS,
    limits=st.builds(
        Limits,
        concurrency=st.none() | st.integers(1, 3),
        per_minute=st.none() | st.integers(1, 3),
    ),
)
def test_whoever_is_cancelled_when_nothing_leaks_and_no_limit_is_passed(
    plans: list[tuple[int, int, int, int | None, bool, int]], limits: Limits
) -> None:
    scene = Scene(limits)

    async def one(name: str, plan: tuple[int, int, int, int | None, bool, int]) -> None:
        comes, prepares, takes, cancelled, begins, place = plan
        await scene.clock.sleep(comes, path=name)
        task = scene.attempt(name, prepares_s=prepares, takes_s=takes, begins=begins, place=place)
        if cancelled is not None:
            await asyncio.sleep(0)  # one that has not begun to run would keep its token
            await scene.clock.sleep(cancelled, path=name)
            task.cancel()
        scene.clock.release()
        with suppress(asyncio.CancelledError):
            await task

    async def play() -> None:
        tasks = []
        for number, plan in enumerate(plans):
            scene.clock.hold()
            tasks.append(asyncio.create_task(one(f"p{number}", plan)))
        scene.clock.release()
        await asyncio.gather(*tasks)
        scene.clock.hold()
        await scene.free()

    played(scene, play)
    if limits.concurrency is not None:
        assert scene.most_inside <= limits.concurrency
    if limits.per_minute is not None:
        for _, first in scene.began:
            minute = [at for _, at in scene.began if first <= at < first + 60]
            assert len(minute) <= limits.per_minute
    if all(cancelled is None for *_, cancelled, _, _ in plans):
        begun = {f"p{number}" for number, plan in enumerate(plans) if plan[4]}
        assert begun <= {name for name, _ in scene.began}
