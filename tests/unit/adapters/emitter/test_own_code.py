from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from adapters.emitter.own_code import (
    imported,
    moved_imports,
    own_files,
    own_module,
    tops,
    words_in,
)
from adapters.emitter.project import NOTHING, Sources

COPIED = frozenset({"players", "helper"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from players import x", "from n.project.players import x"),
        ("from players.x import y as z", "from n.project.players.x import y as z"),
        ("from players import *", "from n.project.players import *"),
        ("import players as p", "import n.project.players as p"),
        ("import players.x as p", "import n.project.players.x as p"),
        ("import players", "from n.project import players"),
        (
            "import players.x",
            "import n.project.players.x as players; from n.project import players",
        ),
        ("import os, helper, json as j",
         "import os; from n.project import helper; import json as j"),
        ("if 1: import helper", "if 1: from n.project import helper"),
        ("a = 'é'; from helper import b", "a = 'é'; from n.project.helper import b"),
        ("from \\\n  players . x import (  # why\n  y,\n)",
         "from \\\n  n.project.players . x import (  # why\n  y,\n)"),
        ("from\tplayers import x", "from\tn.project.players import x"),
        ("a\r\nfrom helper import b\rimport helper\n",
         "a\r\nfrom n.project.helper import b\rfrom n.project import helper\n"),
        ("\ufefffrom helper import b", "\ufefffrom n.project.helper import b"),
        ("def f():\n    from helper import b\n    return b",
         "def f():\n    from n.project.helper import b\n    return b"),
        ("x = '''\né'''; import helper", "x = '''\né'''; from n.project import helper"),
    ],
)  # fmt: skip
def test_an_absolute_import_of_a_copied_module_names_its_new_place(before: str, after: str) -> None:
    assert moved_imports(before, COPIED, "n.project") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from melody import Grant", "from n.answers import Grant"),
        ("from melody import Grant as G, Success", "from n.answers import Grant as G, Success"),
        ("from conductor_core . ports import Grant", "from n.answers import Grant"),
        ("from workflow_ir.\\\n outcome import Cost", "from n.answers import Cost"),
        ("\ufefffrom melody import (Grant, # é\r\n Success)\r\nx = 1\r\n",
         "\ufefffrom n.answers import (Grant, # é\r\n Success)\r\nx = 1\r\n"),
        ("from\tmelody\timport\tSuccess;y = 'é'; from melody import Grant",
         "from\tn.answers\timport\tSuccess;y = 'é'; from n.answers import Grant"),
        ("def f():\n    from melody import Success\n    return Success",
         "def f():\n    from n.answers import Success\n    return Success"),
        ("if TYPE_CHECKING:\n\tfrom melody import Grant",
         "if TYPE_CHECKING:\n\tfrom n.answers import Grant"),
        ("import melody\nx = melody.Success(1)",
         "from n import answers as melody\nx = melody.Success(1)"),
        ("import os, melody as m, players.x\nx: m.Grant",
         ("import os; from n import answers as m; import n.project.players.x as players;"
          " from n.project import players\nx: m.Grant")),
        ("from players import melody\nfrom melody import Success",
         "from n.project.players import melody\nfrom n.answers import Success"),
    ],
)  # fmt: skip
def test_an_import_of_the_words_of_players_names_their_module(before: str, after: str) -> None:
    assert moved_imports(before, COPIED, "n.project", "n.answers") == after
    assert moved_imports(before, COPIED | {"melody"}, "n.project").count("answers") == 0


@pytest.mark.parametrize(
    "text",
    [
        "from melody import Grant, run",
        "from melody import *",
        "import melody",
        "import melody\nmelody.run(1)",
        "import melody\nprint(melody, melody.Grant)",
        "import conductor_core.ports\nconductor_core.ports.Grant",
        "from .melody import Grant",
        "from conductor_core import ports",
        "from workflow_ir.outcome import Success, Gap",
        "'from melody import Grant'",
    ],
)
def test_an_import_of_more_of_melody_stays_as_it_is(text: str) -> None:
    assert moved_imports(text, COPIED, "n.project", "n.answers") == text
    assert words_in({"a.py": text}) == frozenset()


