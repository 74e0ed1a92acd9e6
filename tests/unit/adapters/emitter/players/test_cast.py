"""Who is called how in the file of the cast, and what a project needs for its players."""

from __future__ import annotations

import ast
import tomllib

import pytest

from adapters.emitter.players.asked import TAKEN
from tests.unit.adapters.emitter.players.cast_of import asked, body, emitted, file, files, text_of


@pytest.mark.parametrize(
    "name",
    ["run", "plain", "data", "request", "part", "complete", "function", "call", "called", "any",
     "as_text", "default", "os", "secrets", "with", "class", "list", "find", "use", "work"],
)  # fmt: skip
def test_a_player_never_hides_what_its_file_uses(name: str) -> None:
    players = f'  {name}: {{command: [echo, "${{{{ with.x }}}}"], stdin: "a ${{{{ with.x }}}}"}}'
    made = asked(players, f"play: {name}, with: {{x: a}}")
    (path,) = (one for one in files(made) if one.startswith("players/") and "__" not in one)
    tree = ast.parse(files(made)[path])
    bound = [alias.asname or alias.name for node in tree.body
             if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names]  # fmt: skip
    (function,) = (one.name for one in tree.body if isinstance(one, ast.AsyncFunctionDef))
    assert function not in bound
    assert function == path.removeprefix("players/").removesuffix(".py")
    assert f"'{name}': Player('{name}', {function}" in file(made, "cast.py")


def test_names_that_are_taken_are_those_that_templates_use() -> None:
    assert {"run", "data", "plain", "request", "part", "complete", "called", "with_"} <= TAKEN


def test_players_of_equal_names_in_sub_melodies_have_files_of_their_own() -> None:
    note = (
        "melody: v1\nname: note\nmodels: {smart: openai/shed}\n"
        "players: {one: {model: smart}}\nsteps: {a: {play: one, prompt: Go}}\n"
    )
    text = """
models: {smart: openai/house}
players: {one: {model: smart}, noter: {call: ./note.melody.yaml}}
steps:
  it: {play: one, prompt: Go}
  that: {play: noter}
outputs: {}
"""
    made = emitted(text, note=note)
    assert "'openai/house'" in body(made, "one")
    assert "'openai/shed'" in body(made, "one_2")
    cast = file(made, "cast.py")
    assert "NOTE_CAST: dict[str, Player] = {'one': Player('one', one_2)}" in cast
    assert "async def noter(call: Call)" in cast
    assert "players/noter.py" not in files(made)


def test_an_agent_of_a_sub_melody_may_use_a_sub_melody() -> None:
    line = "melody: v1\nname: line\ninputs: {x: string}\nsteps: {a: {set: {b: 1}}}\n"
    note = (
        "melody: v1\nname: note\nmodels: {smart: openai/shed}\n"
        "players: {one: {agent: {role: a, goal: b}, model: smart, tools: [lines]},"
        " lines: {call: ./line.melody.yaml}}\nsteps: {a: {play: one, prompt: Go}}\n"
    )
    text = "players: {noter: {call: ./note.melody.yaml}}\nsteps: {it: {play: noter}}\noutputs: {}\n"
    made = emitted(text, note=note, line=line)
    assert "from ..cast import NOTE_CAST" in body(made)
    assert "'x'" in body(made)


def test_commands_without_a_name_of_their_own_are_called_by_their_step() -> None:
    text = """
steps:
  a_b: {run: "git log"}
  a: {steps: {b: {run: "git log"}, run: {run: "git status"}}}
outputs: {}
"""
    made = emitted(text)
    names = sorted(
        one for one in files(made) if one.startswith("players/") and "__init__" not in one
    )
    assert len(names) == len(set(names)) == 3
    assert all(name.removeprefix("players/").removesuffix(".py").isidentifier() for name in names)


PLAYERS = """
models:
  smart: openai/house
  claude: anthropic/claude
  own: {model: my_house/llama, base_url: "https://a.example/v1"}
  none: offline/basic
players:
  a: {model: smart}
  b: {model: claude}
  c: {model: own}
  d: {http: {url: "https://a.example", headers: {A: "${{ secrets.TOKEN }}"}}}
  e: {mcp: {command: [tools, -x]}, tool: t}
  f: {model: none}
steps:
  a: {play: a, prompt: x}
  b: {play: b, prompt: x}
  c: {play: c, prompt: x}
  d: {play: d}
  e: {play: e}
  f: {play: f, prompt: x}
outputs: {}
"""


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("native", {"anthropic>=2,<3", "openai>=2,<3"}),
        ("langgraph", {"langchain>=1.2,<2", "langchain-openai>=1,<2", "langchain-anthropic>=1,<2"}),
        ("crewai", {"crewai[anthropic]>=1.15.30,<1.16"}),
    ],
)
def test_a_project_lists_what_its_players_need(target: str, wanted: set[str]) -> None:
    made = emitted(PLAYERS, target)
    listed = tomllib.loads(text_of(made, "pyproject.toml"))["project"]["dependencies"]
    assert wanted | {"httpx>=0.27,<1", "mcp>=1.24,<2"} <= set(listed)
    assert len(listed) == len(set(listed))


def test_the_variables_of_the_environment_are_named_where_people_look() -> None:
    made = emitted(PLAYERS)
    names = ["ANTHROPIC_API_KEY", "MY_HOUSE_API_KEY", "OPENAI_API_KEY", "TOKEN"]
    lines = text_of(made, ".env.example").splitlines()
    assert [line.removesuffix("=") for line in lines if line.endswith("=")] == names
    for name in names:
        assert f"`{name}`" in text_of(made, "README.md")
    assert "OFFLINE" not in text_of(made, ".env.example")


def test_a_project_without_secrets_names_no_variables() -> None:
    made = asked("  one: {command: [ls]}")
    assert "environment" not in text_of(made, "README.md")
