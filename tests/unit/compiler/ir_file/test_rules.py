from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from compiler.pipeline import compile_text
from tests.unit.compiler.ir_file.ir_aid import Spoil, data, said, step, verb, with_calls

MODULES = import_module("compiler.ir_file.rules.modules")
EXPR = {"kind": "expr", "source": "inputs.n"}


def arms(tree: Any) -> Any:
    return verb(tree, "way")["arms"]


def guard(tree: Any, id_: str) -> Any:
    """The guard of a top-level step that has no other wrapper."""
    return step(tree, id_)["body"]


def source(text: str) -> dict[str, str]:
    return {"kind": "expr", "source": text}


def test_a_sound_ir_has_no_findings() -> None:
    assert said(data()) == []


NAMES: list[tuple[Spoil, str]] = [
    (lambda t: t.update(name="No Name"), "no name of a Melody"),
    (lambda t: t["inputs"].update({"a b": t["inputs"]["n"]}), "no name of an input"),
    (lambda t: t["models"].update({"a b": t["models"]["m"]}), "no name of a model"),
    (lambda t: t["players"].update({"a b": t["players"]["p"]}), "no name of a player"),
    (lambda t: t["players"].update({"run:none": t["players"]["p"]}), "no name of a player"),
    (lambda t: step(t, "pause").update(id="Pause", address="Pause"), "no name of a step"),
    (lambda t: step(t, "pause").update(id="a.b", address="a.b"), "no name of a step"),
    (lambda t: step(t, "pause").update(id="x" * 101, address="x" * 101), "no name of a step"),
    (lambda t: step(t, "pause").update(address="other"), "the address of this step is `pause`"),
    (
        lambda t: arms(t)[0]["scope"]["steps"][0].update(address="in_arm"),
        "the address of this step is `way.one.in_arm`",
    ),
    (
        lambda t: t["root"]["steps"].append(step(t, "pause")),
        "two steps of one scope are called `pause`",
    ),
    (
        lambda t: verb(t, "sides")["sides"][0]["scope"]["steps"][0].update(
            id="ask", address="sides.l.ask"
        ),
        "step `ask` hides a step of that name outside",
    ),
    (lambda t: verb(t, "sides")["sides"][1].update(name="l"), "two of them are called `l`"),
    (lambda t: verb(t, "sides")["sides"][0].update(name="L"), "no name of a branch"),
    (lambda t: verb(t, "sides").update(sides=[]), "one branch or more"),
    (lambda t: verb(t, "way").update(arms=[]), "one arm or more"),
    (lambda t: step(t, "pause").update(at="somewhere"), "a place is written"),
    (lambda t: step(t, "each")["body"].update({"as": "steps"}), "means something else"),
    (lambda t: step(t, "each")["body"].update({"as": "no name"}), "no name of an item"),
    (lambda t: t["root"].update(steps=[], result=None), "one step or more"),
]


@pytest.mark.parametrize(("spoil", "fact"), NAMES, ids=[fact[:40] for _, fact in NAMES])
def test_names_are_of_their_kind_and_no_two_are_the_same(spoil: Spoil, fact: str) -> None:
    tree = data()
    spoil(tree)
    assert any(fact in one for one, _ in said(tree))


def waits(tree: Any, id_: str, on: str) -> None:
    step(tree, id_).setdefault("depends", []).append({"on": on})


def circle(tree: Any) -> None:
    waits(tree, "pause", "ask")
    waits(tree, "loop", "pause")


ORDER: list[tuple[Spoil, str, str]] = [
    (lambda t: waits(t, "pause", "none"), "there is no step `none`", '"none"'),
    (lambda t: waits(t, "pause", "way.one.in_arm"), "can be seen from here", '"way.one.in_arm"'),
    (lambda t: waits(t, "pause", "pause"), "part of", '"pause"'),
    (
        lambda t: verb(t, "loop")["scope"]["steps"][0].update(depends=[{"on": "loop"}]),
        "`loop.once` cannot wait for `loop`, which it is part of",
        '"loop"',
    ),
    (
        lambda t: verb(t, "loop")["scope"]["steps"][0].update(depends=[{"on": "first"}]),
        "`first` stands outside of `loop`, which does not wait for it",
        '"first"',
    ),
    (
        lambda t: verb(t, "loop")["scope"].update(depends=[{"on": "first"}]),
        "`first` stands outside of `loop`, which does not wait for it",
        '"first"',
    ),
    (circle, "waits for itself", "["),
    (
        lambda t: t["root"].update(depends=[{"on": "first"}]),
        "the outputs of a Melody wait for all of its steps",
        '"first"',
    ),
]


