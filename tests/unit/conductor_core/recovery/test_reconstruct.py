"""``reconstruct``: what a missing output is made of, and why it may lead nowhere."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.pipeline import compile_text
from conductor_core.run import Start
from tests.unit.conductor_core.stand import (
    Stand,
    answering,
    attempts,
    code,
    echo,
    fails,
    naps,
    one_after_the_other,
    statuses,
)
from workflow_ir.allow import Allow
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError, Success
from workflow_ir.players import Cost as Declared
from workflow_ir.result import RunResult
from workflow_ir.workflow import WorkflowIR

MODES: tuple[Start, ...] = ("eager", "graph")


def tune(steps: str, top: str = "") -> WorkflowIR:
    """A Melody whose players are ``hand`` and ``maker``."""
    players = 'players: {hand: {python: "band:hand"}, maker: {python: "band:maker"}}'
    text = f"melody: v1\nname: tune\n{players}\n{top}\nsteps:\n{steps}"
    made = compile_text(text, allow=Allow(python=("band",)))
    assert made.ir is not None, [one.message for one in made.diagnostics]
    return made.ir


LOST = """
  x: {play: hand, output: {n: integer}}
  a:
    play: hand
    output: {n: integer}
    gate: {check: output.n > 0}
    on_failure: [reconstruct, skip]
    reconstruct: {from: "${{ steps.x.output }}", play: maker}
  after: {set: "${{ default(steps.a.output.n, -1) }}"}
