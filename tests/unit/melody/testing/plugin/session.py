"""pytest in a folder and a process of its own, with the plugin as an installation brings it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.repository import ROOT

_OUTCOME = re.compile(r"^(PASSED|FAILED|ERROR) (.*?)(?: - .*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Session:
    """One run of pytest that has ended."""

    code: int
    output: str

    @property
    def outcomes(self) -> Mapping[str, str]:
        """``passed``, ``failed`` or ``error`` by the id of each test."""
        return {name: outcome.lower() for outcome, name in _OUTCOME.findall(self.output)}


def installed(folder: Path) -> Path:
    """A folder of the search path that says what ``pyproject.toml`` says of entry points."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    points = project["entry-points"]["pytest11"]
    metadata = folder / "site" / "melody_plugin-1.dist-info"
    metadata.mkdir(parents=True, exist_ok=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: melody-plugin\nVersion: 1\n")
    lines = "".join(f"{name} = {target}\n" for name, target in points.items())
    (metadata / "entry_points.txt").write_text(f"[pytest11]\n{lines}", "utf-8")
    return metadata.parent


def command_of(*arguments: str) -> list[str]:
    return [
        sys.executable, "-m", "pytest", "-rA", "--no-header", "-p", "no:cacheprovider", *arguments,
    ]  # fmt: skip


def environment(site: Path, **more: str) -> dict[str, str]:
    """None of our own settings of pytest, and the tree under test behind the entry point."""
    ours = ("MELODY_", "PYTEST_", "COVERAGE_")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
    kept.pop("CI", None)
    return {**kept, "PYTHONPATH": f"{ROOT}{os.pathsep}{site}", "COLUMNS": "200", **more}


def pytest_in(folder: Path, *arguments: str, **more: str) -> Session:
    """Run it there. The folder ``site`` beside it is made."""
    ended = subprocess.run(
        command_of(*arguments),
        cwd=folder,
        env=environment(installed(folder.parent), **more),
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return Session(ended.returncode, ended.stdout + ended.stderr)