def test_a_package_of_the_users_own_called_melody_is_not_meant() -> None:
    files = {"melody/__init__.py": "Grant = 1\n", "a.py": "from melody import Grant\n"}
    made = {file.path: file.text for file in own_files(Sources(files), "n")}
    assert made["src/n/project/a.py"] == "from n.project.melody import Grant\n"
    assert words_in(files) == frozenset()


def test_the_words_of_all_files_are_gathered() -> None:
    files = {
        "a.py": "from melody import Grant as G\n",
        "b.py": "import melody\nmelody.Success(1)\n",
        "c.py": "from melody import StandardError, run\n",
        "d.txt": "from melody import PlayRequest\n",
        "e.py": "from melody import (",
    }
    assert words_in(files) == {"Grant", "Success"}


@pytest.mark.parametrize(
    "text",
    [
        "from . import players",
        "from .players import x",
        "from ..helper import x",
        "import os.path",
        "from player import x",
        "import players_of_others",
        "from os import players",
        "'import players'",
        "# import players",
        "players.x()",
        "import (",
        "from players import x\0",
        "print 'import players'",
        "\udcff\nimport players",
        "",
    ],
)
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert moved_imports(text, COPIED, "n.project") == text


def test_nothing_is_said_of_the_users_own_mistakes() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (
            moved_imports("x = '\\d'\nassert (1, 2)\n", COPIED, "n") == "x = '\\d'\nassert (1, 2)\n"
        )


def test_very_deep_text_is_left_alone() -> None:
    text = f"import players\nx = {'(' * 100_000}"
    assert moved_imports(text, COPIED, "n") == text


def test_the_top_level_names_that_are_imported_are_told_in_order() -> None:
    text = "import b.c, a\nfrom d.e import f\nfrom . import g\nfrom .h import i\n"
    assert imported(text) == ("a", "b", "d")
    assert imported("import (") == ()


SOURCES = Sources(
    {
        "players/__init__.py": "",
        "players/draft.py": "import helper\nfrom players.words import word\nimport players.words\n"
        "from . import words\n\n\ndef say():\n"
        "    return [helper.N, word, players.words.word, words.word]\n",
        "players/words.py": "word = 'é'\n",
        "helper.py": "N = 1\n",
        "data/table.csv": "import players\n",
        "style.bin": "\udcff\udcfe",
    }
)


def test_files_go_under_project_and_are_the_users() -> None:
    files = {file.path: file for file in own_files(SOURCES, "notes")}
    assert sorted(files) == sorted(
        [f"src/notes/project/{path}" for path in SOURCES.files] + ["src/notes/project/__init__.py"]
    )
    assert {(file.owner, file.verbatim) for file in files.values()} == {("you", True)}
    assert files["src/notes/project/data/table.csv"].text == "import players\n"
    assert files["src/notes/project/style.bin"].data == b"\xff\xfe"
    assert tops(SOURCES.files) == {"players", "helper"}


def test_what_was_moved_can_be_imported_and_binds_the_same_names(tmp_path: Path) -> None:
    for file in own_files(SOURCES, "notes"):
        place = tmp_path / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.data)
    (tmp_path / "src/notes/__init__.py").touch()
    program = (
        "from notes.project.players import draft; print(draft.say());"
        "print(sorted(n for n in vars(draft) if not n.startswith('_')))"
    )
    said = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program],
        cwd=tmp_path / "src", check=True, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert said.stdout.splitlines() == [
        "[1, 'é', 'é', 'é']",
        "['helper', 'players', 'say', 'word', 'words']",
    ]


def test_no_file_goes_along_where_there_is_none() -> None:
    assert own_files(NOTHING, "notes") == ()


def test_a_module_is_named_where_it_is() -> None:
    assert own_module("players.draft", SOURCES, "notes") == "notes.project.players.draft"
    assert own_module("os.path", SOURCES, "notes") == "os.path"


@pytest.mark.parametrize("module", ["", "a b", "a.", ".a", "a;b", "é", "a\n", "1a"])
def test_what_is_no_name_of_a_module_is_refused(module: str) -> None:
    with pytest.raises(ValueError, match="no module"):
        own_module(module, NOTHING, "notes")