@pytest.mark.parametrize(("spoil", "fact", "at"), ORDER, ids=[fact[:40] for _, fact, _ in ORDER])
def test_what_waits_for_what_can_be_kept(spoil: Spoil, fact: str, at: str) -> None:
    tree = data()
    spoil(tree)
    ((found, place),) = said(tree)
    assert fact in found
    assert place == at


def test_a_step_of_a_flat_arm_may_wait_for_what_its_branch_does_not_wait_for() -> None:
    tree = data()
    arms(tree)[0]["scope"]["steps"][0]["depends"].append({"on": "pause"})
    assert said(tree) == []


def reads(tree: Any, id_: str, text: str) -> None:
    """Let the ``set`` of an arm or loop be another expression."""
    verbs = {
        "arm": arms(tree)[0]["scope"]["steps"][0]["body"],
        "once": verb(tree, "loop")["scope"]["steps"][0]["body"],
        "each": verb(tree, "each")["scope"]["steps"][0]["body"],
    }
    verbs[id_]["value"] = source(text)


EXPRESSIONS: list[tuple[Spoil, str]] = [
    (lambda t: reads(t, "once", "1 +"), "missing"),
    (lambda t: reads(t, "once", "nothing"), "nothing"),
    (lambda t: reads(t, "once", "inputs.m"), "`m`"),
    (lambda t: reads(t, "once", "lenght([])"), "lenght"),
    (lambda t: reads(t, "once", "item"), "item"),
    (lambda t: reads(t, "once", "secrets.S"), "secrets"),
    (lambda t: reads(t, "once", "output"), "output"),
    (lambda t: reads(t, "once", "host.memory_free"), "host"),
    (lambda t: reads(t, "once", 'health("p")'), "health"),
    (lambda t: reads(t, "once", "arguments[0]"), "arguments"),
    (lambda t: reads(t, "arm", "iteration"), "iteration"),
    (lambda t: reads(t, "once", "steps.in_arm.output"), "in_arm"),
    (lambda t: reads(t, "once", "steps.pause.output"), "read without waiting for it"),
    (lambda t: reads(t, "arm", "steps.ask.output"), "read without waiting for it"),
    (lambda t: step(t, "each")["body"].update(items=source("row")), "row"),
    (lambda t: step(t, "end")["body"].update(condition=source("steps.none.ok")), "none"),
    (lambda t: arms(t)[0].update(when=source("row")), "row"),
    (lambda t: verb(t, "loop").update(until=source("steps.ask.ok")), "without waiting"),
    (lambda t: t["root"].update(result=source("steps.in_arm.output")), "in_arm"),
    (lambda t: t["players"]["q"].update(system=source("inputs.n")), "inputs"),
    (lambda t: t["players"]["q"].update(system=source("secrets.S")), "secrets"),
    (lambda t: verb(t, "ask").update(text=source("secrets.S")), "secrets"),
    (lambda t: guard(t, "first")["gate"].update(score=source("row")), "row"),
    (lambda t: guard(t, "first").update(idempotency_key=source("output")), "output"),
]


@pytest.mark.parametrize(("spoil", "word"), EXPRESSIONS)
def test_expressions_know_only_what_is_there_and_has_settled(spoil: Spoil, word: str) -> None:
    tree = data()
    spoil(tree)
    ((found, _),) = said(tree)
    assert word in found


