"""Which isolation holds for a python player."""

from __future__ import annotations

import asyncio
import os
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from conductor_core.players.isolation.whereabouts import is_the_projects_own
from tests.unit.conductor_core.players.isolation.stand import ask, python, told, troupe

SOURCE = "import os\ndef pid(): return os.getpid()\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    own = ("own.py", "pack/__init__.py", "pack/in_.py", "loose/piece.py")
    for name in (*own, "../elsewhere/foreign.py"):
        place = project / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(SOURCE, encoding="utf-8")
    (project / "linked.py").symlink_to(tmp_path / "elsewhere" / "foreign.py")
    return project


@pytest.mark.parametrize(
    ("module", "own"),
    [
        ("own", True),
        ("pack", True),
        ("pack.in_", True),
        ("loose.piece", True),
        ("loose", True),
        ("linked", False),
        ("pack.absent", False),
        ("absent", False),
        ("json", False),
        ("builtins", False),
        ("pytest", False),
    ],
)
def test_a_module_is_the_projects_own_if_its_file_lies_in_the_folder(
    folder: Path, module: str, own: bool
) -> None:
    before = set(sys.modules)
    assert is_the_projects_own(module, folder) is own
    assert set(sys.modules) == before


def test_what_is_found_through_the_path_is_not_the_projects_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = folder / ".venv" / "lib"
    installed.mkdir(parents=True)
    (installed / "community.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(installed))
    assert not is_the_projects_own("community", folder)


def test_a_module_that_the_program_made_is_performed_in_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = types.ModuleType("made_by_hand")
    made.pid = os.getpid  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "made_by_hand", made)
    assert where(folder, "made_by_hand:pid") == "here"


def where(folder: Path, target: str, level: str | None = None, **granted: Any) -> str:
    async def main() -> Any:
        of = troupe(folder, player=python(target, level))
        try:
            return told(await ask(of, "player", **granted))
        finally:
            await of.aclose()

    answer = asyncio.run(main())
    if isinstance(answer, str):
        return answer
    return "here" if answer == os.getpid() else "apart"


@pytest.mark.parametrize(
    ("target", "level", "expected"),
    [
        ("own:pid", None, "here"),
        ("own:pid", "inline", "here"),
        ("own:pid", "thread", "here"),
        ("own:pid", "worker", "apart"),
        ("own:pid", "process", "apart"),
        ("linked:pid", None, "apart"),
        ("os:getpid", None, "apart"),
        ("os:getpid", "thread", "here"),
        ("linked:pid", "inline", "here"),
    ],
)
def test_what_is_written_holds_and_else_where_the_module_lies(
    folder: Path, target: str, level: str | None, expected: str
) -> None:
    assert where(folder, target, level) == expected


@pytest.mark.parametrize("granted", [{"memory_bytes": 2**30}, {"cpu": 1.0}])
@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (None, "apart"),
        ("process", "apart"),
        ("inline", "config.invalid"),
        ("thread", "config.invalid"),
    ],
)
def test_bounds_that_only_a_process_keeps_need_one(
    folder: Path, level: str | None, expected: str, granted: dict[str, Any]
) -> None:
    assert where(folder, "own:pid", level, **granted) == expected
