"""A run from the middle: what is performed, what is made of later artifacts, what is left out."""

from __future__ import annotations

import pytest

from conductor_core.run import Start
from tests.unit.conductor_core.recovery.test_reconstruct import MODES, tune
from tests.unit.conductor_core.stand import Stand, attempts, code, fails, naps, statuses
from workflow_ir.events import EventKind
from workflow_ir.outcome import StandardError

CHAIN = """
  wish: {play: hand}
  spec: {play: hand, with: {wish: "${{ steps.wish.output }}"}}
  code: {play: hand, with: {spec: "${{ steps.spec.output }}"}, gate: {check: "1 > 2"}}
  test: {play: hand, with: {code: "${{ steps.code.output }}"}}
  apart: {play: hand}
"""


@pytest.mark.parametrize("start", MODES)
def test_what_only_served_to_make_it_is_skipped_and_everything_else_is_performed(
    start: Start,
) -> None:
    stand = Stand(have={"code": {"text": "tick"}})
    result = stand.run(tune(CHAIN), start)
    assert sorted(stand.played) == ["apart", "test"]
    assert statuses(result) == {
        "wish": "skipped", "spec": "skipped", "code": "succeeded", "test": "succeeded",
        "apart": "succeeded",
    }  # fmt: skip
    record = result.steps["code"]
    assert (record.provenance, record.attempts, record.output) == ("given", [], {"text": "tick"})
    assert result.steps["test"].output == {"code": {"text": "tick"}}
    assert result.status == "succeeded"


def test_the_journal_tells_how_each_step_ended() -> None:
    stand = Stand(have={"code": 1})
    stand.run(tune(CHAIN))
    ended = [event.path for event in stand.events if event.kind is EventKind.STEP_FINISHED]
    assert sorted(ended) == ["apart", "code", "spec", "test", "wish"]
    began = [event.path for event in stand.events if event.kind is EventKind.STEP_STARTED]
    assert sorted(began) == ["apart", "test"]


def test_what_was_handed_in_is_not_changed_by_those_who_read_it() -> None:
    have = {"code": {"text": ["tick"]}}
    stand = Stand(have=have)
    result = stand.run(tune(CHAIN))
    result.steps["code"].output["text"].append("tock")
    assert have == {"code": {"text": ["tick"]}}


def test_an_output_of_the_melody_keeps_a_step_in_need() -> None:
    stand = Stand(have={"code": 1})
    top = 'outputs: {spec: "${{ default(steps.spec.output, 1) }}"}'
    result = stand.run(tune(CHAIN, top))
    assert statuses(result)["spec"] == statuses(result)["wish"] == "succeeded"


def test_a_step_read_only_from_the_inside_of_another_one_is_performed() -> None:
    steps = f"{CHAIN}  group: {{steps: {{x: {{set: '${{{{ steps.wish.output }}}}'}}}}}}\n"
    result = Stand(have={"code": 1}).run(tune(steps))
    assert (statuses(result)["wish"], statuses(result)["spec"]) == ("succeeded", "skipped")


def test_a_source_of_a_step_that_is_performed_is_performed() -> None:
    steps = (
        f"{CHAIN}  late: {{play: hand, reconstruct: "
        '{from: "${{ steps.spec.output }}", play: maker}}\n'
    )
    stand = Stand({"late": fails("output.format")}, have={"code": 1})
    result = stand.run(tune(steps))
    assert statuses(result)["spec"] == "succeeded"
    assert result.steps["late"].provenance == "inferred"


MADE = """
  wish: {play: hand}
  spec:
    play: hand
    with: {wish: "${{ steps.wish.output }}"}
    output: {n: integer}
    reconstruct: {from: "${{ steps.code.output }}", play: maker}
  code: {play: hand, with: {spec: "${{ steps.spec.output }}"}}
  report: {set: "${{ steps.spec.output.n }}"}
"""


@pytest.mark.parametrize("start", MODES)
def test_an_earlier_artifact_in_need_is_made_of_the_later_one_without_its_own_inputs(
    start: Start,
) -> None:
    stand = Stand(have={"code": {"n": 4}})
    result = stand.run(tune(MADE), start)
    assert stand.played == ["spec~reconstruct"]
    assert attempts(result, "spec") == ["maker success"]
    assert statuses(result) == {
        "wish": "skipped", "spec": "recovered", "code": "succeeded", "report": "succeeded",
    }  # fmt: skip
    assert result.steps["spec"].provenance == "inferred"
    assert result.steps["report"].output == 4


@pytest.mark.parametrize("start", MODES)
def test_it_is_performed_as_usual_where_that_leads_nowhere(start: Start) -> None:
    stand = Stand({"maker": fails("http.503"), "spec": naps(1, {"n": 9})}, have={"code": {"n": 4}})
    result = stand.run(tune(MADE), start)
    assert stand.played == ["spec~reconstruct", "wish", "spec"]
    assert attempts(result, "spec") == ["maker http.503 fallback", "hand success"]
    assert [one.n for one in result.steps["spec"].attempts] == [1, 2]
    assert (statuses(result)["spec"], result.steps["spec"].provenance) == ("recovered", None)
    assert statuses(result)["wish"] == "succeeded"
    assert result.steps["report"].output == 9
    began = [event.path for event in stand.events if event.kind is EventKind.STEP_STARTED]
    assert began.count("spec") == 1


