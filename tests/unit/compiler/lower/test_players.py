from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest

from compiler.lower.players import KINDS, lower_player
from compiler.parse import syntax
from compiler.parse.player_kinds import READERS
from tests.unit.compiler.compiling_aid import in_project, ir_of
from workflow_ir.canonical import plain
from workflow_ir.players import CallPlayer, ModelPlayer, Player


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


ALL = """\
models:
  smart: {model: openai/gpt-5, temperature: 0.5, base_url: "http://localhost:1/v1"}
  free: offline
  cheap: openai/gpt-5-mini
players:
  all:
    python: "m:f"
    description: Does it.
    input: {code: string}
    provides: [code.score]
    fallback: [http]
    importance: low
    effects: once
    isolation: worker
    cost: {usd: 0.002, tokens: 10}
    limits: {concurrency: 2, per_minute: 60, memory: 2GB, cpu: 50%, output: 1MB}
    timeout: 1m
    grant: {attempts: 2}
    requires: [mcp]
    preload: true
  http:
    http: {method: POST, url: "https://x.y/${{ with.q }}", headers: {A: "${{ secrets.KEY }}"},
           json: {q: "${{ with.q }}"}, timeout: 10s}
    parse: json
    timeout: 20s
  agent: {agent: {role: "R ${{ with.x }}", goal: g}, model: smart, system: s, tools: [http, off],
          max_turns: 3, temperature: 0}
  mcp: {mcp: {command: [files, --root, .], env: {T: "${{ secrets.T }}"}}, tool: write}
  remote: {mcp: {url: "https://x.y/mcp", headers: {A: b}}, tool: find}
  plugin: {plugin: acme-search}
  framework: {framework: "a.b:c"}
  model: {model: free, fallback: [off, plugin], top_p: 0.5}
  off: {plugin: gone, enabled: false}
steps:
  a: {play: all, with: {code: x}}
  b: {play: agent, policy: {retry: {vary: [{temperature: 0.2}, {model: cheap}]}}}
  c: {play: remote}
  d: {play: framework}
  e: {play: model}
"""


def _player(name: str) -> dict[str, Any]:
    tree = plain(ir_of(ALL).players[name])
    assert isinstance(tree, dict)
    return tree


def test_everything_that_a_player_says_of_itself_is_kept() -> None:
    assert _player("all") == {
        "kind": "python",
        "target": "m:f",
        "description": "Does it.",
        "input": {
            "type": "object",
            "properties": {"code": {"type": "string"}},
            "required": ["code"],
            "additionalProperties": False,
        },
        "provides": ["code.score"],
        "fallback": ["http"],
        "importance": "low",
        "effects": "once",
        "isolation": "worker",
        "cost": {"usd": 0.002, "tokens": 10},
        "limits": {
            "concurrency": 2, "per_minute": 60, "memory_bytes": 2 * 10**9, "cpu": 0.5,
            "output_bytes": 10**6,
        },
        "timeout_s": 60,
        "grant_attempts": 2,
        "requires": ["mcp"],
        "preload": True,
    }  # fmt: skip


def test_a_request_is_kept_with_the_shorter_of_its_two_time_limits() -> None:
    http = _player("http")
    assert http["timeout_s"] == 10
    assert http["parse"] == "json"
    assert list(http["request"]["entries"]) == ["method", "url", "headers", "json"]


def test_an_agent_keeps_its_model_and_the_tools_that_perform() -> None:
    agent = _player("agent")
    assert (agent["model"], agent["tools"], agent["max_turns"]) == ("smart", ["http"], 3)
    assert agent["parameters"] == {"temperature": 0}
    assert list(agent["agent"]["entries"]) == ["role", "goal"]


def test_a_server_is_kept_as_it_is_started_or_found() -> None:
    assert _player("mcp")["command"] == ["files", "--root", "."]
    assert _player("mcp")["tool"] == "write"
    assert _player("remote")["url"] == "https://x.y/mcp"
    assert list(_player("remote")["headers"]["entries"]) == ["A"]


def test_a_plugin_and_a_thing_of_a_framework_are_kept_by_name() -> None:
    assert _player("plugin") == {"kind": "plugin", "plugin": "acme-search"}
    assert _player("framework") == {"kind": "framework", "target": "a.b:c"}


def test_a_player_that_is_not_enabled_performs_nowhere() -> None:
    assert "off" not in ir_of(ALL).players
    assert _player("model")["fallback"] == ["plugin"]


def test_models_keep_their_address_and_their_sampling_those_of_later_attempts_too() -> None:
    models = ir_of(ALL).models
    assert plain(models["smart"]) == {
        "model": "openai/gpt-5",
        "parameters": {"temperature": 0.5},
        "base_url": "http://localhost:1/v1",
    }
    assert models["free"].model == "offline/basic"
    assert sorted(models) == ["cheap", "free", "smart"]


def test_every_kind_of_player_is_lowered() -> None:
    made = {one.model_fields["kind"].annotation for one in get_args(get_args(Player)[0])}
    assert {get_args(kind)[0] for kind in made} == set(READERS)
    assert len(KINDS) == len(READERS)


def test_a_sub_melody_as_a_player_is_a_module(tmp_path: Path) -> None:
    tmp_path.joinpath("sub.melody.yaml").write_text(
        "melody: v1\nname: sub\nsteps: {a: {set: 1}}\noutputs: {n: '${{ steps.a.output }}'}\n"
    )
    made = in_project(
        tmp_path, "{}\n", "players: {p: {call: ./sub.melody.yaml}}\nsteps: {a: {play: p}}\n"
    )
    assert made.ir is not None, made.diagnostics
    found = made.ir.players["p"]
    assert isinstance(found, CallPlayer)
    assert list(made.ir.modules) == [found.module]


def test_what_could_not_be_read_is_not_lowered() -> None:
    with pytest.raises(KeyError):
        lower_player(_unreadable())


def _unreadable() -> syntax.Player:
    from workflow_ir.span import Span

    span = Span("t", 1, 1, 1, 1)
    return syntax.Player(syntax.Spanned("p", span), span, syntax.Unreadable(span), span)
