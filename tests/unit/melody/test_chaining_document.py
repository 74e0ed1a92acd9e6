from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT
from tests.unit.melody.stage import environment

TEXT = (ROOT / "docs" / "chaining.md").read_text(encoding="utf-8")
CONSOLES = re.findall(r"^```console\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
FILES = {
    name: f"# {name}\n{rest}"
    for name, rest in re.findall(r"^```yaml\n# (\S+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
}


@pytest.mark.parametrize("console", CONSOLES, ids=lambda text: text[2:40])
def test_every_example_of_the_page_gives_what_the_page_says(console: str, tmp_path: Path) -> None:
    lines = console.splitlines(keepends=True)
    typed = [line[2:] for line in lines if line.startswith(("$ ", "> "))]
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    programs = tmp_path / "programs"
    programs.mkdir()
    melody = programs / "melody"
    melody.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m melody "$@"\n')
    melody.chmod(0o755)
    own = environment()
    ran = subprocess.run(
        ["sh", "-c", "".join(typed)],
        cwd=tmp_path,
        env={**own, "PATH": f"{programs}:{own['PATH']}"},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.stdout + ran.stderr == "".join(lines[len(typed) :])


def test_the_page_has_examples_of_every_form() -> None:
    for form in ("define", "coordinate", "pipeline create", "pipeline shim", "import tidyllm"):
        assert any(f"melody {form}" in console for console in CONSOLES)
    assert list(FILES) == ["workflow_config.yaml"]
