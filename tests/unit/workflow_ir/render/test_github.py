from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note, Severity
from workflow_ir.render import to_github
from workflow_ir.span import Span

FILE = "docs.melody.yaml"


def line(problem: Diagnostic) -> str:
    (one,) = to_github([problem], root=Path.cwd())
    return one


def read(command: str) -> tuple[str, dict[str, str], str]:
    """What the runner reads: kind, properties and text.

    As `ActionCommand.TryParseV2` of https://github.com/actions/runner does it.
    """
    assert "\n" not in command
    assert "\r" not in command
    head, text = command.removeprefix("::").split("::", 1)
    kind, _, properties = head.partition(" ")
    pairs = (pair.split("=", 1) for pair in properties.split(","))
    return kind, {name: _unescaped(value) for name, value in pairs}, _unescaped(text)


def _unescaped(text: str) -> str:
    for escape, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, char)
    return text


def test_a_problem_is_a_command_with_its_place_and_code() -> None:
    problem = diagnose("MEL204", "no field", Span(FILE, 22, 41, 22, 49), label="did you mean `a`?")
    assert line(problem) == (
        "::error file=docs.melody.yaml,line=22,col=41,endLine=22,endColumn=49,title=MEL204::"
        "no field (did you mean `a`?)"
    )


def test_a_warning_is_a_warning() -> None:
    assert line(diagnose("MEL217", "unused", None)) == "::warning title=MEL217::unused"


def test_notes_and_help_are_lines_of_the_annotation() -> None:
    problem = diagnose(
        "MEL402",
        "too long",
        Span(FILE, 1, 2, 1, 3),
        notes=(Note("the bound is set", Span("melody.project.yaml", 2, 12, 2, 14)), Note("bare")),
        help="write less\nor nothing",
    )
    assert read(line(problem))[2].split("\n") == [
        "too long",
        "note: the bound is set at melody.project.yaml:2:12",
        "note: bare",
        "help: write less",
        "or nothing",
    ]


def test_a_stretch_of_several_lines_has_no_columns() -> None:
    # The runner refuses columns there: ActionCommandManager.cs, ValidateLinesAndColumns.
    _, properties, _ = read(line(diagnose("MEL111", "m", Span(FILE, 2, 3, 5, 7))))
    assert properties == {"file": FILE, "line": "2", "endLine": "5", "title": "MEL111"}


def test_what_a_command_gives_a_meaning_to_is_escaped() -> None:
    problem = diagnose("MEL111", "100%25 :: a,b", Span("a,b:c%.yaml", 1, 1, 1, 2))
    command = line(problem)
    assert "file=a%2Cb%3Ac%25.yaml," in command
    assert command.endswith("::100%2525 :: a,b")


def test_paths_are_those_of_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "flows").mkdir()
    monkeypatch.chdir(tmp_path / "flows")
    problem = diagnose("MEL111", "m", Span("a.melody.yaml", 1, 1, 1, 2))
    (command,) = to_github([problem], root=tmp_path)
    assert read(command)[1]["file"] == "flows/a.melody.yaml"


@given(
    message=st.text(max_size=40),
    file=st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=20),
)
def test_no_text_breaks_out_of_its_command(message: str, file: str) -> None:
    problem = Diagnostic("MEL111", message, Span(file, 1, 1, 1, 2), Severity.ERROR)
    kind, properties, text = read(line(problem))
    assert kind == "error"
    assert list(properties) == ["file", "line", "col", "endLine", "endColumn", "title"]
    assert properties["title"] == "MEL111"
    assert not re.search(r"[\r\n\x1b]", text)
