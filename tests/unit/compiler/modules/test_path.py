from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.unit.compiler.modules.calling_aid import LEAF, calls, compiled, ir_of, told, written

PROJECT = "melody.project.yaml"


def said(folder: Path, path: str) -> str:
    """The one thing that is said of a call, at its place."""
    made = compiled(folder, a=calls(path))
    (problem,) = made.diagnostics
    assert problem.code == "MEL231"
    assert problem.span is not None
    line = made.sources[problem.span.file].splitlines()[problem.span.line - 1]
    assert line[problem.span.column - 1 : problem.span.end_column - 1] == path
    return problem.message


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "~/x.melody.yaml", "'file:///etc/passwd'", "'https://example.com/x'", "'C:/x'"],
)
def test_only_paths_from_here_are_paths(tmp_path: Path, path: str) -> None:
    assert "is no path from here" in said(tmp_path, path)


@pytest.mark.parametrize(
    "path", ["../b.melody.yaml", "sub/../../b.melody.yaml", "../../../etc/passwd"]
)
def test_nothing_outside_the_folder_of_the_melody_is_read(tmp_path: Path, path: str) -> None:
    here = tmp_path / "here"
    here.mkdir()
    written(tmp_path, b="this is not even YAML: [")
    assert "outside the folder of this Melody" in said(here, path)


def test_a_project_opens_its_whole_folder_and_no_more(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.joinpath("deep").mkdir(parents=True)
    project.joinpath(PROJECT).write_text("allow: {}\n")
    written(project, b=LEAF)
    written(tmp_path, out=LEAF)
    assert ir_of(project / "deep", a=calls("../b.melody.yaml")).modules
    assert "outside the project" in said(project / "deep", "../../out.melody.yaml")


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    written(tmp_path, out=LEAF)
    here.joinpath("link.melody.yaml").symlink_to(tmp_path / "out.melody.yaml")
    here.joinpath("up").symlink_to(tmp_path)
    assert "outside" in said(here, "link.melody.yaml")
    assert "outside" in said(here, "up/out.melody.yaml")


def test_a_link_that_stays_inside_names_the_same_file(tmp_path: Path) -> None:
    written(tmp_path, b=LEAF)
    tmp_path.joinpath("c.melody.yaml").symlink_to("b.melody.yaml")
    ir = ir_of(tmp_path, a="steps: {x: {call: b.melody.yaml}, y: {call: ./c.melody.yaml}}\n")
    assert len(ir.modules) == 1


def test_links_in_a_circle_lead_nowhere(tmp_path: Path) -> None:
    tmp_path.joinpath("x.melody.yaml").symlink_to("y.melody.yaml")
    tmp_path.joinpath("y.melody.yaml").symlink_to("x.melody.yaml")
    assert said(tmp_path, "x.melody.yaml")


def test_which_melody_is_called_cannot_be_computed(tmp_path: Path) -> None:
    assert "cannot be computed" in said(tmp_path, '"${{ inputs.file }}"')


def test_a_path_that_is_no_path_is_refused(tmp_path: Path) -> None:
    assert "no path of a file" in said(tmp_path, "x" * 5000)


def test_a_path_that_could_not_be_read_is_not_looked_for(tmp_path: Path) -> None:
    assert told(compiled(tmp_path, a=calls('"a\\0b"'))) == [("MEL108", "a.melody.yaml", 3)]


def test_a_folder_and_a_pipe_are_no_melodies(tmp_path: Path) -> None:
    tmp_path.joinpath("folder").mkdir()
    os.mkfifo(tmp_path / "pipe.melody.yaml")
    assert "is a directory" in said(tmp_path, "folder")
    assert "is not a regular file" in said(tmp_path, "pipe.melody.yaml")


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    with tmp_path.joinpath("huge.melody.yaml").open("wb") as stream:
        stream.truncate(1 << 30)
    assert "is no Melody" in said(tmp_path, "huge.melody.yaml")


def test_a_file_that_may_not_be_read_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, b=LEAF)
    opened = Path.open

    def refuse(self: Path, *args: Any, **named: Any) -> object:
        if self.name == "b.melody.yaml":
            raise PermissionError
        return opened(self, *args, **named)

    monkeypatch.setattr(Path, "open", refuse)
    assert "may not be read" in said(tmp_path, "b.melody.yaml")


def test_the_nearest_file_is_offered_for_one_that_is_not_there(tmp_path: Path) -> None:
    written(tmp_path, sub__review=LEAF)
    (problem,) = compiled(tmp_path, a=calls("sub/reveiw.melody.yaml")).diagnostics
    assert problem.label == "did you mean `sub/review.melody.yaml`?"
    assert problem.fix is not None


def test_two_calls_of_a_file_that_is_not_there_are_two_mistakes(tmp_path: Path) -> None:
    made = compiled(tmp_path, a="steps:\n  x: {call: b.yaml}\n  y: {call: b.yaml}\n")
    assert told(made) == [("MEL231", "a.melody.yaml", 4), ("MEL231", "a.melody.yaml", 5)]
