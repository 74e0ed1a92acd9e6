from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.unit.compiler.compiling_aid import codes, compiled, in_project, shown
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import Severity

CASE = """\
players: {v: {command: [vim, -]}}
steps:
  a: {play: v}
"""
SHOWN = """\
warning[MEL401]: the project does not allow the command `vim`
 --> t.melody.yaml:3:25
  |
3 | players: {v: {command: [vim, -]}}
  |                         ^^^
  = help: add `allow: {command: [vim]}` to melody.project.yaml, or run with `--allow command:vim`
  = help: melody explain MEL401
"""


def test_a_program_that_nothing_allows_is_a_warning_with_the_exact_line_to_add() -> None:
    assert shown(CASE) == SHOWN.rstrip()


@pytest.mark.parametrize(
    "melody",
    [
        pytest.param(
            """\
steps:
  a: {run: git log}
""",
            id="allowed",
        ),
        pytest.param(
            """\
players: {m: {model: offline}}
steps:
  a: {play: m, prompt: hi}
""",
            id="a model",
        ),
        pytest.param(
            """\
steps:
  a: {set: 1}
""",
            id="set",
        ),
    ],
)
def test_what_is_right_is_left_alone(melody: str) -> None:
    assert "MEL401" not in codes(melody)


def test_each_program_is_told_once() -> None:
    assert codes("steps: {a: {run: vim && vim}, b: {run: vim}, c: {run: emacs}}\n") == [
        "MEL401",
        "MEL401",
    ]


def test_it_is_an_error_where_a_backend_is_named() -> None:
    made = compiled("steps: {a: {run: vim}}\n", will_run=True)
    assert [one.severity for one in made.diagnostics] == [Severity.ERROR]
    assert made.ir is None


def test_it_is_an_error_where_there_is_a_project(tmp_path: Path) -> None:
    made = in_project(tmp_path, "allow: {command: [git]}\n", "steps: {a: {run: vim}}\n")
    (found,) = made.errors
    assert found.code == "MEL401"
    assert found.help == (
        "add `allow: {command: [vim]}` to melody.project.yaml, or run with `--allow command:vim`"
    )


def test_a_player_of_the_project_needs_its_leave_too(tmp_path: Path) -> None:
    project = 'players: {mine: {python: "pack.mod:f"}, unused: {python: "other:f"}}\n'
    made = in_project(tmp_path, project, "steps: {a: {play: mine}}\n")
    assert [(one.code, "pack.mod" in one.message) for one in made.errors] == [("MEL401", True)]


def test_a_pattern_of_modules_covers_those_inside(tmp_path: Path) -> None:
    melody = 'players: {p: {python: "samples.deep.er:f"}}\nsteps: {a: {play: p}}\n'
    assert in_project(tmp_path, "allow: {python: [samples.*]}\n", melody).diagnostics == ()
    assert in_project(tmp_path, "allow: {python: [sample]}\n", melody).errors != ()


def test_an_allow_list_that_cannot_be_read_refuses_nothing_else(tmp_path: Path) -> None:
    made = in_project(tmp_path, "alow: {command: [vim]}\n", "steps: {a: {run: vim}}\n")
    assert [one.code for one in made.diagnostics] == ["MEL112"]


PLAYERS = [
    ('{http: {url: "https://api.x.test/a"}}', "allow: {http: [api.x.test]}"),
    ('{http: {url: "https://API.x.test/${{ with.a }}"}}', "allow: {http: [api.x.test]}"),
    (
        '{http: {url: "http://127.0.0.1:8080/"}}',
        'allow: {http: ["127.0.0.1"], private_addresses: ["127.0.0.1"]}',
    ),
    ('{http: {url: "http://[::1]/"}}', 'allow: {http: ["::1"], private_addresses: ["::1"]}'),
    ("{mcp: {command: [a, --b]}, tool: t}", "allow: {mcp: [[a, --b]]}"),
    ('{mcp: {url: "https://x.test/mcp"}, tool: t}', 'allow: {mcp: ["https://x.test/mcp"]}'),
    ("{plugin: acme-search}", "allow: {plugin: [acme-search]}"),
    ('{framework: "crews.research:crew"}', "allow: {python: [crews.research]}"),
]


@pytest.mark.parametrize(("player", "line"), PLAYERS)
def test_the_line_that_is_offered_allows_exactly_it(tmp_path: Path, player: str, line: str) -> None:
    melody = f"players: {{p: {player}}}\nsteps: {{a: {{play: p}}}}\n"
    (found,) = in_project(tmp_path, "{}\n", melody).errors
    assert found.code == "MEL401"
    assert found.help is not None
    assert found.help.startswith(f"add `{line}` to melody.project.yaml, or run with `--allow ")
    assert in_project(tmp_path, f"{line}\n", melody).diagnostics == ()


@pytest.mark.parametrize(("player", "line"), PLAYERS)
def test_the_option_that_is_offered_allows_exactly_it(player: str, line: str) -> None:
    melody = f"players: {{p: {player}}}\nsteps: {{a: {{play: p}}}}\n"
    (found,) = compiled(melody, allow=Allow()).diagnostics
    assert found.help is not None
    words = shlex.split(found.help.partition("or run with ")[2].strip("`"))
    allow = Allow()
    for entry in words[1::2]:
        allow |= Allow.parse(entry)
    assert compiled(melody, allow=allow).diagnostics == ()


@pytest.mark.parametrize(
    "url", ["${{ with.url }}", "https://${{ with.host }}/x", "https://a.${{ with.host }}/x"]
)
def test_a_host_that_is_computed_is_looked_at_later(url: str) -> None:
    melody = f'players: {{p: {{http: {{url: "{url}"}}}}}}\nsteps: {{a: {{play: p}}}}\n'
    assert codes(melody) == []


MODEL = 'models: {m: {model: openai/x, base_url: "http://localhost:1/v1"}}\n'
ASKS = "steps: {a: {play: p, prompt: x}}\nplayers: {p: {model: m}}\n"


def test_the_address_of_a_model_is_looked_at_in_a_melody_and_trusted_in_a_project(
    tmp_path: Path,
) -> None:
    (found,) = in_project(tmp_path, "{}\n", MODEL + ASKS).errors
    assert found.code == "MEL401"
    line = 'allow: {http: [localhost], private_addresses: ["127.0.0.1"]}'
    assert found.help is not None
    assert line in found.help
    assert in_project(tmp_path, f"{line}\n", MODEL + ASKS).diagnostics == ()
    assert in_project(tmp_path, MODEL, ASKS).diagnostics == ()


def test_a_player_that_is_not_enabled_needs_no_leave() -> None:
    assert "MEL401" not in codes(
        "players: {p: {plugin: x, enabled: false}, q: {model: offline}}\n"
        "steps: {a: {play: q, prompt: x}}\n"
    )


def test_a_command_that_undoes_a_step_needs_leave_too() -> None:
    assert codes("steps: {a: {set: 1, compensate: {run: vim}}}\n") == ["MEL401"]
