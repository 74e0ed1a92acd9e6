from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.repository import ROOMS, ROOT, fresh_interpreter

FRAMEWORKS = {"crewai", "dbos", "langchain", "langchain_core", "langgraph", "langsmith"}
SAMPLE = ROOT / "samples" / "01_release_notes" / "release_notes.melody.yaml"
PACKAGES = sorted(
    ".".join(path.parent.relative_to(ROOT).parts)
    for room in ROOMS
    for path in (ROOT / room).rglob("__init__.py")
)


def _imported(report: str) -> set[str]:
    """The top-level packages in what ``python -X importtime`` wrote."""
    return {
        name.split(".")[0]
        for name in re.findall(r"^import time:.*\|\s+(\S+)$", report, re.MULTILINE)
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_can_be_the_first_one_imported(package: str) -> None:
    # An import cycle through a package's `__init__` shows only when that package comes first.
    run = fresh_interpreter("-c", f"import {package}")
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["version"],
        ["check", str(SAMPLE)],
        ["compile", str(SAMPLE), "--to", "ir", "--stdout"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_command_that_runs_nothing_imports_no_framework(
    arguments: list[str], tmp_path: Path
) -> None:
    run = fresh_interpreter("-X", "importtime", "-m", "melody", *arguments, cwd=tmp_path)
    imported = _imported(run.stderr)
    assert run.returncode == 0, run.stderr
    assert "click" in imported
    assert imported & FRAMEWORKS == set()


def test_help_imports_none_of_the_rooms_that_do_the_work(tmp_path: Path) -> None:
    run = fresh_interpreter("-X", "importtime", "-m", "melody", "--help", cwd=tmp_path)
    assert _imported(run.stderr) & {*ROOMS, "pydantic", "jinja2", "httpx", "yaml"} == {"melody"}


def test_the_facade_imports_nothing_until_it_is_asked() -> None:
    # An eager facade would make `import adapters.base` depend on whether melody came first.
    program = f"import sys, melody; print(*sorted(sys.modules.keys() & set({ROOMS!r})))"
    assert fresh_interpreter("-c", program).stdout.split() == ["melody"]


def test_the_public_surface_is_small_and_every_name_of_it_is_there() -> None:
    program = "import melody; print(*melody.__all__); [getattr(melody, n) for n in melody.__all__]"
    run = fresh_interpreter("-c", program)
    names = run.stdout.split()
    assert run.returncode == 0, run.stderr
    assert 0 < len(names) <= 25
    assert [name for name in names if name.startswith("_") and name != "__version__"] == []
    assert names == sorted(names)
