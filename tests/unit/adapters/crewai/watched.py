"""A program in a process of its own, which tells what it has seen of itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.architecture.repository import ROOT


def watched(program: str, home: Path, temporary: Path) -> dict[str, Any]:
    """Run a program whose user has set no variable of any framework; it prints nothing else.

    Args:
        program: Python text that ends by printing ``SEEN`` and JSON.
        home: Its HOME.
        temporary: Its folder, and where its temporary files go.
    """
    kept = ("PATH", "LANG", "SYSTEMROOT")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONFAULTHANDLER": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        cwd=temporary,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    printed, _, told = done.stdout.partition("SEEN")
    assert printed == ""
    facts: dict[str, Any] = json.loads(told)
    return facts
