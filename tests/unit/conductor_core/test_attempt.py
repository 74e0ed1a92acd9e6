"""One attempt: whatever a player does, there is an outcome, and the tightest limit holds."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from conductor_core import attempt as attempt_module
from conductor_core.attempt import attempt
from conductor_core.clock.lease import Lease
from conductor_core.clock.virtual import START, VirtualClock
from conductor_core.failure.deadline import Limits
from conductor_core.ports import Grant, PlayRequest
from workflow_ir.outcome import StandardError, Success
from workflow_ir.policy import Policy

Play = Callable[[Grant], Awaitable[Any]]
NO_LIMIT = Policy()


class Player:
    def __init__(self, play: Play) -> None:
        self._play = play

    async def play(self, request: PlayRequest, grant: Grant) -> Any:
        return await self._play(grant)


def request() -> PlayRequest:
    return PlayRequest("a", "a", "hand", {}, False, None, None, 1, {}, "key")


class Scene:
    """One attempt in virtual time."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.left_behind: set[asyncio.Task[Any]] = set()

    def ask(
        self, play: Play, policy: Policy = NO_LIMIT, claim_s: float | None = None
    ) -> Success | StandardError:
        return asyncio.run(self._ask(play, Limits.of(policy, claim_s, self.clock.now())))

    async def _ask(self, play: Play, limits: Limits) -> Success | StandardError:
        self.clock.hold()
        answer = await attempt(Player(play), request(), limits, self.clock)
        assert self.clock._tokens == 1
        self.left_behind = asyncio.all_tasks() - {asyncio.current_task()}
        for task in self.left_behind:
            task.cancel()
        return answer

    @property
    def elapsed(self) -> float:
        return round(self.clock.now() - START, 6)


def code(play: Play, **facts: Any) -> str:
    """The code of the failure; nothing may be left of the player."""
    scene = Scene()
    answer = scene.ask(play, **facts)
    assert isinstance(answer, StandardError)
    assert not scene.left_behind
    return answer.code


def sleeping(seconds: float) -> Play:
    async def play(grant: Grant) -> Any:
        assert grant.clock is not None
        await grant.clock.sleep(seconds)
        return Success(None)

    return play


def raising(problem: BaseException) -> Play:
    async def play(grant: Grant) -> Any:
        raise problem

    return play


def returning(value: Any) -> Play:
    async def play(grant: Grant) -> Any:
        return value

    return play


class Odd(BaseException):
    pass


class Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError("not even this")


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (KeyError("x"), "player.bug"),
        (ConnectionRefusedError(), "transport.connect"),
        (MemoryError(), "resource.memory"),
        (Odd("odd"), "player.crash"),
        (GeneratorExit(), "player.crash"),
        (SystemExit(3), "player.crash"),
        (asyncio.CancelledError(), "player.cancelled_self"),
        (BaseExceptionGroup("several", [Odd("odd"), KeyError("x")]), "player.crash"),
        (Mute(), "player.crash"),
        (RecursionError(), "player.bug"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_whatever_a_player_raises_is_an_outcome(problem: BaseException, expected: str) -> None:
    assert code(raising(problem)) == expected


def test_sys_exit_is_told_with_its_code() -> None:
    answer = Scene().ask(lambda grant: sys.exit("enough"))
    assert isinstance(answer, StandardError)
    assert "sys.exit('enough')" in answer.message


@pytest.mark.parametrize("garbage", [None, 42, "text", {"output": 1}, Success, object()])
def test_what_is_neither_success_nor_error_is_a_bug_of_the_player(garbage: Any) -> None:
    assert code(returning(garbage)) == "player.bug"


def test_an_answer_passes_as_it_is() -> None:
    assert Scene().ask(returning(Success({"n": 1}, usd=0.5))) == Success({"n": 1}, usd=0.5)
    error = StandardError.of("output.refused", "no")
    assert Scene().ask(returning(error)) == error


LIMITS = [
    # policy                                                  claim  stops at  code
    (Policy(timeout_s=2),                                      None, 2,   "timeout.attempt"),
    (Policy(timeout_s=5),                                      2,    2,   "timeout.attempt"),
    (Policy(timeout_s=2),                                      5,    2,   "timeout.attempt"),
    (Policy(),                                                 2,    2,   "timeout.attempt"),
    (Policy(timeout_s=5, total_timeout_s=3),                   None, 3,   "policy.wall_time"),
    (Policy(timeout_s=3, total_timeout_s=3),                   None, 3,   "policy.wall_time"),
    (Policy(timeout_s=2, total_timeout_s=3),                   None, 2,   "timeout.attempt"),
    (Policy(wall_s=3),                                         None, 3,   "policy.wall_time"),
    (Policy(timeout_s=3, wall_s=3),                            None, 3,   "policy.wall_time"),
    (Policy(timeout_s=3, total_timeout_s=3, wall_s=3),         None, 3,   "policy.wall_time"),
    (Policy(),                                                 None, 300, "policy.wall_time"),
]  # fmt: skip


@pytest.mark.parametrize(("policy", "claim_s", "stops_at", "expected"), LIMITS)
def test_the_tightest_limit_stops_and_the_outer_one_wins_ties(
    policy: Policy, claim_s: float | None, stops_at: float, expected: str
) -> None:
    scene = Scene()
    answer = scene.ask(sleeping(1000), policy, claim_s)
    assert isinstance(answer, StandardError)
    assert (answer.code, scene.elapsed) == (expected, stops_at)


def test_a_limit_beats_work_that_ends_with_it() -> None:
    assert code(sleeping(2), policy=Policy(timeout_s=2)) == "timeout.attempt"
    assert Scene().ask(sleeping(1.999), Policy(timeout_s=2)) == Success(None)


def test_of_total_limit_and_wall_that_fall_together_the_wall_is_named() -> None:
    answer = Scene().ask(sleeping(9), Policy(total_timeout_s=3, wall_s=3))
    assert isinstance(answer, StandardError)
    assert answer.policy_limit == "wall"
    assert answer.detail == {"unable_to_complete": True}


def test_limits_are_told_apart_by_microseconds_and_no_finer() -> None:
    limits = Limits.of(Policy(timeout_s=2, total_timeout_s=3, wall_s=3), None, START)
    limits.worked(0.1 + 0.2 + 0.7)
    assert limits.tightest(START + 0.1 + 0.2 + 0.7) == (2.0, "wall")


def test_waiting_for_a_place_counts_against_no_limit_of_a_player() -> None:
    limits = Limits.of(Policy(total_timeout_s=3), None, START)
    limits.queued(10)
    assert limits.left(START + 10) == 3
    assert limits.tightest(START + 10) == (3, "total_timeout")


def test_an_attempt_without_time_left_is_not_made() -> None:
    limits = Limits.of(Policy(wall_s=1), None, START)
    limits.worked(1)
    answer = asyncio.run(Scene()._ask(raising(AssertionError("asked")), limits))
    assert isinstance(answer, StandardError)
    assert answer.code == "policy.wall_time"


def test_only_attempts_count_against_the_wall() -> None:
    scene, limits = Scene(), Limits.of(Policy(wall_s=5), None, START)

    async def both() -> None:
        await scene._ask(sleeping(2), limits)
        await scene.clock.sleep(100)
        scene.clock.release()

    asyncio.run(both())
    assert limits.wall_s == 3


def test_a_player_sees_its_deadline_and_the_runs_time() -> None:
    seen: list[float] = []

    async def play(grant: Grant) -> Any:
        assert grant.clock is not None
        assert grant.deadline is not None
        seen.extend((grant.clock.now(), grant.deadline))
        return Success(None)

    Scene().ask(play, Policy(timeout_s=7))
    assert seen == [START, START + 7]


def test_a_player_that_swallows_its_cancellation_and_answers_is_late_all_the_same() -> None:
    async def play(grant: Grant) -> Any:
        assert grant.clock is not None
        try:
            await grant.clock.sleep(100)
        except asyncio.CancelledError:
            return Success("too late")

    assert code(play, policy=Policy(timeout_s=2)) == "timeout.attempt"


def test_a_player_that_never_ends_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt_module, "GRACE_S", 0.02)
    scene = Scene()
    calls = 0

    async def stubborn(grant: Grant) -> Any:
        nonlocal calls
        while calls < 3:  # it must end some time, or the loop could not be closed
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                calls += 1

    answer = scene.ask(stubborn, Policy(timeout_s=0.01))
    assert isinstance(answer, StandardError)
    assert answer.code == "timeout.attempt"
    assert len(scene.left_behind) == 1


