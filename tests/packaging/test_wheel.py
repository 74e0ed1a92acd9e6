"""The wheel, built without a network, installed in another place and used from there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import pytest

from tests.architecture.repository import ROOMS, ROOT, own_files

SAMPLE = Path("samples") / "01_release_notes" / "release_notes.melody.yaml"


def _run(
    command: Sequence[str | Path], *, cwd: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**inherited, **environment},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run = _run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"),
            *("--no-index", "--disable-pip-version-check", "--wheel-dir", folder, ROOT),
        ],
        cwd=folder,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment that holds the wheel and, borrowed, its needs.

    A ``.pth`` file lends the packages of the running environment. Those of a ``.pth`` file there,
    such as an editable installation of this repository, do not come along.
    """
    home = tmp_path_factory.mktemp("environment")
    _run([sys.executable, "-m", "venv", "--without-pip", home], cwd=home)
    (site,) = home.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    python = home / "bin" / "python"
    run = _run(
        [
            *(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps"),
            *("--no-index", "--ignore-installed", "--disable-pip-version-check", wheel),
        ],
        cwd=home,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return home / "bin"


def test_the_wheel_holds_our_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {PurePosixPath(name) for name in archive.namelist()}
    metadata = {name for name in names if name.parts[0].endswith(".dist-info")}
    ours = {PurePosixPath(*path.parts) for path in own_files() if path.parts[0] in ROOMS}
    assert names - metadata == ours
    assert {name.name for name in metadata} >= {"METADATA", "RECORD", "entry_points.txt", "LICENSE"}


def test_the_wheel_says_which_types_and_templates_it_brings(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {f"{room}/py.typed" for room in ROOMS} <= names
    templates = {
        str(path.relative_to(ROOT)) for room in ROOMS for path in (ROOT / room).rglob("*.jinja")
    }
    assert templates <= names
    for folder in ("emitter", "native", "langgraph", "crewai"):
        assert any(name.startswith(f"adapters/{folder}/templates/") for name in templates), folder


def test_the_installed_packages_are_those_of_the_wheel(installed: Path, tmp_path: Path) -> None:
    program = f"import importlib; [print(importlib.import_module(n).__file__) for n in {ROOMS!r}]"
    run = _run([installed / "python", "-c", program], cwd=tmp_path)
    places = [Path(line) for line in run.stdout.splitlines()]
    assert len(places) == len(ROOMS), run.stderr
    assert all(place.is_relative_to(installed.parent) for place in places)


@pytest.mark.parametrize("leaked", ["tests", "samples", "bench", "docs"])
def test_the_installation_brings_no_other_package(
    leaked: str, installed: Path, tmp_path: Path
) -> None:
    program = f"import importlib.util as u; print(u.find_spec({leaked!r}))"
    assert _run([installed / "python", "-c", program], cwd=tmp_path).stdout.strip() == "None"


@pytest.mark.parametrize("backend", ["native", "langgraph", "crewai"])
def test_the_installed_command_runs_a_sample_from_another_folder(
    backend: str, installed: Path, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / SAMPLE.parent, tmp_path / "notes")
    run = _run(
        [installed / "melody", "run", Path("notes") / SAMPLE.name, "--on", backend, "--json"],
        cwd=tmp_path,
        HOME=str(tmp_path),
    )
    assert run.returncode == 0, run.stderr
    result = json.loads(run.stdout)
    assert (result["melody"], result["backend"]) == ("release_notes", backend)
    assert result["outputs"]["outcome"] == "full"


def test_the_installed_command_makes_a_project_that_runs(installed: Path, tmp_path: Path) -> None:
    melody = installed / "melody"
    made = _run([melody, "init", "new", "--template", "review"], cwd=tmp_path, HOME=str(tmp_path))
    assert made.returncode == 0, made.stderr
    run = _run([melody, "run", "review.melody.yaml"], cwd=tmp_path / "new", HOME=str(tmp_path))
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("target", ["native", "langgraph", "crewai"])
def test_the_installed_command_ejects_a_sample(
    target: str, installed: Path, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / SAMPLE.parent, tmp_path / "notes")
    run = _run(
        [installed / "melody", "compile", SAMPLE.name, "--to", target, "-o", "../made"],
        cwd=tmp_path / "notes",
        HOME=str(tmp_path),
    )
    assert run.returncode == 0, run.stderr
    made = tmp_path / "made" / "src" / "release_notes"
    stored = ROOT / SAMPLE.parent / "expected" / f"release_notes.{target}" / "src" / made.name
    assert {path.name for path in made.glob("*.py")} == {path.name for path in stored.glob("*.py")}


MELODY = """\
melody: v1
name: tale
players: {author: {model: offline}}
steps:
  draft: {play: author, prompt: Tell a tale.}
"""
TESTS = """\
tests:
  it_is_told: {script: {players: {author: {return: Once}}}, expect: {status: succeeded}}
"""


def test_the_installed_plugin_collects_melodies_under_pytest(
    installed: Path, tmp_path: Path
) -> None:
    (tmp_path / "tale.melody.yaml").write_text(MELODY)
    (tmp_path / "tale.melody.test.yaml").write_text(TESTS)
    run = _run(
        [
            installed / "python",
            "-m",
            "pytest",
            "-v",
            "-p",
            "no:cacheprovider",
            "-k",
            "native or check",
        ],
        cwd=tmp_path,
        HOME=str(tmp_path),
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "tale.melody.yaml::check PASSED" in run.stdout
    assert "tale.melody.test.yaml::it_is_told[native] PASSED" in run.stdout
