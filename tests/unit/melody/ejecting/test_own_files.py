from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from melody.ejecting.own_files import MOST_BYTES, OwnFiles, own_files
from tests.unit.melody.ejecting.stage import ir
from workflow_ir.diagnostics import DiagnosticsError
from workflow_ir.workflow import WorkflowIR


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "mine"
    made.mkdir()
    monkeypatch.chdir(made)
    (tmp_path / "secret.txt").write_text("secret")
    return made


def _write(folder: Path, *paths: str, text: str = "") -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def _ir(*targets: str, kind: str = "python", modules: dict[str, Any] | None = None) -> WorkflowIR:
    players = {f"p{n}": {"kind": kind, "target": target} for n, target in enumerate(targets)}
    return ir(players=players, modules=modules or {})


def _found(made: OwnFiles) -> list[str]:
    return list(made.sources.files)


def _refused(*include: str, folder: Path, ir: WorkflowIR | None = None) -> list[str]:
    with pytest.raises(DiagnosticsError) as caught:
        own_files(ir or _ir(), folder, include)
    assert {problem.code for problem in caught.value.diagnostics} == {"MEL513"}
    return [problem.message for problem in caught.value.diagnostics]


def test_a_players_package_goes_along_whole(folder: Path) -> None:
    _write(
        folder,
        *("players/__init__.py", "players/draft.py", "players/deep/er.py", "players/py.typed"),
        *("players/notes.txt", "players/.hidden/x.py", "players/.x.py", "players/not-a-module.py"),
        *("players/__pycache__/draft.pyc", "players/__pycache__/x.py", "others/x.py", "top.py"),
    )
    made = own_files(_ir("players.draft:write"), folder)
    assert (_found(made), made.left_out) == (
        ["players/__init__.py", "players/deep/er.py", "players/draft.py", "players/py.typed"], (),
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["python", "framework"])
def test_a_module_at_the_top_goes_along_alone(kind: str, folder: Path) -> None:
    _write(folder, "one.py", "two.py")
    assert _found(own_files(_ir("one:f", kind=kind), folder)) == ["one.py"]


def test_a_package_goes_before_a_module_and_a_module_before_a_plain_folder(folder: Path) -> None:
    _write(folder, "a/__init__.py", "a.py", "b/x.py", "b.py", "c/x.py")
    assert _found(own_files(_ir("a:f", "b:f", "c.x:f"), folder)) == [
        "a/__init__.py",
        "b.py",
        "c/x.py",
    ]


def test_what_is_installed_stays_where_it_is(folder: Path) -> None:
    _write(folder, "yaml/x.py")
    assert _found(own_files(_ir("os.path:join", "yaml:safe_load", "none.such:f"), folder)) == []


def test_the_projects_modules_that_are_imported_go_along(folder: Path) -> None:
    _write(folder, "one.py", text="import two.deep, os, json\nfrom yaml import x\n")
    _write(folder, "two/__init__.py", text="def f():\n    from three import x\n")
    _write(folder, "three.py", text="import one\nimport four\n")
    _write(folder, "four.py", text="import five\nthis is no python")
    _write(folder, "five.py", "json.py")
    made = own_files(_ir("one:f"), folder)
    assert _found(made) == ["four.py", "one.py", "three.py", "two/__init__.py"]


def test_players_of_called_melodies_have_their_modules_in_the_same_folder(folder: Path) -> None:
    _write(folder, "one.py", "two.py")
    inner = {"kind": "melody.ir/1", "name": "inner", "root": {"steps": []},
             "players": {"p": {"kind": "python", "target": "two:f"}}}  # fmt: skip
    assert _found(own_files(_ir("one:f", modules={"m": inner}), folder)) == ["one.py", "two.py"]


def test_the_text_is_kept_byte_for_byte(folder: Path) -> None:
    data = b"# \xff\r\nx = 1\r"
    (folder / "one.py").write_bytes(data)
    made = own_files(_ir("one:f"), folder)
    assert made.sources.files["one.py"].encode("utf-8", "surrogateescape") == data


def test_what_cannot_go_along_is_left_out_and_told(tmp_path: Path, folder: Path) -> None:
    _write(folder, "players/__init__.py", "players/one.py", "players/é.py", "players/aux.py")
    (folder / "players/link.py").symlink_to(tmp_path / "secret.txt")
    (folder / "players/elsewhere").symlink_to(tmp_path)
    os.mkfifo(folder / "players/pipe.py")
    (folder / "linked").symlink_to(folder / "players")
    (folder / "file.py").symlink_to(tmp_path / "secret.txt")
    made = own_files(_ir("players:f", "linked:f", "file:f"), folder)
    assert _found(made) == ["players/__init__.py", "players/one.py"]
    assert [left.partition(":")[0] for left in made.left_out] == [
        "players/aux.py", "players/elsewhere", "players/link.py", "players/pipe.py", "players/é.py",
        "linked", "file.py",
    ]  # fmt: skip
    assert "secret" not in str(made.sources)


