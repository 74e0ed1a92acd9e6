from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from conductor_core.players.faults import Faults
from conductor_core.players.script import Script
from conductor_core.players.troupe import Troupe
from conductor_core.ports import Players
from tests.unit.conductor_core.melodies import melody
from tests.unit.conductor_core.players.asking import ask, error_of, output_of
from workflow_ir.allow import Allow
from workflow_ir.outcome import StandardError
from workflow_ir.players import CommandPlayer, Model, ModelPlayer, Player, PythonPlayer
from workflow_ir.values import ExprValue, LiteralValue, MapValue

ALLOW = Allow(python=("parts",), command=("echo",))


def words(*texts: str) -> tuple[LiteralValue, ...]:
    return tuple(LiteralValue(kind="literal", value=text) for text in texts)


PLAYERS: dict[str, Player] = {
    "coder": PythonPlayer(kind="python", target="parts:double"),
    "shell": CommandPlayer(kind="command", commands=(words("echo", "-n", "x"),), parse="text"),
    "writer": ModelPlayer(kind="model", model="offline"),
    "cheap": ModelPlayer(kind="model", model="small"),
    "stranger": PythonPlayer(kind="python", target="elsewhere.parts:double"),
    "chain": CommandPlayer(kind="command", commands=(words("echo"), words("rm", "-rf", "x"))),
    "computed": CommandPlayer(
        kind="command", commands=((ExprValue(kind="expr", source="with.tool"),),)
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "parts.py").write_text("def double(*, n): return 2 * n\n", encoding="utf-8")
    return tmp_path


def troupe(folder: Path, **facts: Any) -> Troupe:
    return Troupe(PLAYERS, folder, **{"allow": ALLOW, **facts})


def find(found: Players, name: str, path: str = "draft") -> Any:
    return found.find(name, path, path)


def find_in(found: Players, name: str, path: str) -> Any:
    """A player of the sub-melody ``key``; the step's own address is all that is told of it."""
    return found.find(name, path, path.rpartition("/")[2], "key")


def test_each_kind_of_player_is_found_and_plays(folder: Path) -> None:
    found = troupe(folder)
    assert output_of(ask(find(found, "coder"), {"n": 2})) == 4
    assert output_of(ask(find(found, "shell"))) == "x"
    assert output_of(ask(find(found, "writer"), prompt="Say hello. Now.")) == "Say hello."


def test_players_of_a_sub_melody_are_its_own_and_have_its_models(folder: Path) -> None:
    sub = melody(players={"coder": ModelPlayer(kind="model", model="quiet")})
    sub = sub.model_copy(update={"models": {"quiet": Model(model="offline/basic")}})
    found = troupe(folder, modules={"key": sub})
    inner = find_in(found, "coder", "docs/intro")
    assert output_of(ask(inner, prompt="Say hello. Now.")) == "Say hello."
    assert output_of(ask(find(found, "coder"), {"n": 2})) == 4
    assert inner is find_in(found, "coder", "other/intro")
    assert "no player 'shell'" in find_in(found, "shell", "docs/x").message


def test_a_script_plays_by_name_at_any_depth_and_steps_by_the_path_through_their_callers(
    folder: Path,
) -> None:
    sub = melody(players={"inner": PLAYERS["coder"]})
    script = Script.read(
        {
            "players": {"inner": {"return": "by name"}},
            "steps": {
                "docs/intro": {"return": "by address"},
                "m[1]/docs/intro": {"return": "by path"},
                "intro": {"return": "of the top"},
            },
        }
    )
    found = troupe(folder, script=script, modules={"key": sub})

    def played(path: str) -> Any:
        return output_of(ask(find_in(found, "inner", path), path=path))

    assert played("other/intro") == "by name"
    assert played("docs/intro") == "by address"
    assert played("docs#2/intro") == "by address"
    assert played("m[1]/docs/intro") == "by path"


def test_a_fault_may_name_a_step_of_a_sub_melody(folder: Path) -> None:
    sub = melody(players={"inner": PLAYERS["coder"]})
    faults = Faults.parse("docs/intro:unavailable")
    found = troupe(folder, modules={"key": sub}, faults=faults)
    hit = find_in(found, "inner", "docs/intro")
    assert error_of(ask(hit, {"n": 1}, path="docs/intro", address="intro")).code == "http.503"
    spared = find_in(found, "inner", "intro")
    assert output_of(ask(spared, {"n": 1}, path="intro", address="intro")) == 2


def test_a_command_may_read_secrets_in_its_environment(folder: Path) -> None:
    tell = CommandPlayer(
        kind="command",
        commands=(words("printenv", "TOKEN"),),
        parse="text",
        env=MapValue(kind="map", entries={"TOKEN": ExprValue(kind="expr", source="secrets.TOKEN")}),
    )
    found = Troupe(
        {"tell": tell}, folder, allow=Allow(command=("printenv",)), secrets={"TOKEN": "t0ken"}
    )
    assert output_of(ask(find(found, "tell"))) == "t0ken\n"


def test_a_player_is_made_once(folder: Path) -> None:
    found = troupe(folder)
    assert find(found, "coder") is find(found, "coder", "other")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("stranger", "allow: {python: [elsewhere.parts]}"),
        ("chain", "allow: {command: [rm]}"),
    ],
)
def test_what_is_not_allowed_is_refused_before_it_starts(
    folder: Path, name: str, line: str
) -> None:
    error = error_of(find(troupe(folder), name))
    assert (error.code, line in error.message) == ("policy.not_allowed", True)


