"""A run: what starts when, what a failure does to the others, and that nothing is left."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from conductor_core import nodes
from conductor_core.journal.memory import MemoryJournal
from conductor_core.kinds import step as step_kind
from conductor_core.ports import Grant, PlayRequest
from conductor_core.run import Run, Start
from tests.unit.conductor_core.melodies import (
    arm,
    branch,
    for_each,
    melody,
    play,
    set_,
    step,
    trying,
    when,
)
from tests.unit.conductor_core.stand import Stand, attempts, fails, naps, statuses
from workflow_ir.events import Event, EventKind
from workflow_ir.outcome import StandardError
from workflow_ir.policy import Importance, Rung, SucceedIf
from workflow_ir.steps import Set

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])
REFUSED = StandardError.of("http.400")

CROSSING = melody(
    step("a", play()), step("b", play()), step("c", play(), "a"), step("d", play(), "b")
)


@BOTH
def test_a_step_starts_as_soon_as_what_it_reads_has_settled(start: Start) -> None:
    stand = Stand({"a": naps(1), "b": naps(5), "c": naps(5), "d": naps(1)})
    stand.run(CROSSING, start)
    assert stand.elapsed == 6
    assert [path for _, path in stand.told(EventKind.STEP_FINISHED)] == ["a", "b", "c", "d"]


@BOTH
def test_a_chain_hands_its_values_on(start: Start) -> None:
    steps = [step("s0", set_("0"))]
    steps += [step(f"s{n}", set_(f"steps.s{n - 1}.output + 1"), f"s{n - 1}") for n in range(1, 300)]
    assert Stand().run(melody(*steps, n="steps.s299.output"), start).outputs == {"n": 299}


def test_in_eager_mode_a_step_needs_no_framework_to_start() -> None:
    entered: list[list[str]] = []

    async def late(run: Run) -> None:
        for _ in range(50):
            await asyncio.sleep(0)
        entered.append(stand.played.copy())
        for address in "abcd":
            await nodes.enter(run, address)

    stand = Stand()
    assert stand.run(CROSSING, "eager", drive=late).status == "succeeded"
    assert entered == [["a", "b", "c", "d"]]


def test_in_graph_mode_a_step_starts_only_when_its_node_is_entered() -> None:
    seen: list[list[str]] = []

    async def one_by_one(run: Run) -> None:
        for address in "badc":
            for _ in range(20):
                await asyncio.sleep(0)
            seen.append(stand.played.copy())
            await nodes.enter(run, address)

    stand = Stand()
    assert stand.run(CROSSING, "graph", drive=one_by_one).status == "succeeded"
    assert seen == [[], ["b"], ["b", "a"], ["b", "a", "d"]]


def test_of_ready_steps_the_more_important_one_starts_first_then_the_earlier_one() -> None:
    stand = Stand({"hand": naps(1)})
    low, high = Importance.LOW, Importance.HIGH
    stand.run(
        melody(
            step("first", set_("1")),
            step("low", play(), priority=low),
            step("late", play(), "first"),
            step("early", play()),
            step("high", play(), priority=high),
            concurrency=1,
        )
    )
    # `late` became ready before anybody had to wait, and stands before `early` in the file
    assert stand.played == ["high", "late", "early", "low"]


def test_the_weight_of_a_task_multiplies_the_score_of_its_priority() -> None:
    stand = Stand({"hand": naps(1)})
    high = Importance.HIGH
    stand.run(
        melody(
            step("video", play(), priority=high, weight=0.8),
            step("mail", play(), weight=1.2),
            step("fraud", play(), priority=high, weight=1.5),
            step("finance", play(), weight=1.5),
            concurrency=1,
        )
    )
    # 3 x 1.5, 2 x 1.5, 3 x 0.8, and 2 x 1.2, which is as much but stands later in the file
    assert stand.played == ["fraud", "finance", "video", "mail"]


def test_items_of_an_important_step_pass_the_steps_that_wait() -> None:
    stand = Stand({"hand": naps(1)})
    stand.run(
        melody(
            step("a", play()),
            step("m", for_each("range(12)", play()), priority=Importance.HIGH),
            step("z", play()),
            concurrency=1,
        )
    )
    assert stand.played == ["a", *(f"m[{n}]" for n in range(12)), "z"]


def test_items_and_steps_of_equal_priority_follow_the_file() -> None:
    stand = Stand({"hand": naps(1)})
    stand.run(
        melody(
            step("a", play()),
            step("m", for_each("[1, 2]", play())),
            step("z", play()),
            concurrency=1,
        )
    )
    assert stand.played == ["a", "m[0]", "m[1]", "z"]


# --- failure ---------------------------------------------------------------------------------


@BOTH
def test_the_first_failure_cancels_and_awaits_the_others(start: Start) -> None:
    ended: list[str] = []

    async def slow_to_end(request: PlayRequest, grant: Grant) -> Any:
        assert grant.clock is not None
        try:
            await grant.clock.sleep(100, path=request.path)
        finally:
            await asyncio.sleep(0.001)
            ended.append(request.path)

    stand = Stand({"bad": naps(1, REFUSED), "hand": slow_to_end})
    arms = branch(
        arm(
            "x", None, step("route.x.inner", play()), step("route.x.later", play(), "route.x.inner")
        )
    )
    ir = melody(
        step("bad", play()),
        step("beside", play()),
        step("route", arms),
        step("items", for_each("range(3)", play(), concurrency=2)),
        step("after", play(), "beside"),
    )
    result = stand.run(ir, start)
    assert statuses(result) == {
        "bad": "failed", "beside": "cancelled", "route": "cancelled", "route.x.inner": "cancelled",
        "route.x.later": "pending", "items": "cancelled", "items[0]": "cancelled",
        "items[1]": "cancelled", "items[2]": "pending", "after": "pending",
    }  # fmt: skip
    assert sorted(ended) == ["beside", "items[0]", "items[1]", "route.x.inner"]
    assert not stand.going.total()
    assert stand.elapsed == 1
    assert result.failed_step == "bad"


@BOTH
def test_nothing_new_starts_at_the_moment_of_a_failure(start: Start) -> None:
    stand = Stand(
        {"a": naps(1, REFUSED), "b": naps(1), "retries": naps(0.5, StandardError.of("http.503"))}
    )
    ir = melody(
        step("a", play()),
        step("b", play()),
        step("reads_b", play(), "b"),
        step("retries", play(policy=trying(5, initial_s=0.5))),
    )
    result = stand.run(ir, start)
    assert stand.played == ["a", "b", "retries"]
    assert statuses(result)["reads_b"] == "pending"
    assert attempts(result, "retries") == ["hand http.503 retry 0.5"]


def test_who_would_begin_in_the_same_moment_as_a_failure_stays_pending() -> None:
    stand = Stand()
    result = stand.run(
        melody(step("bad", set_("inputs.nothing")), step("b", play()), step("c", set_("1")))
    )
    assert statuses(result) == {"bad": "failed", "b": "pending", "c": "pending"}
    assert [path for _, path in stand.told(EventKind.STEP_STARTED)] == ["bad"]


@BOTH
def test_a_failure_inside_is_named_where_it_happened(start: Start) -> None:
    inner = branch(arm("y", None, step("route.x.deep.y.bad", play())))
    ir = melody(step("route", branch(arm("x", None, step("route.x.deep", inner)))))
    result = Stand({"hand": fails("http.400")}).run(ir, start)
    assert result.failed_step == "route.x.deep.y.bad"
    assert set(statuses(result).values()) == {"failed"}


INDEPENDENT = melody(
    step("bad", play()),
    step("beside", play()),
    step("reads", play(), "bad"),
    step("reads_that", set_("1"), "reads"),
    step("tolerates", set_("default(steps.bad.output, 'none')"), tolerates=("bad",)),
    step("after", play(), "beside"),
    on_step_failure="finish_independent",
)


@BOTH
@pytest.mark.parametrize("fails_after", [0, 1])
def test_independent_steps_finish_and_dependants_are_cancelled(
    start: Start, fails_after: float
) -> None:
    stand = Stand({"bad": naps(fails_after, REFUSED), "hand": naps(3)})
    result = stand.run(INDEPENDENT, start)
    assert statuses(result) == {
        "bad": "failed", "beside": "succeeded", "reads": "cancelled", "reads_that": "cancelled",
        "tolerates": "succeeded", "after": "succeeded",
    }  # fmt: skip
    for path in ("reads", "reads_that"):
        error = result.steps[path].error
        assert error is not None
        assert error.code == "dependency.failed"
    assert attempts(result, "reads") == []
    assert result.error == result.steps["bad"].error
    assert stand.elapsed == 6


@BOTH
def test_a_failure_in_the_first_moment_still_lets_independent_steps_finish(start: Start) -> None:
    ir = melody(
        step("bad", set_("inputs.nothing")),
        step("beside", play()),
        step("after", set_("1"), "beside"),
        on_step_failure="finish_independent",
    )
    result = Stand({"beside": naps(2)}).run(ir, start)
    assert statuses(result) == {"bad": "failed", "beside": "succeeded", "after": "succeeded"}


@BOTH
def test_a_long_chain_of_dependants_is_cancelled_alike(start: Start) -> None:
    steps = [step("s0", set_("inputs.nothing"))]
    steps += [step(f"s{n}", set_("1"), f"s{n - 1}") for n in range(1, 1500)]
    result = Stand().run(melody(*steps, on_step_failure="finish_independent"), start)
    assert Counter(statuses(result).values()) == {"failed": 1, "cancelled": 1499}


@BOTH
def test_a_step_of_an_arm_that_reads_what_failed_before_is_cancelled_too(start: Start) -> None:
    inner = step("route.x.reads", play(), "bad")
    ir = melody(
        step("bad", play()),
        step("slow", play()),
        step("route", branch(arm("x", None, inner, step("route.x.free", play()))), "slow"),
        on_step_failure="finish_independent",
    )
    result = Stand({"bad": fails("http.400"), "slow": naps(1)}).run(ir, start)
    assert statuses(result) == {
        "bad": "failed", "slow": "succeeded", "route": "failed",
        "route.x.reads": "cancelled", "route.x.free": "succeeded",
    }  # fmt: skip


@BOTH
def test_after_a_gap_dependants_run(start: Start) -> None:
    ir = melody(
        step("a", play(on_failure=(Rung.SKIP,))),
        step("b", set_("default(steps.a.output, steps.a.status)"), tolerates=("a",)),
        b="steps.b.output",
    )
    result = Stand({"a": fails("http.400")}).run(ir, start)
    assert result.outputs == {"b": "gap"}
    assert result.status == "degraded"


@BOTH
def test_a_skipped_step_reads_as_absent(start: Start) -> None:
    ir = melody(
        step("a", when("false", play())),
        step("b", set_("[steps.a.ok, steps.a.status, default(steps.a.output, 0)]"), "a"),
        b="steps.b.output",
    )
    assert Stand().run(ir, start).outputs == {"b": [False, "skipped", 0]}


# --- what goes wrong round the steps ---------------------------------------------------------


class Broken(Exception):
    pass


@BOTH
@pytest.mark.parametrize(
    "place",
    [step("b", set_("1")), step("m", for_each("[1, 2]", set_("1"))),
     step("route", branch(arm("x", None, step("route.x.b", set_("1")))))],
    ids=["step", "item", "arm"],
)  # fmt: skip
def test_a_bug_in_a_handler_ends_the_run_instead_of_hanging(
    start: Start, place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        await asyncio.sleep(0)
        raise Broken

    monkeypatch.setitem(step_kind.VERBS, Set, broken)
    stand = Stand({"a": naps(100)})
    with pytest.raises(Broken):
        stand.run(melody(step("a", play()), place), start)
    assert not stand.left
    assert stand.tokens == 0
    assert stand.events[-1].facts == {"status": "failed", "error": None, "fault": "Broken: "}


class FullDisk(MemoryJournal):
    """Refuses every event from the ``nth`` of a kind on."""

    def __init__(self, kind: EventKind, nth: int = 1) -> None:
        super().__init__()
        self._kind, self._left = kind, nth

    def append(self, event: Event) -> None:
        self._left -= event.kind is self._kind
        if self._left <= 0:
            raise OSError("no space left")
        super().append(event)


ALL_SORTS = melody(
    step("a", play(gate="true")),
    step("slow", play()),
    step("m", for_each("[1, 2]", play(), concurrency=1)),
    step("route", branch(arm("x", None, step("route.x.b", play())))),
    step("unsteady", play(policy=trying(2))),
)


@BOTH
@pytest.mark.parametrize("nth", [1, 3])
@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind is not EventKind.RUN_FINISHED])
def test_a_journal_that_cannot_be_written_ends_the_run(
    kind: EventKind, nth: int, start: Start
) -> None:
    acts = {"slow": naps(50), "unsteady": fails("http.503")}
    healthy = Stand(acts)
    healthy.run(ALL_SORTS, start)
    stand = Stand(acts, FullDisk(kind, nth))
    if len(healthy.told(kind)) < nth:
        assert stand.run(ALL_SORTS, start).status == "failed"
    else:
        with pytest.raises(OSError, match="no space left"):
            stand.run(ALL_SORTS, start)
    assert not stand.left
    assert stand.tokens == 0
    assert not stand.going.total()


def test_a_journal_that_fails_at_the_very_end_says_so() -> None:
    stand = Stand(journal=FullDisk(EventKind.RUN_FINISHED))
    with pytest.raises(OSError, match="no space left"):
        stand.run(melody(step("a", set_("1"))))


def cancelled_run(stand: Stand, ir: Any, start: Start, *, after: float = 0.01) -> BaseException:
    async def alone() -> BaseException:
        task = asyncio.create_task(stand.perform(ir, start))
        await asyncio.sleep(after)
        task.cancel()
        await asyncio.wait({task})
        stand.left = asyncio.all_tasks() - {asyncio.current_task()}
        try:
            task.result()
        except BaseException as ending:  # noqa: BLE001
            return ending
        raise AssertionError("not cancelled")

    return asyncio.run(alone())


async def works(request: PlayRequest, grant: Grant) -> Any:
    await asyncio.sleep(60)


@BOTH
@pytest.mark.parametrize("after", [0.0, 0.01])
def test_the_callers_cancellation_ends_everything_first(start: Start, after: float) -> None:
    stand = Stand({"hand": works})
    ir = melody(
        step("a", play()),
        step("m", for_each("[1, 2, 3]", play(), concurrency=2)),
        step("route", branch(arm("x", None, step("route.x.b", play())))),
    )
    assert isinstance(cancelled_run(stand, ir, start, after=after), asyncio.CancelledError)
    assert not stand.left
    assert not stand.going.total()
    assert stand.tokens == 0
    assert stand.events[-1].facts == {"status": "cancelled", "error": None}


def test_a_journal_that_fails_does_not_replace_the_callers_cancellation() -> None:
    stand = Stand({"hand": works}, FullDisk(EventKind.RUN_FINISHED))
    ending = cancelled_run(stand, melody(step("a", play())), "eager")
    assert isinstance(ending, asyncio.CancelledError)
    assert ending.__notes__ == ["the journal lacks the end of the run: no space left"]


def test_a_step_whose_task_is_cancelled_from_outside_fails_the_run_instead_of_hanging() -> None:
    async def sabotage(request: PlayRequest, grant: Grant) -> Any:
        for task in asyncio.all_tasks():
            if "Run._perform" in repr(task.get_coro()):
                task.cancel()
        await asyncio.sleep(0)

    result = Stand({"a": sabotage}).run(melody(step("a", play()), step("b", set_("1"), "a")))
    assert statuses(result) == {"a": "cancelled", "b": "pending"}
    assert (result.status, result.error and result.error.code) == ("failed", "cancelled")


# --- events ----------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("fault", [None, "http.400"])
def test_events_have_no_gaps_and_what_started_finished(fault: str | None, start: Start) -> None:
    any_of = for_each("range(4)", play(), concurrency=2, succeed_if=SucceedIf(kind="any"))
    ir = melody(
        *ALL_SORTS.root.steps,
        step("any", any_of),
        step("skipped", when("false", play())),
        step("bad", play()),
        on_step_failure="finish_independent",
    )
    acts = {"bad": naps(2, StandardError.of(fault) if fault else None), "hand": naps(3)}
    acts |= {"any[1]": naps(1), "unsteady": naps(1)}
    stand = Stand(acts)
    result = stand.run(ir, start)
    assert [event.seq for event in stand.events] == list(range(1, len(stand.events) + 1))
    assert (stand.events[0].kind, stand.events[-1].kind) == (
        EventKind.RUN_STARTED,
        EventKind.RUN_FINISHED,
    )
    started = Counter(path for _, path in stand.told(EventKind.STEP_STARTED))
    finished = Counter(path for _, path in stand.told(EventKind.STEP_FINISHED))
    assert set(started.values()) == set(finished.values()) == {1}
    assert set(started) <= set(finished)
    assert set(finished) == {path for path, one in result.steps.items() if one.status.settled}
    for event in stand.events:
        if event.kind is EventKind.STEP_FINISHED:
            assert event.facts["record"] == result.steps[event.path].to_record()
    moments = [event.time for event in stand.events]
    assert moments == sorted(moments)