VERBS: list[tuple[Spoil, str]] = [
    (lambda t: verb(t, "first").update(player="nobody"), "there is no player `nobody`"),
    (
        lambda t: (
            verb(t, "say").pop("player"),
            verb(t, "say").update(route={"provides": "x", "candidates": ["q", "nobody"]}),
        ),
        "there is no player `nobody`",
    ),
    (lambda t: step(t, "say").update(body=verb(t, "say")), "a `play` stands in a guard"),
    (lambda t: verb(t, "loop").update({"while": EXPR}), "`until` or `while`, and not both"),
    (lambda t: verb(t, "loop").pop("until"), "`until` or `while`, and not both"),
    (lambda t: verb(t, "pause").pop("seconds"), "exactly one of"),
    (lambda t: verb(t, "pause").update(event="e"), "exactly one of"),
    (lambda t: verb(t, "sides").update(succeed_if={"kind": "count"}), "`count` goes with"),
    (
        lambda t: verb(t, "sides").update(succeed_if={"kind": "all", "percent": 3}),
        "`percent` goes with",
    ),
    (
        lambda t: step(t, "each")["body"].update(succeed_if={"kind": "percent"}),
        "`percent` goes with",
    ),
    (
        lambda t: step(t, "night")["body"]["times"][0].update(zone="../../etc/passwd"),
        "no time zone",
    ),
    (lambda t: step(t, "night")["body"]["times"][0].update(days=[7]), "days are numbers"),
    (lambda t: step(t, "night")["body"]["times"][0].update(days=[]), "days are numbers"),
    (
        lambda t: guard(t, "first")["compensate"].update(
            body={"kind": "group", "scope": {"steps": []}}
        ),
        "no steps stand in it",
    ),
    (
        lambda t: guard(t, "first")["compensate"].update(
            body=guard(t, "first")["compensate"]["body"]["body"]
        ),
        "a `play` stands in a guard",
    ),
    (
        lambda t: guard(t, "first")["compensate"]["body"]["body"].update(player="nobody"),
        "there is no player `nobody`",
    ),
    (
        lambda t: guard(t, "first").update(reconstruct={"source": EXPR, "player": "nobody"}),
        "there is no player `nobody`",
    ),
    (
        lambda t: verb(t, "say")["with"]["entries"].update(
            tone={"kind": "convert", "to": "object", "value": EXPR}
        ),
        "`field` names the only field",
    ),
    (
        lambda t: verb(t, "say")["with"]["entries"].update(
            tone={"kind": "convert", "to": "number", "field": "x", "value": EXPR}
        ),
        "`field` names the only field",
    ),
]


@pytest.mark.parametrize(("spoil", "fact"), VERBS)
def test_verbs_and_wrappers_say_neither_too_little_nor_too_much(spoil: Spoil, fact: str) -> None:
    tree = data()
    spoil(tree)
    ((found, _),) = said(tree)
    assert fact in found


def player(tree: Any, name: str) -> Any:
    return tree["players"][name]


PLAYERS: list[tuple[Spoil, str, str]] = [
    (lambda t: player(t, "p").update(fallback=["nobody"]), "no player `nobody`", '"nobody"'),
    (lambda t: player(t, "p").update(requires=["nobody"]), "no player `nobody`", '"nobody"'),
    (lambda t: player(t, "r").update(fallback=["p"]), "falls back on itself", "{"),
    (lambda t: player(t, "p").update(refresh="nobody"), "no player `nobody`", '"nobody"'),
    (lambda t: player(t, "r").update(refresh="r"), "refreshes itself", "{"),
    (lambda t: player(t, "p").update(target="os"), "`module:name`", '"os"'),
    (
        lambda t: player(t, "c").update(commands=[[source("with.x")]]),
        "begins with a written program",
        "[",
    ),
    (lambda t: player(t, "c").update(commands=[[]]), "begins with a written program", "[]"),
    (lambda t: player(t, "q").update(model="n"), "there is no model `n`", '"n"'),
    (
        lambda t: t["players"].update(z={"kind": "call", "module": "sha256:0"}),
        "there is no such module",
        '"sha256:0"',
    ),
    (
        lambda t: t["players"].update(
            z={
                "kind": "agent",
                "model": "m",
                "agent": {"kind": "map", "entries": {}},
                "tools": ["nobody"],
            }
        ),
        "no player `nobody`",
        '"nobody"',
    ),
    (
        lambda t: t["players"].update(
            z={
                "kind": "agent",
                "model": "m",
                "agent": {"kind": "map", "entries": {}},
                "tools": ["p", "z"],
            }
        ),
        "is a tool of itself",
        "{",
    ),
]


