"""Who answers and who performs, as a user of an ejected project hands them in."""

from __future__ import annotations

from typing import Any

import pytest

from adapters import registry
from melody.testing.conformance.case import Case, Expected
from melody.testing.conformance.performing import perform, workflow
from tests.ejected.ejected import in_time
from tests.ejected.own_melodies import Package, package

APPROVAL = """
steps:
  ok: {approval: "Go on?", form: {n: integer}}
outputs: {ok: "${{ steps.ok.output }}"}
"""
ESCALATION = """
players: {hand: {python: "band:hand"}}
steps:
  it: {play: hand, output: {n: integer}, on_failure: escalate}
outputs: {it: "${{ steps.it.output }}"}
"""


def answered(made: Package, choice: str, fields: Any, **given: Any) -> dict[str, Any]:
    """The report of a run in which somebody says this to everything."""

    async def people(question: Any) -> Any:
        assert question.path
        return made.policy.Reply(choice, fields)

    return in_time(lambda: made.run(people=people, **given), virtual=True)


@pytest.fixture(scope="module")
def approval() -> Package:
    return package("answered", APPROVAL)


@pytest.fixture(scope="module")
def escalation() -> Package:
    return package("escalated", ESCALATION)


def test_an_answer_of_the_form_is_the_output(approval: Package) -> None:
    report = answered(approval, "approve", {"n": 3})
    assert (report["status"], report["outputs"]) == (
        "succeeded",
        {"ok": {"choice": "approve", "n": 3}},
    )


@pytest.mark.parametrize(
    ("choice", "fields", "said"),
    [
        ("approve", {"n": "x"}, "n"),
        ("approve", {}, "n"),
        ("approve", None, "does not fit"),
        ("approve", "text", "does not fit"),
        ("reject", "text", "does not fit"),
        ("perhaps", {"n": 3}, "'perhaps' is no choice; it is approve, reject"),
    ],
)
def test_an_answer_that_was_not_asked_for_fails_the_step(
    approval: Package, choice: str, fields: Any, said: str
) -> None:
    report = answered(approval, choice, fields)
    assert report["error"]["code"] == "input.invalid"
    assert said in report["error"]["message"]


SOFT = """
steps:
  a:
    approval: "First?"
    form: {n: integer, to: {type: {x: "integer?"}, default: {}}}
    on_reject: continue
  b: {approval: "Then?", needs: [a]}
outputs: {a: "${{ steps.a.output }}", b: "${{ steps.b.output }}"}
"""


@pytest.mark.parametrize(
    ("fields", "filled"),
    [
        (None, {"n": None, "to": {"x": None}}),
        ({"n": 1, "to": {}}, {"n": 1, "to": {"x": None}}),
    ],
)
def test_what_is_rejected_is_filled_in_as_the_form_says(fields: Any, filled: Any) -> None:
    made = package(f"softly_{fields is None}".lower(), SOFT)

    async def people(question: Any) -> Any:
        no = made.policy.Reply("reject", fields)
        return no if question.path == "a" else made.policy.Reply("approve")

    report = in_time(lambda: made.run(people=people), virtual=True)
    assert report["outputs"] == {"a": {**filled, "choice": "reject"}, "b": {"choice": "approve"}}


def test_a_rejection_needs_no_fields(approval: Package) -> None:
    assert answered(approval, "reject", None)["error"]["code"] == "approval.rejected"


@pytest.mark.parametrize(
    ("choice", "fields", "said"),
    [
        ("answer", {"output": {"n": "x"}}, "n"),
        ("answer", {}, "`output` is missing"),
        ("answer", None, "`output` is missing"),
        ("approve", None, "'approve' is no choice; it is retry, skip, answer, fail"),
    ],
)
def test_an_answer_to_an_escalation_has_to_be_an_output_of_the_step(
    escalation: Package, choice: str, fields: Any, said: str
) -> None:
    async def refuses(call: Any) -> Any:
        raise escalation.policy.Failure("http.400", call.path)

    report = answered(escalation, choice, fields, cast=escalation.cast(hand=refuses))
    assert report["error"]["code"] == "input.invalid"
    assert said in report["error"]["message"]


def test_a_cast_that_is_handed_in_performs_in_sub_melodies_too_and_keeps_their_facts() -> None:
    made = package(
        "casts",
        """
players: {hand: {python: "band:hand"}}
steps:
  here: {play: hand}
  there: {call: ./sub.melody.yaml}
outputs: {here: "${{ steps.here.output }}", there: "${{ steps.there.output.it }}"}
""",
        {
            "sub.melody.yaml": """
melody: v1
name: sub
players: {hand: {python: "band:hand", cost: {usd: 2}}, own: {python: "band:hand"}}
steps:
  it: {play: hand}
  its: {play: own}
outputs: {it: "${{ steps.it.output }}"}
"""
        },
    )

    async def tells(call: Any) -> Any:
        return f"{call.path} by the test"

    report = in_time(lambda: made.run(cast=made.cast(hand=tells)), virtual=True)
    assert report["outputs"] == {"here": "here by the test", "there": "there/it by the test"}
    assert report["steps"]["there/its"]["output"] == {}
    assert report["usage"]["usd"] == 2.0


FORMS = {
    "plain": APPROVAL,
    "soft": SOFT,
    "bare": """
steps:
  ok: {approval: "Go on?", on_reject: continue}
outputs: {ok: "${{ steps.ok.output }}"}
""",
}
"""An approval each, with a form, with one that is filled in, and without."""

ANSWERS = [
    {"choice": "approve"},
    {"choice": "approve", "n": 1},
    {"choice": "approve", "n": "one"},
    {"choice": "approve", "n": 1, "m": 2},
    {"choice": "reject"},
    {"choice": "reject", "n": 1},
    {"choice": "reject", "n": "one"},
    {"choice": "reject", "n": 1, "m": 2},
    {"choice": "reject", "to": {}},
    {"choice": "reject", "to": {"x": "one"}},
    {"choice": "reject", "to": None, "n": None},
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_an_answer_comes_to_what_it_comes_to_in_melody_run(
    form: str, answer: dict[str, Any]
) -> None:
    fields = {name: value for name, value in answer.items() if name != "choice"}
    report = answered(package(f"compared_{form}", FORMS[form]), answer["choice"], fields)
    wanted = in_melody_run(FORMS[form], answer)
    for path, step in wanted["steps"].items():
        if step.get("error"):  # our own tells that a script has answered
            message = step["error"]["message"].replace("the script's answer", "the answer")
            step["error"]["message"] = message
            assert wanted["error"]["code"] == step["error"]["code"]
        assert report["steps"][path] == step
    assert (report["status"], report["outputs"]) == (wanted["status"], wanted["outputs"])


def in_melody_run(melody: str, answer: dict[str, Any]) -> dict[str, Any]:
    """The normal form of the run in which a script answers so, each time."""
    paths = [path for path in ("ok", "a", "b") if f"  {path}:" in melody]
    script = {"steps": {path: {"answer": answer} for path in paths}}
    text = f"melody: v1\nname: t\n{melody}"
    case = Case("asked", "", text, Expected("", {}), script=script)
    native = registry.load("native")
    return perform(case, native, native.compile(workflow(case)), "eager").result.normal_form()
