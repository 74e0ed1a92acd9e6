from __future__ import annotations

from pathlib import Path

import pytest

from compiler.pipeline import Compilation, compile_file
from compiler.projects.above import above
from tests.unit.compiler.projects.levels import user_file
from workflow_ir.players import ModelPlayer, PythonPlayer
from workflow_ir.render import render_text
from workflow_ir.steps import Play, layers

HEAD = "melody: v1\nname: a\n"


def made(
    folder: Path, project: str | None, melody: str, *, profile: str | None = None
) -> Compilation:
    if project is not None:
        folder.joinpath("melody.project.yaml").write_text(project)
    path = folder / "a.melody.yaml"
    path.write_text(HEAD + melody)
    return compile_file(path, profile=profile)


PLAYS = "steps: {a: {play: coder, prompt: x}}\n"
PROJECT = """\
models: {smart: {model: openai/gpt-5, temperature: 1, seed: 7}}
players: {coder: {model: smart, system: be brief}}
profiles:
  offline: {models: {smart: {model: offline/basic, seed: null}}}
  other: {players: {coder: {model: null, system: null, python: "m:f"}}, allow: {python: [m]}}
"""


def test_a_profile_is_merged_into_models_and_null_takes_away(tmp_path: Path) -> None:
    found = made(tmp_path, PROJECT, PLAYS, profile="offline")
    assert found.ir is not None, found.diagnostics
    assert found.ir.models["smart"].model == "offline/basic"
    assert found.ir.models["smart"].parameters == {"temperature": 1}


def test_a_profile_changes_the_kind_of_a_player_and_what_is_allowed(tmp_path: Path) -> None:
    melody = "steps: {a: {play: coder}}\n"
    found = made(tmp_path, PROJECT, melody, profile="other")
    assert found.ir is not None, found.diagnostics
    assert isinstance(found.ir.players["coder"], PythonPlayer)
    assert found.allow.python == ("m",)
    assert made(tmp_path, PROJECT, PLAYS).allow.python == ()


@pytest.mark.parametrize(
    ("profile", "help_"),
    [("ofline", "did you mean `offline`?"), ("zzz", "profiles: `offline`, `other`")],
)
def test_an_unknown_profile_is_told_with_the_nearest(
    tmp_path: Path, profile: str, help_: str
) -> None:
    (found,) = made(tmp_path, PROJECT, PLAYS, profile=profile).errors
    assert (found.code, found.help) == ("MEL132", help_)


def test_a_profile_without_any_project_is_unknown(tmp_path: Path) -> None:
    (found,) = made(tmp_path, None, "steps: {a: {set: 1}}\n", profile="production").errors
    assert found.code == "MEL132"
    assert found.help == "define it under `profiles:` in melody.project.yaml"


def test_a_mistake_in_a_profile_is_told_whether_it_is_chosen_or_not(tmp_path: Path) -> None:
    project = "profiles:\n  a: {policy: {timeot: 1s}}\n  b: {policy: {timeout: 3}}\n"
    melody = "steps: {a: {set: 1}}\n"
    for profile in (None, "a", "b"):
        found = made(tmp_path, project, melody, profile=profile).errors
        assert [(one.code, one.span and one.span.line) for one in found] == [
            ("MEL112", 2),
            ("MEL118", 3),
        ]


def test_profiles_that_cannot_be_read_do_not_make_their_names_unknown(tmp_path: Path) -> None:
    found = made(tmp_path, "profiles: [a]\n", "steps: {a: {set: 1}}\n", profile="a").errors
    assert [one.code for one in found] == ["MEL111"]


LOOSE = """\
policy: {timeout: 1m, budget: {usd: 2}}
profiles:
  loose: {policy: {timeout: 2m, budget: {usd: null}}}
"""


def test_a_profile_that_loosens_its_project_is_told_at_its_own_place(tmp_path: Path) -> None:
    found = made(tmp_path, LOOSE, "steps: {a: {set: 1}}\n", profile="loose")
    said = render_text(found.diagnostics, {})
    assert [(one.code, one.span and one.span.line) for one in found.errors] == [
        ("MEL402", 3),
        ("MEL402", 3),
    ]
    assert "`timeout: 2m` is longer than the project allows (1m)" in said
    assert "profile `loose` takes the bound `budget.usd` away" in said
    again = made(tmp_path, LOOSE, "steps: {a: {set: 1}}\n")
    assert [one.message for one in again.errors] == [one.message for one in found.errors]


