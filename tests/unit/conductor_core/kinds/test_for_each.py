"""Maps: limits, thresholds, cancelled places, and items that hold graphs of their own."""

from __future__ import annotations

from typing import Any

import pytest

from conductor_core.run import Start
from tests.unit.conductor_core.melodies import (
    arm,
    branch,
    for_each,
    melody,
    play,
    set_,
    step,
    trying,
)
from tests.unit.conductor_core.stand import Stand, attempts, fails, naps, statuses
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError
from workflow_ir.policy import SucceedIf
from workflow_ir.result import RunResult

BOTH = pytest.mark.parametrize("start", ["eager", "graph"])
REFUSED = StandardError.of("http.400")
ANY = SucceedIf(kind="any")


def count(n: int) -> SucceedIf:
    return SucceedIf(kind="count", count=n)


def mapped(stand: Stand, items: str, start: Start = "eager", **facts: Any) -> RunResult:
    return stand.run(
        melody(step("m", for_each(items, play(x="item"), **facts)), m="steps.m.output"), start
    )


@BOTH
def test_every_item_is_performed_with_its_value_and_indexes(start: Start) -> None:
    body = for_each("['a', 'b']", set_("[row, index, row_index]"), as_="row")
    result = Stand().run(melody(step("m", body), m="steps.m.output"), start)
    assert result.outputs == {"m": [["a", 0, 0], ["b", 1, 1]]}
    assert (result.steps["m"].failed, result.steps["m"].succeeded) == ([], 2)


@BOTH
def test_an_empty_list_succeeds_with_an_empty_list(start: Start) -> None:
    for rule in (None, ANY, count(3), SucceedIf(kind="percent", percent=80)):
        assert mapped(Stand(), "[]", start, succeed_if=rule).outputs == {"m": []}


@BOTH
@pytest.mark.parametrize(("concurrency", "seconds"), [(None, 1), (1, 5), (2, 3), (4, 2), (9, 1)])
def test_its_own_limit_holds(concurrency: int | None, seconds: float, start: Start) -> None:
    stand = Stand({"hand": naps(1)})
    mapped(stand, "range(5)", start, concurrency=concurrency)
    assert stand.elapsed == seconds


@BOTH
def test_items_that_wait_for_a_place_begin_in_their_order(start: Start) -> None:
    stand = Stand({"hand": naps(1)})
    mapped(stand, "range(12)", start, concurrency=2)
    assert stand.played == [f"m[{n}]" for n in range(12)]


@BOTH
def test_one_failure_cancels_the_rest_at_once(start: Start) -> None:
    stand = Stand({"hand": naps(9), "m[1]": naps(1, REFUSED)})
    result = mapped(stand, "range(4)", start, concurrency=3)
    assert statuses(result) == {
        "m": "failed", "m[0]": "cancelled", "m[1]": "failed", "m[2]": "cancelled",
        "m[3]": "cancelled",
    }  # fmt: skip
    assert stand.elapsed == 1
    assert stand.played == ["m[0]", "m[1]", "m[2]"]
    assert attempts(result, "m[3]") == []
    assert result.error is not None
    assert result.error.code == "parallel.threshold"
    assert result.error.detail == {"failed": [1]}
    assert result.steps["m"].output is None
    assert result.failed_step == "m"


@BOTH
def test_any_cancels_the_rest_and_does_not_degrade_the_run(start: Start) -> None:
    stand = Stand({"hand": naps(9), "m[2]": naps(1, "won")})
    result = mapped(stand, "range(4)", start, concurrency=3, succeed_if=ANY)
    assert result.outputs == {"m": [None, None, "won", None]}
    assert (result.status, result.steps["m"].failed, result.steps["m"].succeeded) == (
        "succeeded",
        [],
        1,
    )
    assert stand.elapsed == 1
    assert statuses(result)["m[3]"] == "cancelled"


@BOTH
def test_an_item_that_never_began_has_an_end_but_no_start(start: Start) -> None:
    stand = Stand({"hand": naps(9), "m[0]": naps(1)})
    mapped(stand, "range(3)", start, concurrency=2, succeed_if=ANY)
    assert stand.told(EventKind.STEP_STARTED, EventKind.STEP_FINISHED) == [
        (EventKind.STEP_STARTED, "m"),
        (EventKind.STEP_STARTED, "m[0]"),
        (EventKind.STEP_STARTED, "m[1]"),
        (EventKind.STEP_FINISHED, "m[0]"),
        (EventKind.STEP_FINISHED, "m[1]"),
        (EventKind.STEP_FINISHED, "m[2]"),
        (EventKind.STEP_FINISHED, "m"),
    ]


@BOTH
def test_an_item_that_waits_for_a_place_of_the_run_is_cancelled_without_an_attempt(
    start: Start,
) -> None:
    stand = Stand({"m[0]": naps(1)})
    ir = melody(step("m", for_each("range(3)", play(), succeed_if=ANY)), concurrency=1)
    result = stand.run(ir, start)
    assert stand.played == ["m[0]"]
    assert attempts(result, "m[1]") == []
    assert statuses(result)["m[1]"] == "cancelled"
    assert stand.told(EventKind.ATTEMPT_STARTED) == [(EventKind.ATTEMPT_STARTED, "m[0]")]