"""


def lost(stand: Stand, start: Start = "eager") -> RunResult:
    """``a`` is lost and made of ``x``, which takes 2 s."""
    stand.acts.setdefault("x", naps(2, {"n": 7}))
    stand.acts.setdefault("a", fails("unable_to_complete"))
    return stand.run(tune(LOST), start)


@pytest.mark.parametrize("start", MODES)
def test_an_independent_artifact_is_waited_for_and_the_output_is_inferred(start: Start) -> None:
    stand = Stand()
    result = lost(stand, start)
    assert attempts(result, "a") == ["hand unable_to_complete reconstruct", "maker success"]
    assert [one.n for one in result.steps["a"].attempts] == [1, 2]
    assert statuses(result) == {"x": "succeeded", "a": "recovered", "after": "succeeded"}
    record = result.steps["a"]
    assert (record.output, record.provenance, record.player) == ({"n": 7}, "inferred", "maker")
    assert (result.status, stand.elapsed) == ("recovered", 2)


def test_the_player_is_asked_beside_the_step_and_the_events_say_so() -> None:
    stand = Stand()
    lost(stand)
    assert stand.played == ["x", "a", "a~reconstruct"]
    told = [event for event in stand.events if event.path == "a~reconstruct"]
    assert [event.kind for event in told] == [
        EventKind.ATTEMPT_STARTED, EventKind.GATE_CHECKED, EventKind.RECONSTRUCTED,
    ]  # fmt: skip
    assert told[-1].facts == {"from": ["x"], "player": "maker"}
    assert told[0].facts == {"n": 2, "player": "maker"}


@pytest.mark.parametrize(
    ("made", "error"),
    [
        ({"n": 0}, "gate.failed"),
        ({"n": "many"}, "output.schema"),
        (StandardError.of("http.503"), "http.503"),
    ],
)
def test_what_is_made_meets_the_schema_and_passes_the_gate_or_the_next_rung_is_taken(
    made: Any, error: str
) -> None:
    stand = Stand({"maker": naps(0, made)})
    result = lost(stand)
    assert attempts(result, "a") == ["hand unable_to_complete reconstruct", f"maker {error} skip"]
    assert (statuses(result)["a"], result.steps["a"].provenance) == ("gap", None)
    assert result.steps["after"].output == -1
    failed = [event for event in stand.events if event.kind is EventKind.ATTEMPT_FAILED]
    assert [event.path for event in failed] == ["a", "a~reconstruct"]
    decided = [event for event in stand.events if event.kind is EventKind.DECISION][-1]
    assert decided.facts["rejected"] == [{"rung": "reconstruct", "reason": "reconstruction_failed"}]


def rejected(stand: Stand, path: str) -> list[tuple[str, str]]:
    """Why rungs were struck in the last decision about a step."""
    told = [e for e in stand.events if e.kind is EventKind.DECISION and e.path == path]
    return [(one["rung"], one["reason"]) for one in told[-1].facts["rejected"]]


NOWHERE = [("reconstruct", "no_later_artifact")]


@pytest.mark.parametrize("start", MODES)
@pytest.mark.parametrize(
    ("source", "steps"),
    [
        ("${{ steps.b.output }}", "  b: {set: '${{ default(steps.a.output, 1) }}'}"),
        (
            "${{ steps.c.output }}",
            "  b: {set: '${{ default(steps.a.output, 1) }}'}\n  c: {set: 1, needs: [b]}",
        ),
        (
            "${{ steps.c.output }}",
            "  c: {steps: {b: {set: '${{ default(steps.a.output, 1) }}'}}, result: 1}",
        ),
        ("${{ steps.b.output.n }}", "  b: {play: hand, on_failure: skip, output: {n: integer}}"),
        ("${{ steps.b.output.n }}", "  b: {when: inputs.on, play: hand, output: {n: integer}}"),
    ],
    ids=["it reads it", "over another step", "from its inside", "a gap", "skipped"],
)
def test_an_artifact_that_cannot_come_about_strikes_the_rung(
    source: str, steps: str, start: Start
) -> None:
    step = (
        "  a: {play: hand, on_failure: [reconstruct, skip],"
        f' reconstruct: {{from: "{source}", play: maker}}}}\n'
    )
    stand = Stand({"a": naps(1, StandardError.of("output.format")), "b": fails("http.400")})
    ir = tune(step + steps, "inputs: {on: {type: boolean, default: false}}")
    result = stand.run(ir, start, inputs={"on": False})
    assert statuses(result)["a"] == "gap"
    assert attempts(result, "a") == ["hand output.format skip"]
    assert rejected(stand, "a") == NOWHERE
    assert "a~reconstruct" not in stand.played


@pytest.mark.parametrize("start", MODES)
def test_of_two_steps_that_wait_for_one_another_the_second_is_struck(start: Start) -> None:
    both = (
        '  a: {play: hand, on_failure: [reconstruct, skip], reconstruct: {from: "${{'
        ' default(steps.b.output, 3) }}", play: maker}}\n'
        '  b: {play: hand, on_failure: [reconstruct, skip], reconstruct: {from: "${{'
        ' steps.a.output }}", play: maker}}\n'
    )
    stand = Stand({"a": fails("output.format"), "b": naps(1, StandardError.of("output.format"))})
    result = stand.run(tune(both), start)
    assert attempts(result, "b") == ["hand output.format skip"]
    assert rejected(stand, "b") == NOWHERE
    assert attempts(result, "a") == ["hand output.format reconstruct", "maker success"]
    assert result.steps["a"].output == {"source": 3}


@pytest.mark.parametrize("start", MODES)
def test_three_steps_in_a_ring_come_to_an_end(start: Start) -> None:
    ring = "".join(
        f"  {one}: {{play: hand, on_failure: [reconstruct, skip],"
        f' reconstruct: {{from: "${{{{ steps.{other}.output }}}}", play: maker}}}}\n'
        for one, other in ("ab", "bc", "ca")
    )
    acts: Any = {
        name: naps(wait, StandardError.of("output.format"))
        for name, wait in (("a", 1), ("b", 2), ("c", 3))
    }
    stand = Stand(acts)
    result = stand.run(tune(ring), start)
    assert statuses(result) == {"a": "gap", "b": "gap", "c": "gap"}
    assert rejected(stand, "c") == NOWHERE


def test_a_source_that_fails_under_finish_independent_strikes_the_rung() -> None:
    top = "policy: {on_step_failure: finish_independent}"
    stand = Stand({"x": naps(1, StandardError.of("http.400")), "a": fails("output.format")})
    result = stand.run(tune(LOST, top))
    assert statuses(result) == {"x": "failed", "a": "gap", "after": "succeeded"}
    assert rejected(stand, "a") == NOWHERE


def test_the_wait_ends_with_the_run() -> None:
    stand = Stand({"x": naps(9, {"n": 1}), "a": fails("output.format")})
    ir = tune(f"{LOST}  bad: {{play: hand}}\n")
    stand.acts["bad"] = naps(3, StandardError.of("http.400"))
    result = stand.run(ir)
    assert (code(result), stand.elapsed) == ("http.400", 3)
    assert statuses(result)["a"] == "cancelled"
    assert attempts(result, "a") == ["hand output.format reconstruct"]


def test_a_reconstruction_that_the_run_stops_lists_its_attempt() -> None:
    stand = Stand({"maker": naps(9), "bad": naps(5, StandardError.of("http.400"))})
    stand.acts |= {"x": naps(2, {"n": 7}), "a": fails("unable_to_complete")}
    result = stand.run(tune(f"{LOST}  bad: {{play: hand}}\n"))
    assert attempts(result, "a") == ["hand unable_to_complete reconstruct", "maker cancelled"]


@pytest.mark.parametrize("start", MODES)
def test_the_run_pauses_while_the_source_waits_for_a_person(start: Start) -> None:
    steps = """
  x: {approval: "Well?"}
  a:
    play: hand
    reconstruct: {from: "${{ steps.x.output }}", play: maker}