def test_names_that_meet_where_case_does_not_count_are_told(folder: Path) -> None:
    _write(folder, "players/__init__.py", "players/One.py", "players/one.py")
    made = own_files(_ir("players:f"), folder)
    assert _found(made) == ["players/One.py", "players/__init__.py"]
    assert made.left_out == ("players/one.py: on some machines its path meets `players/One.py`",)


def test_included_files_and_folders_go_along(folder: Path) -> None:
    _write(
        folder, "data/a.csv", "data/deep/b.csv", "data/.hidden", "data/__pycache__/x", ".env.sample"
    )
    _write(folder, "tool.py", text="import helper\n")
    _write(folder, "helper.py")
    made = own_files(_ir(), folder, ["data", ".env.sample", "./tool.py", str(folder / "tool.py")])
    assert _found(made) == [".env.sample", "data/a.csv", "data/deep/b.csv", "helper.py", "tool.py"]


def test_included_paths_are_named_from_the_working_directory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(folder, "data/a.csv", "a.csv")
    monkeypatch.chdir(folder / "data")
    assert _found(own_files(_ir(), folder, ["a.csv"])) == ["data/a.csv"]
    assert _found(own_files(_ir(), Path(".."), ["../a.csv"])) == ["a.csv"]
    assert _found(own_files(_ir(), folder, [".."])) == ["a.csv", "data/a.csv"]


@pytest.mark.parametrize(
    ("path", "why"),
    [("../secret.txt", "does not lie in"), ("/etc/passwd", "does not lie in"), ("none", "no such"),
     ("..", "does not lie in"), ("link", "a symlink"), ("out/secret.txt", "`out` is a symlink"),
     ("out", "a symlink"), ("pipe", "no regular file"), ("a b", "characters"),
     ("con", "characters"),
     ("a/../../secret.txt", "does not lie in"), ("", "no path"), ("nul\0", "no path"),
     ("file/x", "`file` is no regular file"), ("links", "a symlink")],
)  # fmt: skip
def test_what_cannot_be_included_is_refused(
    path: str, why: str, tmp_path: Path, folder: Path
) -> None:
    _write(folder, "a b", "con", "file")
    (folder / "link").symlink_to(folder / "file")
    (folder / "out").symlink_to(tmp_path)
    (folder / "links").mkdir()
    (folder / "links/link").symlink_to(tmp_path / "secret.txt")
    os.mkfifo(folder / "pipe")
    (said,) = _refused(path, folder=folder)
    assert why in said


def test_every_mistake_is_told_at_once(folder: Path) -> None:
    assert len(_refused("../secret.txt", "none", "/etc", folder=folder)) == 3


def test_a_project_named_through_a_symlink_is_the_project(tmp_path: Path, folder: Path) -> None:
    _write(folder, "a.csv")
    (tmp_path / "named").symlink_to(folder)
    assert _found(own_files(_ir(), tmp_path / "named", ["a.csv"])) == ["a.csv"]
    assert _found(own_files(_ir(), tmp_path / "named", [str(tmp_path / "named/a.csv")])) == [
        "a.csv"
    ]


def test_more_than_the_bound_is_refused(folder: Path) -> None:
    (folder / "big").write_bytes(b"x" * (MOST_BYTES + 1))
    assert "more than" in _refused("big", folder=folder)[0]
    (folder / "big").write_bytes(b"x" * MOST_BYTES)
    assert _found(own_files(_ir(), folder, ["big"])) == ["big"]
    _write(folder, "one", text="x")
    assert len(_refused("big", "one", "one", folder=folder)) == 1


def test_too_many_files_are_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(folder, *(f"data/{n}" for n in range(4)))
    monkeypatch.setitem(own_files.__globals__, "MOST_FILES", 3)
    assert len(_refused("data", folder=folder)) == 1


def test_very_deep_folders_are_not_walked(folder: Path) -> None:
    _write(folder, "players/__init__.py", "/".join(["players", *["deep"] * 200, "x.py"]))
    made = own_files(_ir("players:f"), folder)
    assert _found(made) == ["players/__init__.py"]
    assert [left.partition(": ")[2] for left in made.left_out] == ["it lies too deep"]


def test_a_folder_that_cannot_be_read_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "data")

    _write(folder, "data/a.csv")
    monkeypatch.setattr(os, "scandir", refuse)
    assert _refused("data", folder=folder) == [
        "`data` cannot go along with the project: Permission denied"
    ]
