"""The page on chaining as its reader uses it: files to save, lines to type into a shell."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.architecture.repository import ROOT
from tests.unit.melody.stage import environment

TEXT = (ROOT / "docs" / "chaining.md").read_text(encoding="utf-8")
CONSOLES = re.findall(r"^```console\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
FILES = {
    name: f"# {name}\n{rest}"
    for name, rest in re.findall(r"^```yaml\n# (\S+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
}


def typed(console: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Save the files of the page into a folder, and type the lines of one console there."""
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    programs = folder / "programs"
    programs.mkdir()
    program = programs / "melody"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m melody "$@"\n')
    program.chmod(0o755)
    own = environment()
    lines = (line for line in console.splitlines(keepends=True) if line[:2] in ("$ ", "> "))
    return subprocess.run(
        ["sh", "-c", "".join(line[2:] for line in lines)],
        cwd=folder,
        env={**own, "PATH": f"{programs}:{own['PATH']}"},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )


def shown(console: str) -> str:
    """What the page shows below those lines."""
    lines = console.splitlines(keepends=True)
    return "".join(line for line in lines if line[:2] not in ("$ ", "> "))