"""
    stand = Stand({"a": fails("output.format")})
    result = stand.run(tune(steps), start)
    assert result.status == "paused"
    assert statuses(result) == {"x": "waiting", "a": "running"}


def test_it_goes_on_when_the_person_has_answered() -> None:
    steps = """
  x: {approval: "Well?"}
  a:
    play: hand
    reconstruct: {from: "${{ steps.x.output.choice }}", play: maker}
"""
    people = answering(x={"sleep": "3s", "answer": {}})
    stand = Stand({"a": fails("output.format")}, people=people)
    result = stand.run(tune(steps))
    assert (result.steps["a"].output, stand.elapsed) == ({"source": "approve"}, 3)


def test_it_is_paid_like_any_attempt() -> None:
    stand = Stand({"maker": naps(0, Success({"n": 1}, usd=0.5, tokens=3))})
    usage = lost(stand).usage
    assert (usage.usd, usage.tokens) == (0.5, 3)


def test_it_is_not_begun_without_the_money_that_its_player_declares() -> None:
    ir = tune(LOST, "policy: {budget: {usd: 1}}")
    dear = ir.players["maker"].model_copy(update={"cost": Declared(usd=2.0)})
    stand = Stand({"x": naps(2, {"n": 7}), "a": fails("unable_to_complete")})
    result = stand.run(ir.model_copy(update={"players": {**ir.players, "maker": dear}}))
    assert attempts(result, "a") == ["hand unable_to_complete skip"]
    assert rejected(stand, "a") == [("reconstruct", "no_budget")]


def test_each_failure_may_be_reconstructed_after_a_retry() -> None:
    steps = LOST.replace("[reconstruct, skip]", "[reconstruct, retry]").replace(
        "    gate", "    policy: {retry: {max_attempts: 2}}\n    gate"
    )
    maker = one_after_the_other(fails("http.500"), echo)
    stand = Stand({"x": naps(0, {"n": 7}), "a": fails("output.format"), "maker": maker})
    result = stand.run(tune(steps))
    assert attempts(result, "a") == [
        "hand output.format reconstruct",
        "maker http.500 retry 1",
        "hand output.format reconstruct",
        "maker success",
    ]
    assert [one.n for one in result.steps["a"].attempts] == [1, 2, 3, 4]


@pytest.mark.parametrize("start", MODES)
def test_a_scope_that_fails_is_reconstructed_as_a_whole(start: Start) -> None:
    steps = """
  x: {play: hand, output: {one: integer, two: integer}}
  a:
    parallel:
      one: {steps: {bad: {play: hand}}, result: 1}
      two: {steps: {long: {play: hand}}, result: 2}
    output: {one: integer, two: integer}
    gate: {check: output.one == 7}
    on_failure: reconstruct
    reconstruct: {from: "${{ steps.x.output }}", play: maker}
  after: {set: "${{ steps.a.output.one }}"}
"""
    stand = Stand({"x": naps(2, {"one": 7, "two": 8}), "a.one.bad": fails("http.400")})
    stand.acts["a.two.long"] = naps(9)
    result = stand.run(tune(steps), start)
    assert statuses(result)["a"] == "recovered"
    assert (result.steps["a"].provenance, result.steps["after"].output) == ("inferred", 7)
    assert (result.status, stand.elapsed) == ("recovered", 2)


def test_while_a_scope_waits_for_its_artifact_it_has_not_settled() -> None:
    steps = """
  x: {play: hand}
  a:
    set: 1
    output: integer
    gate: {check: output > 1}
    on_failure: reconstruct
    reconstruct: {from: "${{ steps.x.output.n }}", play: maker}
  other: {play: hand}
"""
    stand = Stand({"x": naps(9), "other": naps(2, StandardError.of("http.400"))})
    result = stand.run(tune(steps))
    assert statuses(result)["a"] == "cancelled"
    assert result.steps["a"].output is None


def test_each_item_of_a_map_is_reconstructed_but_not_the_map_as_a_whole() -> None:
    steps = """
  x: {play: hand, output: {n: integer}}
  a:
    for_each: "${{ [1, 2] }}"
    play: hand
    output: {n: integer}
    reconstruct: {from: "${{ {'n': steps.x.output.n + item} }}", play: maker}
  b:
    for_each: "${{ [[1]][steps.x.output.n] }}"
    play: hand
    on_failure: [reconstruct, skip]
    reconstruct: {from: "${{ steps.x.output }}", play: maker}
"""
    stand = Stand(
        {"x": naps(0, {"n": 7}), "a[1]": fails("output.format"), "a[0]": naps(0, {"n": 0})}
    )
    result = stand.run(tune(steps))
    assert result.steps["a"].output == [{"n": 0}, {"n": 9}]
    assert (result.steps["a[1]"].provenance, result.steps["a"].provenance) == ("inferred", None)
    assert statuses(result)["b"] == "gap"
    assert rejected(stand, "b") == NOWHERE
