from __future__ import annotations

import pytest

from compiler.parse.allow import allow_of
from compiler.parse.project import project
from compiler.parse.source_text import SourceText
from compiler.parse.syntax import Project
from compiler.parse.yaml_reader import read_tree
from tests.unit.compiler.parse.reading_aid import Problems, codes, places
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import Severity

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


def test_everything_that_can_be_allowed_is_read() -> None:
    found, problems = read_project(
        "allow: {http: [x.y], mcp: [[a, b], 'https://x'], plugin: [p],\n"
        "        private_addresses: ['::1']}\n"
    )
    assert problems == ()
    assert found is not None
    assert found.allow is not None
    assert [one.value for one in found.allow.mcp] == [("a", "b"), "https://x"]
    assert allow_of(found.allow) == Allow(
        http=("x.y",), mcp=(("a", "b"), "https://x"), plugin=("p",), private_addresses=("::1",)
    )


@pytest.mark.parametrize(
    ("entry", "place"),
    [
        ("command: [git log]", "1:19-1:26"),
        ("python: ['a b']", "1:18-1:23"),
        ("http: [https://x.y]", "1:16-1:27"),
        ("mcp: [mcp-files --root]", "1:15-1:31"),
        ("mcp: [[]]", "1:15-1:17"),
        ("plugin: [a b]", "1:18-1:21"),
        ("private_addresses: [localhost]", "1:29-1:38"),
    ],
)
def test_an_entry_that_could_never_allow_anything_is_told(entry: str, place: str) -> None:
    found, problems = read_project(f"allow: {{{entry}}}\n")
    assert places(problems) == [("MEL405", place)]
    assert found is not None
    assert allow_of(found.allow) == Allow()


def test_kinds_of_tasks_and_windows_are_read() -> None:
    found, problems = read_project(
        'task_types: {finance: 1.5, chat: 1}\nwindows: {night: {from: "22:00", to: "06:00"}}\n'
    )
    assert problems == ()
    assert found is not None
    assert [(name.value, weight.value) for name, weight in found.task_types] == [
        ("finance", 1.5),
        ("chat", 1.0),
    ]
    assert [one.name.value for one in found.windows] == ["night"]


def test_what_has_no_effect_yet_is_a_warning_once() -> None:
    _, problems = read_project("stores: {runs: a}\nteams: {x: {}}\n")
    assert [(one.code, one.severity) for one in problems] == [
        ("MEL133", Severity.WARNING),
        ("MEL133", Severity.WARNING),
    ]


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
