"""``process: {manager: NAME}``: who is meant, who may be named, and what is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from compiler.pipeline import Compilation, compile_text
from workflow_ir.allow import Allow
from workflow_ir.workflow import Process, WorkflowIR

PLAYERS: dict[str, Any] = {
    "boss": {"python": "band:boss"},
    "ann": {"python": "band:ann", "refresh": "key"},
    "off": {"python": "band:off", "enabled": False},
    "key": {"python": "band:key"},
    "thinker": {"agent": {"role": "r", "goal": "g", "backstory": "b"}, "model": "offline",
                "tools": ["look", "bob"]},
    "look": {"python": "band:look"},
    "bob": {"python": "band:bob"},
}  # fmt: skip


def compiled(process: Any, players: dict[str, Any] = PLAYERS) -> Compilation:
    tree = {
        "melody": "v1",
        "name": "managed",
        "players": players,
        "process": process,
        "steps": {"a": {"play": "ann"}, "b": {"play": "bob"}},
    }
    text = yaml.safe_dump(tree, sort_keys=False)
    return compile_text(text, file="managed.melody.yaml", allow=Allow(python=("band",)))


def ir_of(process: Any, players: dict[str, Any] = PLAYERS) -> WorkflowIR:
    made = compiled(process, players)
    assert made.ir is not None, [one.message for one in made.diagnostics]
    return made.ir


def test_it_may_name_the_melodys_own_players_but_itself_helpers_and_those_switched_off() -> None:
    ir = ir_of({"manager": "boss"})
    assert ir.process == Process(manager="boss", players=("ann", "thinker", "bob"))
    assert set(ir.process.players) | {"boss"} <= set(ir.players)


def test_whoever_it_may_name_is_used() -> None:
    enabled = {name: player for name, player in PLAYERS.items() if name != "off"}
    assert compiled({"manager": "boss"}, enabled).diagnostics == ()


def test_without_it_nothing_is_managed_and_the_hash_is_another_one() -> None:
    plain = compile_text(
        yaml.safe_dump({"melody": "v1", "name": "managed", "players": {"ann": PLAYERS["boss"]},
                        "steps": {"a": {"play": "ann"}}}, sort_keys=False),
        allow=Allow(python=("band",)),
    ).ir  # fmt: skip
    assert plain is not None
    assert plain.process is None
    managed = plain.model_copy(update={"process": Process(manager="ann")})
    assert managed.hash != plain.hash


@pytest.mark.parametrize(
    ("process", "code", "said"),
    [
        ({"manager": "bos"}, "MEL202", "there is no player `bos`"),
        ({"manager": "off"}, "MEL220", "player `off` is disabled"),
        ({}, "MEL113", "manager"),
        ({"manger": "boss"}, "MEL112", "manger"),
        ("boss", "MEL111", "must be a map"),
        ({"manager": ["boss"]}, "MEL111", "must be text"),
    ],
)
def test_what_is_wrong_with_it_is_told_at_its_place(process: Any, code: str, said: str) -> None:
    found = [one for one in compiled(process).diagnostics if one.severity == "error"]
    assert [one.code for one in found] == [code]
    assert said in found[0].message
    assert found[0].span is not None


def test_it_reads_back_from_an_ir_file_and_unknown_names_in_it_are_refused() -> None:
    ir = ir_of({"manager": "boss"})
    again = compile_text(ir.to_json(), file="managed.ir.json", allow=Allow(python=("band",)))
    assert again.ir == ir
    wrong = ir.model_copy(update={"process": Process(manager="bos", players=("an",))})
    found = compile_text(wrong.to_json(), file="managed.ir.json", allow=Allow(python=("band",)))
    assert [one.message for one in found.diagnostics] == [
        "there is no player `bos`",
        "there is no player `an`",
    ]
