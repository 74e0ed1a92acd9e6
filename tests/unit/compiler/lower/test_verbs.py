from __future__ import annotations

from typing import TypeVar

import pytest

from tests.unit.compiler.compiling_aid import ir_of, step_of, waits_of
from workflow_ir.steps import (
    Approval,
    Fail,
    ForEach,
    Group,
    Parallel,
    Play,
    Repeat,
    Route,
    Verb,
    Wait,
    layers,
)
from workflow_ir.values import LiteralValue, MapValue, TextValue

V = TypeVar("V", bound=Verb)
PLAYERS = """\
players:
  slow: {python: "m:slow", provides: [email_campaign]}
  quick: {python: "m:quick", provides: [email, code.score]}
  off: {python: "m:off", provides: [email], enabled: false}
"""


def verb(text: str, kind: type[V]) -> V:
    *_, found = layers(step_of(ir_of(f"{PLAYERS}steps:\n  a: {text}\n"), "a"))
    assert isinstance(found, kind)
    return found


def test_a_group_has_its_steps_and_its_result() -> None:
    found = verb('{steps: {x: {set: 1}}, result: "${{ steps.x.output }}"}', Group)
    assert [step.address for step in found.scope.steps] == ["a.x"]
    assert found.scope.result is not None
    assert found.scope.result.kind == "expr"


def test_parallel_branches_keep_their_names_order_threshold_and_barrier() -> None:
    found = verb(
        "{parallel: {r: {steps: {x: {set: 1}}, result: 1}, l: {steps: {x: {set: 2}}}}, "
        "succeed_if: 50%, barrier_timeout: 2m}",
        Parallel,
    )
    assert [side.name for side in found.sides] == ["r", "l"]
    assert [step.address for side in found.sides for step in side.scope.steps] == ["a.r.x", "a.l.x"]
    assert found.sides[0].scope.result == LiteralValue(kind="literal", value=1)
    assert found.sides[1].scope.result is None
    assert (found.succeed_if.percent, found.barrier_timeout_s) == (50, 120)


def test_beside_for_each_the_threshold_is_that_of_the_map() -> None:
    ir = ir_of(
        "steps: {a: {for_each: [1, 2], succeed_if: any, barrier_timeout: 1s, "
        "parallel: {l: {steps: {x: {set: 1}}}}}}\n"
    )
    parts = layers(step_of(ir, "a"))
    assert isinstance(parts.each, ForEach)
    assert (parts.each.succeed_if.kind, parts.each.barrier_timeout_s) == ("any", 1)
    assert isinstance(parts.verb, Parallel)
    assert (parts.verb.succeed_if.kind, parts.verb.barrier_timeout_s) == ("all", None)


@pytest.mark.parametrize(
    ("text", "until", "while_", "on_max"),
    [
        ("until: iteration > 1", "iteration > 1", None, "fail"),
        ("while: iteration < 3, on_max: accept", None, "iteration < 3", "accept"),
    ],
)
def test_a_loop_has_one_condition_and_its_bound(
    text: str, until: str | None, while_: str | None, on_max: str
) -> None:
    found = verb(f"{{repeat: {{max: 4, {text}, steps: {{x: {{set: 1}}}}}}}}", Repeat)
    assert (found.max, found.on_max) == (4, on_max)
    assert (found.until and found.until.source) == until
    assert (found.while_ and found.while_.source) == while_
    assert found.scope.steps[0].address == "a.x"


def test_an_approval_says_what_is_asked_of_whom_and_what_time_or_a_no_does() -> None:
    found = verb(
        '{approval: "Take ${{ 1 }}?", show: {n: 1}, form: {code: string}, assignees: [ann, bob], '
        "expires: 2h, on_timeout: reject, on_reject: continue}",
        Approval,
    )
    assert isinstance(found.text, TextValue)
    assert isinstance(found.show, MapValue)
    assert found.form is not None
    assert list(found.form["properties"]) == ["code"]
    assert found.assignees == ("ann", "bob")
    assert (found.expires_s, found.on_timeout, found.on_reject) == (7200, "reject", "continue")


def test_an_approval_alone_fails_on_a_no_and_when_its_time_is_over() -> None:
    found = verb("{approval: Sure}", Approval)
    assert (found.on_timeout, found.on_reject, found.expires_s) == ("fail", "fail", None)
    assert (found.form, found.show, found.assignees) == (None, None, ())


def test_waits_are_of_three_kinds() -> None:
    assert verb("{wait: 30s}", Wait).seconds == 30
    assert verb("{wait: {event: paid}}", Wait).event == "paid"
    until = verb("{wait: {until: '2030-01-31T08:00:00Z'}}", Wait)
    assert until.until == LiteralValue(kind="literal", value="2030-01-31T08:00:00Z")
    assert (until.seconds, until.event) == (None, None)


def test_a_wait_of_no_time_is_not_a_wait_for_nothing() -> None:
    assert verb("{wait: 0s}", Wait).seconds == 0


def test_fail_has_its_code_and_message() -> None:
    found = verb('{fail: {error: review.rejected, message: "No: ${{ 1 }}"}}', Fail)
    assert found.error == "review.rejected"
    assert isinstance(found.message, TextValue)
    assert verb("{fail: {error: e.e}}", Fail).message is None


@pytest.mark.parametrize(
    ("wanted", "candidates"),
    [
        ("provides: email", ("slow", "quick")),
        ("provides: email, prefer: [quick]", ("quick", "slow")),
        ("provides: code", ("quick",)),
        ("provides: email_campaign, balance: least_loaded", ("slow",)),
    ],
)
def test_a_capability_is_routed_to_those_who_have_it(
    wanted: str, candidates: tuple[str, ...]
) -> None:
    found = verb(f"{{play: {{{wanted}}}}}", Play)
    assert found.player is None
    assert isinstance(found.route, Route)
    assert found.route.candidates == candidates
    balance = "least_loaded" if "balance" in wanted else "priority"
    assert found.route.balance == balance


def test_inner_steps_wait_for_outer_ones_and_so_does_what_they_stand_in() -> None:
    ir = ir_of("""\
steps:
  o: {set: 1}
  p: {set: 1}
  g:
    steps:
      x: {set: "${{ steps.o.output }}"}
      y: {set: "${{ steps.x.output }}"}
    result: "${{ steps.p.output }}"
""")
    assert waits_of(ir, "g.x") == {"o": ("data", False)}
    assert waits_of(ir, "g.y") == {"g.x": ("data", False)}
    assert set(waits_of(ir, "g")) == {"o", "p"}
    *_, group = layers(step_of(ir, "g"))
    assert isinstance(group, Group)
    assert [one.on for one in group.scope.depends] == ["p"]


def test_of_a_loop_only_what_stands_outside_is_waited_for() -> None:
    ir = ir_of("""\
steps:
  o: {set: 1}
  l:
    repeat:
      max: 3
      until: steps.x.output > steps.o.output
      steps: {x: {set: "${{ iteration }}"}}
      result: "${{ steps.x.output }}"
""")
    assert set(waits_of(ir, "l")) == {"o"}
    *_, loop = layers(step_of(ir, "l"))
    assert isinstance(loop, Repeat)
    assert [one.on for one in loop.scope.depends] in ([], ["o"])