def test_who_is_left_behind_asleep_leaves_the_token_with_its_step() -> None:
    scene = Scene()

    async def both() -> None:
        limits = Limits.of(Policy(timeout_s=10), None, scene.clock.now())
        naps = 0

        async def play(grant: Grant) -> Any:
            nonlocal naps
            assert grant.clock is not None
            while naps < 2:
                try:
                    naps += 1
                    await grant.clock.sleep(600)
                except asyncio.CancelledError:
                    continue

        answer = await scene._ask(play, limits)
        assert isinstance(answer, StandardError)
        assert answer.code == "timeout.attempt"
        assert scene.elapsed == 10 + attempt_module.GRACE_S
        await asyncio.wait(scene.left_behind)
        await asyncio.sleep(0)
        assert scene.clock._tokens == 1
        assert scene.elapsed == 10 + attempt_module.GRACE_S

    asyncio.run(both())


def test_a_player_that_blocks_in_a_thread_is_stopped_in_real_time() -> None:
    ended = threading.Event()

    async def play(grant: Grant) -> Any:
        try:
            await asyncio.to_thread(time.sleep, 0.2)
        finally:
            ended.set()

    scene = Scene()
    answer = scene.ask(play, Policy(timeout_s=0.02))
    assert isinstance(answer, StandardError)
    assert answer.code == "timeout.attempt"
    assert ended.is_set()
    assert scene.elapsed == 0


def test_a_player_that_blocks_the_loop_cannot_outlive_its_limit_unnoticed() -> None:
    async def play(grant: Grant) -> Any:
        time.sleep(0.05)  # noqa: ASYNC251  that is the point
        await asyncio.sleep(0.01)
        return Success("late")

    assert code(play, policy=Policy(timeout_s=0.02)) == "timeout.attempt"


def cancelled_attempt(play: Play, times: int = 1) -> Scene:
    """Cancel the caller of an attempt while the player performs."""
    scene = Scene()

    async def alone() -> None:
        scene.clock.hold()
        scene.clock.hold()  # of somebody else: time stands still
        limits = Limits.of(NO_LIMIT, None, scene.clock.now())
        task = asyncio.create_task(attempt(Player(play), request(), limits, scene.clock))
        for _ in range(times):
            await asyncio.sleep(0.005)
            task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()
        assert scene.clock._tokens == 2
        scene.left_behind = asyncio.all_tasks() - {asyncio.current_task()}

    asyncio.run(alone())
    return scene


def test_the_callers_cancellation_ends_the_player_first() -> None:
    ended: list[str] = []

    async def play(grant: Grant) -> Any:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            ended.append("player")

    assert not cancelled_attempt(play).left_behind
    assert ended == ["player"]


def test_a_second_cancellation_does_not_leave_the_player_behind() -> None:
    ended: list[str] = []

    async def play(grant: Grant) -> Any:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.03)
            ended.append("player")

    assert not cancelled_attempt(play, times=3).left_behind
    assert ended == ["player"]


def test_a_cancelled_player_that_never_ends_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt_module, "GRACE_S", 0.02)
    swallowed = 0

    async def play(grant: Grant) -> Any:
        nonlocal swallowed
        assert grant.clock is not None
        while swallowed < 2:
            try:
                await grant.clock.sleep(600)
            except asyncio.CancelledError:
                swallowed += 1

    assert len(cancelled_attempt(play).left_behind) == 1


def test_a_limit_that_falls_with_the_end_of_a_player_changes_nothing() -> None:
    async def alone() -> None:
        clock = VirtualClock()
        clock.hold()
        lease = Lease(clock)
        watch = attempt_module._Watch(Player(returning(Success(1))), request(), lease, Grant(START))
        await watch.ended()
        watch.ring()
        assert not watch.rang
        assert attempt_module._outcome(watch.task, "hand") == Success(1)

    asyncio.run(alone())


@pytest.mark.parametrize("clock_s", [0.0, 1.0])
def test_a_player_that_blocked_the_loop_past_its_limit_has_expired_though_it_answered(
    clock_s: float,
) -> None:
    async def play(grant: Grant) -> Any:
        assert grant.clock is not None
        if clock_s:
            await grant.clock.sleep(clock_s)
        time.sleep(0.1)  # noqa: ASYNC251 - no alarm can ring meanwhile
        return Success("late")

    # Virtual time stands while it works; then the machine's own time tells, unless it has slept.
    scene = Scene()
    answer = scene.ask(play, Policy(timeout_s=0.05 if clock_s == 0 else 1.05))
    expected = "timeout.attempt" if clock_s == 0 else None
    assert getattr(answer, "code", None) == expected
