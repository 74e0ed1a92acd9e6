from __future__ import annotations

from typing import Any

import pytest

from adapters.crewai.crew.compile import CONDUCTOR, CrewSheet, sheet
from adapters.crewai.crew.shape import Layers, shape
from tests.unit.adapters.crewai.melodies import Tree, expr, for_each, melody, play, step
from workflow_ir.plan import plan
from workflow_ir.workflow import WorkflowIR

TEXT: Tree = {"schema": {"type": "string"}}


def _sheet(ir: WorkflowIR, *inputs: str) -> CrewSheet:
    region = plan(ir)
    order = shape(region)
    assert isinstance(order, Layers)
    return sheet(ir, ir.modules, region, order, "tune", inputs)


def _told(body: Tree, *inputs: str, **fields: Any) -> str:
    made = melody([step("a", body)], inputs=dict.fromkeys(inputs, TEXT), **fields)
    return _sheet(made, *inputs).tasks[0].description


def _play(**play: Any) -> Tree:
    return {"kind": "guard", "body": {"kind": "play", "player": "anyone", **play}}


def _text(*parts: Any) -> Tree:
    return {"kind": "text", "parts": list(parts)}


NO_STEPS: Tree = {"steps": []}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (_play(prompt=_text("Write of ", expr("steps.x.output"), ".")),
         "Write of <steps.x.output>."),
        (_play(), "anyone."),
        (_play(**{"with": {"kind": "map", "entries": {"n": {"kind": "literal", "value": 1}}}}),
         "anyone with n: 1."),
        ({"kind": "set", "value": expr("1 + 1")}, "Set <1 + 1>."),
        ({"kind": "approval", "text": _text("Good?")}, "Ask a person: Good?"),
        ({"kind": "wait", "seconds": 2.5}, "Wait 2.5 s."),
        ({"kind": "wait", "event": "go"}, "Wait for the event 'go'."),
        ({"kind": "wait", "until": _text("noon")}, "Wait until noon."),
        ({"kind": "fail", "error": "input.invalid"}, "Fail with input.invalid."),
        ({"kind": "group", "scope": {"steps": [play("a.x"), play("a.y")]}}, "Perform x, y."),
        ({"kind": "repeat", "scope": NO_STEPS, "max": 3, "until": expr("ok")},
         "Repeat nothing until <ok>, 3 times at most."),
        ({"kind": "repeat", "scope": NO_STEPS, "max": 3, "while": expr("ok")},
         "Repeat nothing while <ok>, 3 times at most."),
        ({"kind": "parallel", "sides": [{"name": n, "scope": NO_STEPS} for n in "lr"]},
         "Perform l and r side by side."),
        ({"kind": "when", "condition": expr("ok"), "body": _play()}, "anyone.\nOnly if <ok>."),
        ({"kind": "for_each", "items": expr("xs"), "body": _play()},
         "For each item of <xs>: anyone."),
    ],
)  # fmt: skip
def test_a_description_says_what_the_step_does(body: Tree, told: str) -> None:
    assert _told(body) == told


def test_a_label_comes_before_the_prompt() -> None:
    one = {**step("a", _play(prompt=_text("long"))), "label": "Short"}
    assert _sheet(melody([one])).tasks[0].description == "Short"


def test_a_call_is_told_by_the_name_of_its_melody() -> None:
    part = melody([play("x")]).model_copy(update={"name": "part"})
    body = {"kind": "call", "module": "m"}
    assert _told(body, modules={"m": part}) == "Perform the sub-melody 'part'."


def test_inputs_stand_as_names_that_a_kickoff_fills_in_and_are_listed() -> None:
    body = _play(prompt=_text("On ", expr("inputs.topic"), ", ", expr("inputs.topic + 'x'"), "."))
    ir = melody([step("a", body)], inputs={"topic": TEXT, "other": TEXT})
    made = _sheet(ir, "topic", "other")
    assert made.tasks[0].description == "On {topic}, <inputs.topic + 'x'>."
    assert made.inputs == ("topic",)


