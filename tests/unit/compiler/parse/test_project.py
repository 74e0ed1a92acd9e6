from __future__ import annotations

from compiler.parse.project import project
from compiler.parse.source_text import SourceText
from compiler.parse.syntax import Project
from compiler.parse.yaml_reader import read_tree
from tests.unit.compiler.parse.reading_aid import Problems, codes, places

FILE = "melody.project.yaml"


def read_project(text: str) -> tuple[Project | None, Problems]:
    source = SourceText(FILE, text)
    tree, problems = read_tree(source)
    assert problems == ()
    assert tree is not None
    return project(source, tree)


def test_what_a_project_allows_is_read() -> None:
    found, problems = read_project(
        "allow: {python: [samples.*], command: [git, ruff]}\n"
        "players: {a: {command: [git]}}\nmodels: {smart: offline/basic}\npolicy: {wall: 10m}\n"
    )
    assert problems == ()
    assert found is not None
    assert found.allow is not None
    assert [one.value for one in found.allow.command] == ["git", "ruff"]
    assert [one.value for one in found.allow.python] == ["samples.*"]
    assert found.policy is not None
    assert found.policy.wall is not None
    assert found.policy.wall.value == 600


def test_what_does_not_run_yet_is_refused() -> None:
    found, problems = read_project(
        "allow: {http: [x.y], mcp: [[a, b], 'https://x'], plugin: [p],\n"
        "        private_addresses: ['::1']}\n"
        "profiles: {development: {}}\nstores: {}\n"
    )
    assert codes(problems) == ["MEL130"] * 6
    assert found is not None
    assert found.allow is not None
    assert [one.value for one in found.allow.mcp] == [("a", "b"), "https://x"]


def test_keys_of_a_melody_and_misspelt_ones_are_told_apart() -> None:
    _, problems = read_project("steps: {}\nalow: {}\nallow: {command: git}\n")
    assert places(problems) == [
        ("MEL112", "1:1-1:6"),
        ("MEL112", "2:1-2:5"),
        ("MEL111", "3:18-3:21"),
    ]
    assert problems[0].help == "`steps` stands in a Melody"
    assert problems[1].label == "did you mean `allow`?"


def test_an_empty_list_is_no_project() -> None:
    found, problems = read_project("[]\n")
    assert found is None
    assert codes(problems) == ["MEL111"]
