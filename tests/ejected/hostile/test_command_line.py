"""`melody compile` writes into DIR and nowhere else, whatever a Melody or a manifest is called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.emitter.project import MANIFEST, is_portable
from tests.unit.melody.stage import Ended, melody

NAMES = (
    "con", "nul", "aux", "com1", "lpt9", "class", "import", "none", "match", "json", "asyncio",
    "eval", "type", "init", "pytest", "langgraph", "crewai", "melody", "test", "tests", "steps",
    "x" * 100, "a__b", "a-b", "a_-",
)  # fmt: skip
"""Each is a name that a Melody may have."""


def compiled(folder: Path, name: str, *more: str) -> Ended:
    """Compile a Melody of that name into a folder `out` beside it."""
    file = folder / "m.melody.yaml"
    file.write_text(f"melody: v1\nname: {name}\nsteps: {{a: {{set: text}}}}\n", encoding="utf-8")
    return melody("compile", file, "--to", "native", "-o", folder / "out", *more)


def files(folder: Path) -> set[str]:
    """All files below a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", NAMES)
def test_a_melody_of_any_name_becomes_a_package_that_stands_everywhere(
    name: str, tmp_path: Path
) -> None:
    assert compiled(tmp_path, name).code == 0
    written = files(tmp_path / "out")
    assert files(tmp_path) == {"m.melody.yaml", *(f"out/{path}" for path in written)}
    assert all(is_portable(path) for path in written)
    (package,) = (tmp_path / "out" / "src").iterdir()
    compile(f"import {package.name}", "x", "exec")


def test_a_symlink_inside_leads_nothing_out(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "src").symlink_to(elsewhere)
    ended = compiled(tmp_path, "notes", "--force")
    assert ended.code == 2
    assert "MEL507" in ended.stderr
    assert files(elsewhere) == set()
    assert files(tmp_path / "out") == set()


def test_a_folder_that_is_a_symlink_is_written_where_it_leads(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "out").symlink_to(elsewhere)
    assert compiled(tmp_path, "notes").code == 0
    assert (tmp_path / "out").is_symlink()
    assert (elsewhere / MANIFEST).is_file()


@pytest.mark.parametrize(
    "path",
    ["../kept.txt", "/kept.txt", "src/../../kept.txt", "..\\kept.txt", "con", "", ".", "a\x00b"],
)
@pytest.mark.parametrize("more", [(), ("--force",)])
def test_a_hostile_manifest_removes_nothing(
    path: str, more: tuple[str, ...], tmp_path: Path
) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("mine", encoding="utf-8")
    assert compiled(tmp_path, "notes").code == 0
    manifest = tmp_path / "out" / MANIFEST
    told = json.loads(manifest.read_text(encoding="utf-8"))
    entries = told["files"]
    entries[path] = next(iter(entries.values()))
    manifest.write_text(json.dumps(told), encoding="utf-8")
    before = files(tmp_path)
    ended = compiled(tmp_path, "notes", *more)
    assert ended.code == 2
    assert "MEL512" in ended.stderr
    assert files(tmp_path) == before
    assert kept.read_text(encoding="utf-8") == "mine"