def test_a_profile_that_cannot_be_read_is_not_unknown(tmp_path: Path) -> None:
    found = made(tmp_path, "profiles: {a: 3}\n", "steps: {a: {set: 1}}\n", profile="a").errors
    assert [one.code for one in found] == ["MEL111"]


def test_the_projects_players_come_before_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_file(tmp_path, "players: {a: {model: offline, provides: [x]}}\n", monkeypatch)
    project = "players: {b: {model: offline, provides: [x]}}\n"
    ir = made(tmp_path, project, "steps: {s: {play: {provides: x}, prompt: hi}}\n").ir
    assert ir is not None
    verb = layers(ir.root.steps[0]).verb
    assert isinstance(verb, Play)
    assert verb.players() == ("b", "a")


def test_what_a_profile_says_is_told_in_the_project_file(tmp_path: Path) -> None:
    project = "profiles: {p: {players: {coder: {model: smrt}}, models: {smart: offline}}}\n"
    found = made(tmp_path, project, PLAYS, profile="p").errors
    assert [(one.code, one.label) for one in found] == [("MEL203", "did you mean `smart`?")]
    assert found[0].span is not None
    assert found[0].span.file.endswith("melody.project.yaml")


def test_a_bound_of_a_profile_is_told_as_one(tmp_path: Path) -> None:
    project = "policy: {timeout: 5m}\nprofiles: {strict: {policy: {timeout: 10s}}}\n"
    melody = "policy: {timeout: 1m}\nsteps: {a: {set: 1}}\n"
    assert made(tmp_path, project, melody).errors == ()
    (found,) = made(tmp_path, project, melody, profile="strict").errors
    assert found.message == "`timeout: 1m` is longer than profile `strict` allows (10s)"
    assert found.notes[0].span is not None
    assert found.notes[0].span.line == 2


def test_the_users_players_and_models_are_there_for_every_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = (
        "models: {smart: offline, mine: offline}\nplayers: {coder: {model: mine, system: mine}}\n"
    )
    user_file(tmp_path, user, monkeypatch)
    assert made(tmp_path, None, PLAYS).ir is not None
    found = made(tmp_path, PROJECT.partition("profiles")[0], PLAYS).ir
    assert found is not None
    player = found.players["coder"]
    assert isinstance(player, ModelPlayer)
    assert (player.model, found.models["smart"].model) == ("smart", "openai/gpt-5")


def test_the_users_file_makes_no_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user_file(tmp_path, "policy: {timeout: 1m}\n", monkeypatch)
    found = made(tmp_path, None, "steps: {a: {run: git}}\n")
    assert not found.has_project
    assert found.ir is not None  # so what is not allowed is a warning
    assert [one.code for one in found.diagnostics] == ["MEL401"]


def test_the_users_profile_stands_over_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_file(tmp_path, "profiles: {offline: {models: {smart: {seed: 1}}}}\n", monkeypatch)
    found = made(tmp_path, PROJECT, PLAYS, profile="offline").ir
    assert found is not None
    assert found.models["smart"].parameters == {"temperature": 1}  # the project's has the last word
    user = tmp_path / "config" / "melody" / "melody.user.yaml"
    user.write_text("profiles: {mine: {models: {smart: {seed: 1}}}}\n")
    again = made(tmp_path, PROJECT, PLAYS, profile="mine").ir
    assert again is not None
    assert again.models["smart"].parameters == {"temperature": 1, "seed": 1}


def test_a_mistake_in_the_users_file_is_told_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = user_file(tmp_path, "allow: {python: [m]}\npolicy: {wall: 6m}\n", monkeypatch)
    found = made(tmp_path, None, "steps: {a: {set: 1}}\n").errors
    assert [(one.code, one.span and (one.span.file, one.span.line)) for one in found] == [
        ("MEL112", (str(path), 1)),
        ("MEL402", (str(path), 2)),
    ]


def test_nothing_above_is_nothing(tmp_path: Path) -> None:
    found = above(tmp_path)
    assert found.project() == (None, ())
    assert (found.folder, found.has_project, found.sources) == (None, False, {})
