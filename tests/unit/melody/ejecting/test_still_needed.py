from __future__ import annotations

from pathlib import Path

import pytest

from adapters.emitter.player_api import PACKAGES
from melody.ejecting.still_needed import still_needed
from tests.architecture.repository import ROOMS


def told(files: dict[str, str], folder: str = ".") -> list[tuple[str, str]]:
    return [(str(one.span), one.message) for one in still_needed(files, Path(folder))]


@pytest.mark.parametrize(
    ("text", "place", "package"),
    [
        ("from melody import *\n", "1:1", "melody"),
        ("import melody\n", "1:1", "melody"),
        ("import melody as m\nm.Success(m)\n", "1:1", "melody"),
        ("import melody as m\nm.Success(1)\nm = 2\n", "1:1", "melody"),
        ("import melody as m\nm.Success(1)\ndef f(m): return m.Grant\n", "1:1", "melody"),
        ("import melody as m\nm.Success(1)\nimport os as m\n", "1:1", "melody"),
        ("import melody as m\nm.Success(1)\ndel m.Grant\n", "1:1", "melody"),
        ("import conductor_core.ports\nconductor_core.ports.Grant\n", "1:1", "conductor_core"),
        ("import os, melody.players\n", "1:1", "melody"),
        ("import workflow_ir.types as t\n", "1:1", "workflow_ir"),
        ("\ndef f():\n    from conductor_core import ports\n", "3:5", "conductor_core"),
        ("'ä€😀'; import compiler\n", "1:8", "compiler"),
        ("\ufefffrom adapters import registry", "1:1", "adapters"),
        ("if x:\r    import melody\n", "2:5", "melody"),
    ],
)
def test_an_import_of_melody_is_told_at_its_place(text: str, place: str, package: str) -> None:
    assert told({"players/a.py": text}, "tune") == [
        (
            f"tune/players/a.py:{place}",
            f"`players/a.py` goes along and imports `{package}`, so the project still needs Melody",
        )
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("from melody import Grant, run\n", "`run` of `melody`"),
        ("from melody import (\n    run as go, Success, load,\n)\n", "`run`, `load` of `melody`"),
        ("from conductor_core.ports import Clock, Grant\n", "`Clock` of `conductor_core.ports`"),
        ("from workflow_ir.outcome import Gap\n", "`Gap` of `workflow_ir.outcome`"),
        ("from melody import Grant\nfrom melody import run\n", "`run` of `melody`"),
        ("import melody\nmelody.run(melody.Grant(None))\n", "`run` of `melody`"),
    ],
)
def test_what_no_project_has_of_its_own_is_named(text: str, what: str) -> None:
    ((_, message),) = told({"a.py": text})
    assert message == f"`a.py` goes along and imports {what}, so the project still needs Melody"


@pytest.mark.parametrize(
    "text",
    [
        "from melody import Grant, PlayRequest, StandardError, Success",
        "from conductor_core.ports import Grant, PlayerClock as Clock, PlayRequest",
        "from workflow_ir.outcome import Cost, StandardError, Success",
        "from workflow_ir.taxonomy import Effects, ErrorClass, FaultDomain, Retryable",
        "from melody import (Grant, # why\n  Success)",
        "import melody\n\ndef f(grant: melody.Grant):\n    return melody.Success(1)\n",
        "if x:\n    import melody as m\nelse:\n    import melody as m\nm.Success(1)",
        "import workflow_ir.outcome as o\no.StandardError.of('http.503')\n",
        "import melodies",
        "from . import melody",
        "from .melody import Success",
        "name = 'import melody'",
        "# import melody",
        "import melody as",
        "",
    ],
)
def test_what_is_no_import_of_melody_is_not_told(text: str) -> None:
    assert told({"a.py": text}) == []


def test_files_that_are_no_python_are_not_read() -> None:
    assert told({"a.txt": "import melody", "b": "import melody"}) == []


def test_of_one_file_the_first_import_is_told() -> None:
    text = "def f():\n    import melody\n\nimport workflow_ir\n"
    assert told({"a.py": text, "b.py": "import melody"}) == [
        ("a.py:2:5", "`a.py` goes along and imports `melody`, so the project still needs Melody"),
        ("b.py:1:1", "`b.py` goes along and imports `melody`, so the project still needs Melody"),
    ]


def test_a_package_of_the_users_own_that_goes_along_is_not_melodys() -> None:
    files = {"adapters/__init__.py": "", "compiler.py": "import melody", "a.py": "import adapters"}
    assert [place for place, _ in told({**files, "b.py": "import compiler"})] == ["compiler.py:1:1"]


def test_every_package_of_an_installation_counts() -> None:
    assert set(ROOMS) == PACKAGES