def test_scripted_players_are_never_imported_but_must_be_allowed(folder: Path) -> None:
    (folder / "parts.py").write_text("raise RuntimeError\n", encoding="utf-8")
    script = Script.read({"default": {"return": "scripted"}})
    found = troupe(folder, script=script)
    assert output_of(ask(find(found, "coder"))) == "scripted"
    assert error_of(find(found, "stranger")).code == "policy.not_allowed"
    assert "elsewhere" not in sys.modules


def test_a_player_without_entry_in_the_script_is_a_clear_error(folder: Path) -> None:
    found = troupe(folder, script=Script.read({"steps": {"draft": {"return": 1}}}))
    assert output_of(ask(find(found, "coder"))) == 1
    error = error_of(find(found, "coder", "other"))
    assert "the script has no entry for player 'coder' (step 'other')" in error.message


def test_what_was_consumed_of_a_script_is_kept_between_finds(folder: Path) -> None:
    found = troupe(folder, script=Script.read({"default": [{"return": 1}, {"return": 2}]}))
    assert [output_of(ask(find(found, "coder"))) for _ in range(2)] == [1, 2]


def test_faults_come_before_real_players(folder: Path) -> None:
    found = troupe(folder, faults=Faults.parse("draft:crash"))
    answers = [ask(find(found, "coder"), {"n": 1}) for _ in range(2)]
    assert isinstance(answers[0], StandardError)
    assert output_of(answers[1]) == 2


def test_an_unknown_player_is_told_with_the_nearest_name(folder: Path) -> None:
    assert "did you mean 'coder'?" in error_of(find(troupe(folder), "codr")).message


def test_offline_replaces_every_model(folder: Path) -> None:
    models = {"small": Model(model="openai/gpt-small")}
    refused = ask(find(troupe(folder, models=models), "cheap"), prompt="Hello.")
    assert error_of(refused).code == "config.model"
    answer = ask(find(troupe(folder, models=models, offline=True), "cheap"), prompt="Hello.")
    assert output_of(answer) == "Hello."


def test_a_computed_program_is_refused_when_it_is_known(folder: Path) -> None:
    player = find(troupe(folder), "computed")
    assert error_of(ask(player, {"tool": "rm"})).code == "policy.not_allowed"