@pytest.mark.parametrize(("spoil", "fact", "at"), PLAYERS)
def test_players_name_only_what_is_there(spoil: Spoil, fact: str, at: str) -> None:
    tree = data()
    spoil(tree)
    ((found, place),) = said(tree)
    assert fact in found
    assert place == at


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t["inputs"]["n"].update(schema={"type": "no type"}),
        lambda t: t["inputs"]["n"].update(schema={"$ref": "https://example.com/x"}),
        lambda t: guard(t, "first").update(output={"type": 3}),
        lambda t: verb(t, "ask").update(form={"type": "string", "pattern": "("}),
        lambda t: player(t, "r").update(input={"anyOf": 1}),
        lambda t: t["inputs"]["t"].update(default=3),
    ],
)
def test_schemas_are_of_the_listed_subset(spoil: Spoil) -> None:
    tree = data()
    spoil(tree)
    assert len(said(tree)) == 1


def called(tree: Any, name: str) -> tuple[str, Any]:
    return next((key, one) for key, one in tree["modules"].items() if one["name"] == name)


def test_a_changed_module_no_longer_has_its_hash(tmp_path: Path) -> None:
    tree = with_calls(tmp_path)
    called(tree, "c")[1]["root"]["steps"][0]["body"]["value"]["value"] = 2
    ((found, _),) = said(tree)
    assert "this one was changed" in found


def test_what_no_hash_depends_on_may_be_changed(tmp_path: Path) -> None:
    tree = with_calls(tmp_path)
    called(tree, "c")[1]["file"] = "elsewhere.melody.yaml"
    assert said(tree) == []


def test_a_module_that_is_called_must_be_there(tmp_path: Path) -> None:
    tree = with_calls(tmp_path)
    del tree["modules"][called(tree, "c")[0]]
    assert [found for found, _ in said(tree)] == ["there is no such module"] * 2


def test_modules_stand_side_by_side(tmp_path: Path) -> None:
    tree = with_calls(tmp_path)
    key, module = called(tree, "c")
    called(tree, "b")[1]["modules"] = {key: module}
    assert "modules stand side by side at the top" in [found for found, _ in said(tree)]


def test_a_call_gives_the_inputs_of_its_module(tmp_path: Path) -> None:
    tree = with_calls(tmp_path)
    entries = verb(tree, "x")["with"]["entries"]
    entries["m"] = entries.pop("n")
    assert sorted(found for found, _ in said(tree)) == [
        "`b` has no input `m`",
        "input `n` of `b` is missing",
    ]


def test_modules_that_come_to_too_much_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = with_calls(tmp_path)
    monkeypatch.setattr(MODULES, "MAX_STEPS", 3)
    assert "has over 3 steps" in said(tree)[0][0]
    monkeypatch.setattr(MODULES, "MAX_STEPS", 4)
    assert said(tree) == []
    monkeypatch.setattr(MODULES, "MAX_LEVELS", 2)
    assert "has over 2 levels" in said(tree)[0][0]
    monkeypatch.setattr(MODULES, "MAX_LEVELS", 3)
    assert said(tree) == []


def test_sub_melodies_of_players_count_for_each_step_that_may_ask_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inner = "melody: v1\nname: inner\nsteps: {a: {set: 1}, b: {set: 2}}\n"
    outer = (
        "melody: v1\nname: outer\nplayers:\n"
        '  hand: {python: "band:hand", fallback: [sub]}\n'
        "  sub: {call: inner.melody.yaml}\n"
        "steps: {s: {play: hand}, t: {play: sub}, u: {play: hand}}\n"
    )
    made = compile_text(outer, file="outer.melody.yaml", given={"inner.melody.yaml": inner})
    assert made.ir is not None, made.diagnostics
    tree = json.loads(made.ir.to_json())
    monkeypatch.setattr(MODULES, "MAX_STEPS", 5)
    assert "has over 5 steps" in said(tree)[0][0]
    monkeypatch.setattr(MODULES, "MAX_STEPS", 6)
    assert said(tree) == []