@BOTH
def test_more_than_there_are_items_fails_before_any_of_them_begins(start: Start) -> None:
    stand = Stand()
    result = mapped(stand, "range(2)", start, succeed_if=count(3))
    assert stand.played == []
    assert statuses(result) == {"m": "failed", "m[0]": "cancelled", "m[1]": "cancelled"}
    assert result.error is not None
    assert "can never meet" in result.error.message


@BOTH
def test_a_tolerated_failure_degrades_the_run_and_is_no_gap(start: Start) -> None:
    stand = Stand({"m[1]": fails("http.400")})
    result = mapped(stand, "range(4)", start, succeed_if=SucceedIf(kind="percent", percent=75))
    assert (result.status, result.gaps) == ("degraded", ())
    assert (statuses(result)["m"], statuses(result)["m[1]"]) == ("succeeded", "failed")
    assert (result.steps["m"].failed, result.steps["m"].succeeded) == ([1], 3)
    assert result.steps["m"].output[1] is None


@BOTH
def test_what_recovered_inside_makes_the_map_recovered(start: Start) -> None:
    seen: set[str] = set()

    async def unsteady(request: Any, grant: Any) -> Any:
        first = request.path not in seen
        seen.add(request.path)
        return StandardError.of("http.503") if first else {}

    ir = melody(step("m", for_each("[1, 2]", play(policy=trying(2)))))
    result = Stand({"hand": unsteady}).run(ir, start)
    assert (statuses(result)["m"], result.status) == ("recovered", "recovered")


def nested(verb: Any) -> Any:
    """A map over branches; in the arm ``deep`` a map over branches again, whose arm plays."""
    inner = branch(arm("leaf", None, step("m.deep.k.leaf.x", verb), result="steps.x.output"))
    k = step("m.deep.k", for_each("row", inner, as_="cell"))
    after = step("m.deep.after", set_("[c.v for c in steps.k.output]"), "m.deep.k")
    deep = arm("deep", "len(row) > 0", k, after, result="steps.after.output")
    flat = arm("flat", None, result="[]")
    outer = for_each("[[1, 2], [], [3]]", branch(deep, flat), as_="row")
    return melody(step("base", set_("10")), step("m", outer, "base"), m="steps.m.output")


@BOTH
def test_a_map_inside_an_arm_inside_a_map_keeps_its_data_and_paths_apart(start: Start) -> None:
    ir = nested(play(v="steps.base.output * cell + row_index * 100 + cell_index * 1000"))
    stand = Stand()
    result = stand.run(ir, start)
    assert result.outputs == {"m": [[10, 1020], [], [230]]}
    assert sorted(stand.played) == [
        "m[0].deep.k[0].leaf.x",
        "m[0].deep.k[1].leaf.x",
        "m[2].deep.k[0].leaf.x",
    ]
    assert set(statuses(result).values()) == {"succeeded"}
    assert result.steps["m[0].deep.k[1]"].branch == "leaf"
    assert result.entries["m[0].deep.k[1]/m.deep.k.leaf.x"] == 1


@BOTH
def test_a_failure_inside_of_it_ends_all_of_it(start: Start) -> None:
    stand = Stand({"hand": naps(9, {"v": 1}), "m[0].deep.k[1].leaf.x": naps(1, REFUSED)})
    result = stand.run(nested(play(v="1")), start)
    told = statuses(result)
    assert (told["m[0].deep.k[1]"], told["m[0].deep.k"], told["m[0]"], told["m"]) == ("failed",) * 4
    assert (told["m[0].deep.k[0].leaf.x"], told["m[2].deep.k[0].leaf.x"], told["m[2]"]) == (
        "cancelled",
    ) * 3
    assert (told["m[0].deep.after"], told["m[1]"]) == ("pending", "succeeded")
    assert stand.elapsed == 1
    assert result.failed_step == "m"


@BOTH
def test_any_of_it_cancels_graphs_of_items_that_are_not_needed(start: Start) -> None:
    inner = branch(
        arm("leaf", None, step("m.leaf.x", play()), step("m.leaf.y", play(), "m.leaf.x"))
    )
    stand = Stand({"hand": naps(5), "m[1].leaf.x": naps(1), "m[1].leaf.y": naps(1)})
    ir = melody(step("m", for_each("range(3)", inner, succeed_if=ANY)), step("after", play(), "m"))
    result = stand.run(ir, start)
    assert {path: statuses(result)[path] for path in ("m", "m[0]", "m[1]", "m[2]", "after")} == {
        "m": "succeeded", "m[0]": "cancelled", "m[1]": "succeeded", "m[2]": "cancelled",
        "after": "succeeded",
    }  # fmt: skip
    assert statuses(result)["m[0].leaf.x"] == "cancelled"
    assert statuses(result)["m[0].leaf.y"] == "pending"
    assert result.status == "succeeded"
    assert stand.elapsed == 7


@BOTH
def test_an_arm_of_an_item_that_waits_when_the_verdict_falls_is_cancelled_not_failed(
    start: Start,
) -> None:
    inner = branch(arm("leaf", None, step("m.leaf.x", play())))
    stand = Stand({"hand": naps(1)})
    ir = melody(step("m", for_each("range(3)", inner, succeed_if=ANY)), concurrency=1)
    result = stand.run(ir, start)
    assert (statuses(result)["m[1]"], statuses(result)["m[1].leaf.x"]) == ("cancelled", "cancelled")
    assert (result.status, result.steps["m"].failed) == ("succeeded", [])
