"""``crewai run`` runs ejected projects, a flow and a crew, in an environment of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest

from adapters.crewai.silence import SILENCE
from melody.ejecting.laid_out import lay_out
from tests.ejected.ejected import compared, project_of
from tests.ejected.subjects import SUBJECTS, Subject

_LONGEST_S = 300
_HAND = """
from __future__ import annotations

from typing import Any

from ..policy import Call


async def hand(call: Call) -> Any:
    return dict(call.with_)
"""
"""The player of all projects here, as their owner writes it: it gives what it is given."""

FLOW = SUBJECTS["59_both_arms_read_one_step"]
CREW = SUBJECTS["02_diamond"]


def laid(subject: Subject, folder: Path) -> Path:
    """A project in a folder of its own, with its player and its inputs filled in."""
    project = project_of(subject.melody, "crewai")
    folder.mkdir()
    lay_out(project, folder)
    package = folder / "src" / project.name
    (package / "players" / "hand.py").write_text(_HAND, encoding="utf-8")
    main = package / "main.py"
    begin, _, rest = main.read_text(encoding="utf-8").partition("INPUTS: dict[str, Any] = {")
    _, _, end = rest.partition("}")
    given = f"INPUTS: dict[str, Any] = {dict(subject.inputs)!r}"
    main.write_text(f"{begin}{given}{end}", encoding="utf-8")
    return folder


def environment(folder: Path) -> dict[str, str]:
    """An environment that sees what is installed here, and in which uv needs no network."""
    scripts = Path(sys.executable).parent
    home = folder / "home"
    return {
        **SILENCE,
        "CREWAI_STORAGE_DIR": str(home / "storage"),
        "HOME": str(home),
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "UV_CACHE_DIR": str(folder / "cache"),
        "UV_NO_SYNC": "1",
        "UV_OFFLINE": "1",
        "UV_PROJECT_ENVIRONMENT": str(folder / "venv"),
    }


def installed(project: Path, folder: Path) -> None:
    """Make an environment, and install a project in it."""
    made = folder / "venv"
    venv.create(made, with_pip=False)
    packages = sysconfig.get_path("purelib")
    own = sysconfig.get_path("purelib", vars={"base": str(made), "platbase": str(made)})
    line = f"import site; site.addsitedir({packages!r})\n"
    (Path(own) / "tests.pth").write_text(line, encoding="utf-8")
    called(
        folder,
        project,
        *("uv", "pip", "install", "--quiet", "--python", str(made / "bin" / "python")),
        *("--no-deps", "--no-build-isolation", "."),
    )


def called(folder: Path, cwd: Path, *argv: str) -> str:
    """Standard output of a program that ends well."""
    ended = subprocess.run(
        argv,
        cwd=cwd,
        env=environment(folder),
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=_LONGEST_S,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.parametrize("subject", [FLOW, CREW], ids=["flow", "crew"])
def test_crewai_run_gives_the_report_of_melody_run(subject: Subject, tmp_path: Path) -> None:
    project = laid(subject, tmp_path / "project")
    installed(project, tmp_path)
    printed = called(tmp_path, project, "crewai", "run")
    report: Any = json.loads(printed[printed.index("{\n") : printed.rindex("}") + 1])
    assert compared(report) == compared(subject.as_run_object())
    module = project_of(subject.melody, "crewai").name
    again = called(
        tmp_path,
        tmp_path,
        *(str(tmp_path / "venv" / "bin" / "python"), "-m", module),
        *("--inputs", json.dumps(dict(subject.inputs))),
    )
    assert json.loads(again) == report


def test_crewai_runs_the_declared_flow(tmp_path: Path) -> None:
    project = laid(FLOW, tmp_path / "project")
    built = project / "pyproject.toml"
    text = built.read_text(encoding="utf-8")
    assert "\n# definition = " in text
    built.write_text(text.replace("\n# definition = ", "\ndefinition = "), encoding="utf-8")
    installed(project, tmp_path)
    scripts = tmp_path / "venv" / "bin"  # where CrewAI is, if it was installed there
    script = scripts / "crewai"
    script.write_text(f"#!{scripts / 'python'}\nfrom crewai_cli.cli import crewai\n\ncrewai()\n")
    script.chmod(0o755)
    given = json.dumps(dict(FLOW.inputs))
    printed = called(tmp_path, project, "crewai", "run", "--inputs", given)
    assert json.dumps(FLOW.as_run_object()["outputs"]) in printed