def test_inputs_that_no_kickoff_gives_are_expressions_like_others() -> None:
    body = _play(prompt=_text(expr("inputs.topic")))
    assert _told(body) == "<inputs.topic>"


def test_the_input_that_crewai_takes_for_a_conversation_is_never_handed_to_it() -> None:
    body = _play(prompt=_text(expr("inputs.crew_chat_messages")))
    assert _told(body, "crew_chat_messages") == "<inputs.crew_chat_messages>"


def test_braces_of_a_text_that_would_be_filled_in_are_set_apart() -> None:
    body = _play(prompt=_text('{"a": {name}} ', expr("{x}.y")))
    assert _told(body) == '{"a": { name }} <{ x }.y>'


@pytest.mark.parametrize(
    ("schema", "each", "told"),
    [
        (None, False, "A JSON value."),
        (None, True, "A list of JSON values."),
        ({"type": "integer"}, False, "JSON of the type integer."),
        ({"type": "integer"}, True, "A list of JSON, each of the type integer."),
    ],
)
def test_the_expected_output_is_the_schema_in_words(
    schema: Tree | None, each: bool, told: str
) -> None:
    body = _play() if schema is None else {**_play(), "output": schema}
    one = for_each("a", "[1]", body) if each else step("a", body)
    assert _sheet(melody([one])).tasks[0].expected_output == told


AGENT: Tree = {
    "kind": "agent",
    "model": "smart",
    "agent": {
        "kind": "map",
        "entries": {
            "role": {"kind": "literal", "value": "Critic"},
            "goal": {"kind": "literal", "value": "Find faults"},
            "backstory": {"kind": "literal", "value": "Has read much"},
        },
    },
}


def _plays(address: str, player: str, *needs: str) -> Tree:
    body = {"kind": "guard", "body": {"kind": "play", "player": player}}
    return step(address, body, needs=needs)


def test_everybody_who_performs_is_an_agent_and_tasks_say_whose_they_are() -> None:
    players = {
        "critic": AGENT,
        "hand": {"kind": "python", "target": "a:b", "description": "Counts words."},
    }
    steps = [
        _plays("one", "critic"), _plays("two", "hand", "one"),
        step("three", {"kind": "wait", "seconds": 1}, needs=["two"]),
        _plays("four", "hand", "three"),
    ]  # fmt: skip
    made = _sheet(melody(steps, players=players))
    assert [task.agent for task in made.tasks] == ["critic", "hand", CONDUCTOR, "hand"]
    critic, hand, conductor = made.agents.values()
    assert (critic.role, critic.goal, critic.backstory) == (
        "Critic",
        "Find faults",
        "Has read much",
    )
    assert (hand.role, hand.goal) == ("hand", "Counts words.")
    assert hand.backstory == "Part of the Melody 'tune'."
    assert conductor.role == "conductor"


def test_a_step_for_whoever_provides_something_names_all_of_them() -> None:
    play: Tree = {"kind": "play", "route": {"provides": "code.score", "candidates": ["x", "y"]}}
    made = _sheet(melody([step("a", {"kind": "guard", "body": play})]))
    assert made.agents["x or y"].role == "x or y"


def test_the_manager_is_no_member_of_the_crew() -> None:
    ir = melody([_plays("one", "hand")], players={"boss": AGENT}, process={"manager": "boss"})
    made = _sheet(ir)
    assert made.manager is not None
    assert made.manager.role == "Critic"
    assert list(made.agents) == ["hand"]


def test_contexts_are_the_sources_of_the_edges_and_layers_of_several_begin_together() -> None:
    made = _sheet(melody([play("a"), play("b", "a"), play("c", "a"), play("d", "c", "b", "a")]))
    assert [(task.address, task.context, task.together) for task in made.tasks] == [
        ("a", (), False),
        ("b", ("a",), True),
        ("c", ("a",), True),
        ("d", ("c", "b", "a"), False),
    ]
