from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.repository import ROOMS, ROOT

# For each contract of pyproject.toml, a module and an import that it must not have.
FORBIDDEN_IMPORTS = {
    "melody stands on adapters, adapters on conductor_core, conductor_core on workflow_ir": (
        "conductor_core/run.py",
        "import adapters.base",
    ),
    "melody stands on compiler, compiler on workflow_ir": (
        "compiler/pipeline.py",
        "import melody",
    ),
    "the compiler's stages look back only: pipeline, then check and lower, then analysis, then"
    " parse": (
        "compiler/check/subject.py",
        "import compiler.lower.players",
    ),
    "compiler and adapters know nothing of each other": (
        "adapters/base.py",
        "import compiler.pipeline",
    ),
    "compiler and conductor_core know nothing of each other": (
        "compiler/pipeline.py",
        "import conductor_core.run",
    ),
    "workflow_ir needs pydantic and the standard library only": (
        "workflow_ir/canonical.py",
        "import yaml",
    ),
    "compiler needs PyYAML, pydantic and the standard library only": (
        "compiler/pipeline.py",
        "import httpx",
    ),
    "no backend imports another backend": (
        "adapters/crewai/compile.py",
        "import adapters.native.compile",
    ),
    "only adapters.registry reaches a concrete backend": (
        "melody/__init__.py",
        "import adapters.native",
    ),
    "a framework is imported only inside its own adapter and behind the conductor's two "
    "framework ports": (
        "conductor_core/perform.py",
        "import langgraph.graph",
    ),
    "adapters.emitter writes text: of adapters it knows no other part, and of what is installed "
    "jinja2 alone": (
        "adapters/emitter/code.py",
        "import adapters.base",
    ),
    "adapters.emitter: projects stand on players and steps, these on policy and expressions, "
    "all on code": (
        "adapters/emitter/expressions/kinds.py",
        "import adapters.emitter.steps.step",
    ),
    "the pure parts of conductor_core reach none of its parts that do I/O": (
        "conductor_core/failure/__init__.py",
        "import conductor_core.journal",
    ),
    "the pure parts of conductor_core do no I/O, wait for nothing and read no clock": (
        "conductor_core/schedule/__init__.py",
        "import time",
    ),
}
PURE_PARTS = ("failure", "schedule", "routing")
PARTS_WITH_IO = (
    "players",
    "models",
    "journal",
    "memory",
    "people",
    "perform",
    "readings",
    "run",
    "kinds",
    "limits",
    "pipeline",
    "recovery",
)


def _contracts() -> list[dict[str, object]]:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts: list[dict[str, object]] = configuration["tool"]["importlinter"]["contracts"]
    return contracts


def _verdicts(tree: Path) -> dict[str, str]:
    """What import-linter says of each contract: ``KEPT`` or ``BROKEN``."""
    report = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-cache",
            "--no-logo",
        ],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "NO_COLOR": "1", "COLUMNS": "400"},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    verdicts = re.findall(r"^(.+?) (KEPT|BROKEN)\b", report.stdout, flags=re.MULTILINE)
    assert verdicts, report.stdout + report.stderr
    return dict(verdicts)


@pytest.fixture
def copied_tree(tmp_path: Path) -> Path:
    for room in ROOMS:
        ignored = shutil.ignore_patterns("__pycache__", "*.j2")
        shutil.copytree(ROOT / room, tmp_path / room, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_import_contract_is_kept() -> None:
    verdicts = _verdicts(ROOT)
    assert verdicts == {str(contract["name"]): "KEPT" for contract in _contracts()}


def test_every_import_contract_has_an_import_that_breaks_it() -> None:
    assert set(FORBIDDEN_IMPORTS) == {contract["name"] for contract in _contracts()}


@pytest.mark.parametrize("contract", FORBIDDEN_IMPORTS)
def test_an_import_contract_turns_red_when_it_is_broken(contract: str, copied_tree: Path) -> None:
    module, statement = FORBIDDEN_IMPORTS[contract]
    with (copied_tree / module).open("a", encoding="utf-8") as source:
        source.write(f"\n{statement}\n")
    assert _verdicts(copied_tree)[contract] == "BROKEN"


@pytest.mark.parametrize(("field", "parts"), [("source", PURE_PARTS), ("forbidden", PARTS_WITH_IO)])
def test_every_part_of_the_conductor_that_exists_stands_in_the_purity_contract(
    field: str, parts: tuple[str, ...]
) -> None:
    (contract,) = (
        c for c in _contracts() if "reach none of its parts that do I/O" in str(c["name"])
    )
    room = ROOT / "conductor_core"
    standing = {part for part in parts if (room / part).is_dir() or (room / f"{part}.py").is_file()}
    assert contract[f"{field}_modules"] == sorted(f"conductor_core.{part}" for part in standing)


def test_every_backend_that_exists_stands_in_the_backend_contracts() -> None:
    backends = sorted(path.parent.name for path in (ROOT / "adapters").glob("*/capabilities.py"))
    for contract in _contracts():
        named = contract.get("protected_modules") or contract.get("modules", [])
        if "backend" in str(contract["name"]):
            assert sorted(named) == [f"adapters.{name}" for name in backends]  # type: ignore[call-overload]
