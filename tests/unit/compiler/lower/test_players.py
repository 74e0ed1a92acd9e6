from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from compiler.lower.players import lower_player
from compiler.parse import syntax
from compiler.parse.not_yet import NOT_YET
from compiler.parse.players import KINDS
from tests.unit.compiler.compiling_aid import in_project, ir_of
from workflow_ir.players import ModelPlayer, Player


def test_only_players_and_models_that_a_step_can_reach_are_kept() -> None:
    ir = ir_of("""\
models: {smart: {model: offline/basic, temperature: 0}, idle: offline}
players:
  a: {model: smart, fallback: [b]}
  b: {model: offline}
  c: {model: idle}
steps: {s: {play: a, prompt: hi}}
""")
    assert list(ir.players) == ["a", "b"]
    assert {name: model.model for name, model in ir.models.items()} == {
        "offline": "offline/basic",
        "smart": "offline/basic",
    }
    assert ir.models["smart"].parameters == {"temperature": 0}


def test_a_player_of_the_melody_stands_before_one_of_the_project(tmp_path: Path) -> None:
    project = "players: {p: {model: offline, system: theirs}, q: {model: offline}}\n"
    melody = "players: {p: {model: offline, system: ours}}\n"
    steps = "steps: {a: {play: p, prompt: x}, b: {play: q, prompt: x}}\n"
    made = in_project(tmp_path, project, melody + steps)
    assert made.ir is not None
    found = made.ir.players["p"]
    assert isinstance(found, ModelPlayer)
    assert found.system is not None
    assert found.system.model_dump()["value"] == "ours"
    assert sorted(made.ir.players) == ["p", "q"]


def test_the_expressions_of_a_run_read_the_run_and_its_player_reads_them_by_place() -> None:
    ir = ir_of("inputs: {s: string}\nsteps: {a: {run: 'echo ${{ inputs.s }}'}}\n")
    written = ir.players["run:a"].model_dump_json()
    assert "inputs" not in written


def test_every_kind_of_player_is_lowered_or_refused_in_reading() -> None:
    refused = {key.removeprefix("player.") for key in NOT_YET if key.startswith("player.")}
    assert set(KINDS) - refused == {"python", "command", "model"}
    kinds = {one.model_fields["kind"].annotation for one in get_args(get_args(Player)[0])}
    assert {get_args(kind)[0] for kind in kinds} == {"python", "command", "model"}


def test_a_kind_that_reading_refuses_never_comes_here() -> None:
    made = ir_of("players: {p: {model: offline}}\nsteps: {a: {play: p, prompt: x}}\n")
    assert made.players["p"].kind == "model"
    with pytest.raises(AssertionError, match="reading refuses"):
        lower_player(_unreadable())


def _unreadable() -> syntax.Player:
    from workflow_ir.span import Span

    span = Span("t", 1, 1, 1, 1)
    return syntax.Player(syntax.Spanned("p", span), span, syntax.Unreadable(span), span)