def test_an_earlier_artifact_that_nobody_needs_is_not_made() -> None:
    stand = Stand(have={"code": {"n": 4}})
    result = stand.run(tune(MADE.replace("steps.spec.output.n", "steps.code.output.n")))
    assert (stand.played, statuses(result)["spec"]) == ([], "skipped")


def test_a_step_under_a_condition_and_a_map_are_performed_as_usual() -> None:
    stand = Stand(have={"code": {"n": 4}})
    conditional = MADE.replace("    play: hand\n", "    when: inputs.on\n    play: hand\n")
    steps = conditional.replace("steps.spec.output.n", "default(steps.spec.output.n, 0)")
    steps = steps.replace(
        'with: {spec: "${{ steps.spec.output }}"}',
        'with: {spec: "${{ default(steps.spec.output, 0) }}"}',
    ).replace("play: hand\n    with", "play: hand\n    with")
    result = stand.run(tune(steps, "inputs: {on: boolean}"), inputs={"on": False})
    assert (stand.played, statuses(result)["spec"]) == (["wish"], "skipped")


@pytest.mark.parametrize("start", MODES)
def test_under_finish_independent_a_held_step_whose_need_has_failed_is_not_performed(
    start: Start,
) -> None:
    steps = MADE.replace("  wish: {play: hand}\n", """
  bad: {play: hand}
  wish: {play: hand, needs: [bad]}
  other: {play: hand, needs: [bad]}
""")  # fmt: skip
    stand = Stand(
        {"maker": naps(3, StandardError.of("http.503")), "bad": fails("http.400")},
        have={"code": 1},
    )
    result = stand.run(tune(steps, "policy: {on_step_failure: finish_independent}"), start)
    assert statuses(result) == {
        "bad": "failed", "wish": "cancelled", "other": "cancelled", "spec": "cancelled",
        "code": "succeeded", "report": "cancelled",
    }  # fmt: skip
    assert attempts(result, "spec") == ["maker http.503 fallback"]


def test_the_run_that_fails_meanwhile_cancels_it() -> None:
    stand = Stand({"maker": naps(9), "bad": naps(2, StandardError.of("http.400"))})
    stand.have = {"code": 1}
    result = stand.run(tune(f"{MADE}  bad: {{play: hand}}\n"))
    assert (code(result), stand.elapsed) == ("http.400", 2)
    assert attempts(result, "spec") == ["maker cancelled"]
    assert statuses(result)["spec"] == "cancelled"
    assert statuses(result)["wish"] == "pending"


def test_two_handed_in_at_once() -> None:
    stand = Stand(have={"spec": {"n": 1}, "code": 2})
    result = stand.run(tune(MADE))
    assert (stand.played, result.steps["report"].output) == ([], 1)
    assert statuses(result)["wish"] == "skipped"


def test_everything_may_be_handed_in() -> None:
    stand = Stand(have={"wish": 1, "spec": {"n": 1}, "code": 2, "report": 3})
    result = stand.run(tune(MADE))
    assert (stand.played, result.status) == ([], "succeeded")
    assert {record.provenance for record in result.steps.values()} == {"given"}


@pytest.mark.parametrize("start", MODES)
def test_two_that_would_be_made_of_one_another_do_not_wait_for_ever(start: Start) -> None:
    steps = """
  a: {play: hand, output: {n: integer}, reconstruct: {from: "${{ steps.b.output }}", play: maker}}
  b: {play: hand, output: {n: integer}, reconstruct: {from: "${{ steps.a.output }}", play: maker}}
  code: {play: hand, with: {a: "${{ steps.a.output }}", b: "${{ steps.b.output }}"}}
  report: {set: "${{ steps.a.output.n + steps.b.output.n }}"}
"""
    stand = Stand({"b": naps(2, {"n": 3})}, have={"code": 1})
    result = stand.run(tune(steps), start)
    assert stand.played == ["b", "a~reconstruct"]
    assert statuses(result) == {
        "a": "recovered", "b": "succeeded", "code": "succeeded", "report": "succeeded",
    }  # fmt: skip
    assert result.steps["report"].output == 6


@pytest.mark.parametrize("start", MODES)
def test_a_secret_in_what_was_handed_in_is_masked_where_it_is_told(start: Start) -> None:
    stand = Stand(have={"code": "very-secret"}, secrets={"KEY": "very-secret"})
    result = stand.run(tune(CHAIN), start)
    assert "very-secret" not in str(result.to_json())
    assert all("very-secret" not in str(event.to_json()) for event in stand.events)
