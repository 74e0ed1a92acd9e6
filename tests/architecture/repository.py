"""The repository as these tests see it: its root, its rooms and the files that are its own."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("workflow_ir", "compiler", "conductor_core", "adapters", "melody")


@cache
def own_files() -> tuple[Path, ...]:
    """Every file that is or would be committed, relative to the root."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(
        Path(name) for name in sorted(listing.split("\0")) if name and (ROOT / name).exists()
    )


def own_python_files() -> tuple[Path, ...]:
    """Those of them that are Python."""
    return tuple(path for path in own_files() if path.suffix == ".py")


def fresh_interpreter(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run this Python anew on the tree under test, warnings as errors, and wait for its end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=cwd,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
