"""MEL901: another distribution owns one of our top-level names."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from melody.installation import PACKAGES, find_collision
from tests.architecture.repository import ROOT
from workflow_ir.render import render_text


def _distribution(
    folder: Path, name: str, *, package: str, listing: str = "RECORD", module: bool = False
) -> Path:
    """A distribution as pip leaves it: a package (or a module) and the metadata beside it."""
    file = f"{package}.py" if module else f"{package}/__init__.py"
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text('raise ImportError("this is not the package you meant")\n', "utf-8")
    metadata = folder / f"{name}-1.3.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.3.0\n", "utf-8"
    )
    record = f"{name}-1.3.0.dist-info/METADATA,,\n{file},sha256=0,58\n"
    (metadata / listing).write_text(record if listing == "RECORD" else f"{package}\n", "utf-8")
    return metadata


def _our_packages(home: Path) -> Path:
    """A folder in which our packages stand, as far as the check looks at them."""
    for package in PACKAGES:
        (home / package).mkdir(parents=True)
        (home / package / "__init__.py").touch()
    return home


def test_nothing_is_reported_where_our_packages_are_ours_alone(tmp_path: Path) -> None:
    home = _our_packages(tmp_path / "site")
    _distribution(home, "elsewhere", package="something_else")
    assert find_collision([str(home)], home=home) is None


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("listing", ["RECORD", "top_level.txt"])
@pytest.mark.parametrize("ours_first", [True, False])
def test_another_distribution_that_owns_a_package_is_named(
    package: str, listing: str, ours_first: bool, tmp_path: Path
) -> None:
    home = _our_packages(tmp_path / "site")
    other = tmp_path / "other"
    metadata = _distribution(other, "the_owner", package=package, listing=listing)
    path = [str(home), str(other)] if ours_first else [str(other), str(home)]

    collision = find_collision(path, home=home)

    assert collision is not None
    assert (collision.package, collision.place) == (package, metadata)
    assert "`the_owner` 1.3.0" in collision.message
    assert "virtual environment" in collision.cure


def test_a_distribution_installed_over_ours_in_the_same_folder_is_named(tmp_path: Path) -> None:
    home = _our_packages(tmp_path / "site")
    _distribution(home, "adapters", package="adapters")
    collision = find_collision([str(home)], home=home)
    assert collision is not None
    assert collision.message == "the distribution `adapters` 1.3.0 owns the package `adapters` too"


def test_a_distribution_that_owns_a_module_of_our_name_is_named(tmp_path: Path) -> None:
    home = _our_packages(tmp_path / "site")
    _distribution(tmp_path / "other", "one_file", package="compiler", module=True)
    collision = find_collision([str(home), str(tmp_path / "other")], home=home)
    assert collision is not None
    assert collision.package == "compiler"


def test_our_own_distribution_is_no_collision_under_any_spelling_of_its_name(
    tmp_path: Path,
) -> None:
    home = _our_packages(tmp_path / "site")
    for spelling in ("melody_compiler", "Melody.Compiler"):
        _distribution(home, spelling, package="adapters")
    assert find_collision([str(home)], home=home) is None


def test_a_folder_that_hides_one_of_our_packages_is_shown(tmp_path: Path) -> None:
    home = _our_packages(tmp_path / "site")
    hiding = tmp_path / "project" / "adapters" / "__init__.py"
    hiding.parent.mkdir(parents=True)
    hiding.touch()

    collision = find_collision([str(tmp_path / "project"), str(home)], home=home)

    assert collision is not None
    assert collision.place == hiding
    assert "PYTHONPATH" in collision.cure
    assert find_collision([str(home), str(tmp_path / "project")], home=home) is None


def test_a_package_that_lost_its_init_to_an_uninstall_is_shown(tmp_path: Path) -> None:
    home = _our_packages(tmp_path / "site")
    (home / "compiler" / "__init__.py").unlink()
    collision = find_collision([str(home)], home=home)
    assert collision is not None
    assert collision.package == "compiler"


def test_entries_that_are_missing_or_no_folders_do_not_disturb(tmp_path: Path) -> None:
    home = _our_packages(tmp_path / "site")
    (tmp_path / "archive.zip").touch()
    entries = [str(tmp_path / "gone"), str(tmp_path / "archive.zip"), str(home)]
    assert find_collision(entries, home=home) is None


def test_the_terminal_form_and_the_diagnostic_say_the_same(tmp_path: Path) -> None:
    home = _our_packages(tmp_path / "site")
    _distribution(home, "adapters", package="adapters")
    collision = find_collision([str(home)], home=home)
    assert collision is not None
    assert render_text([collision.diagnostic()], {}, commands=False) == str(collision)


@pytest.mark.parametrize("command", [["--help"], ["version"], ["check", "any.melody.yaml"]])
def test_the_command_answers_with_the_cure_and_no_traceback(
    command: list[str], tmp_path: Path
) -> None:
    # Before ours on the path, as site-packages is before an editable installation.
    _distribution(tmp_path / "site", "adapters", package="adapters")
    _distribution(tmp_path / "site", "compiler", package="compiler")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), str(ROOT)])}
    run = subprocess.run(
        [sys.executable, "-m", "melody", *command],
        cwd=tmp_path,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr.startswith("error[MEL901]: the distribution `")
    assert "virtual environment of its own" in run.stderr
    assert "Traceback" not in run.stderr


def test_the_command_survives_the_loss_of_the_package_that_renders_diagnostics(
    tmp_path: Path,
) -> None:
    shutil.copytree(ROOT / "melody", tmp_path / "melody")
    for package in PACKAGES[:-1]:
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("raise ImportError\n", "utf-8")
    _distribution(tmp_path, "workflow_ir", package="workflow_ir")
    run = subprocess.run(
        [sys.executable, "-m", "melody", "version"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 2
    assert run.stderr.startswith("error[MEL901]: the distribution `workflow_ir` 1.3.0")
