"""Code is generated without the frameworks that it is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.repository import ROOT, fresh_interpreter
from tests.ejected.ejected import TARGETS

PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from adapters import registry
from compiler.pipeline import compile_file
made = compile_file({melody!r})
assert made.ir is not None, made.diagnostics
project = registry.load({target!r}).emit(made.ir)
known = ("crewai", "crewai_core", "langchain", "langchain_core", "langgraph", "langsmith")
print(len(project.files), *[name for name in known if name in sys.modules])
"""


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "sample", ["03_quality_route/quality_route", "09_agents_and_crews/newsroom"]
)
def test_no_framework_is_imported_to_generate_code(
    sample: str, target: str, tmp_path: Path
) -> None:
    melody = str(ROOT / "samples" / f"{sample}.melody.yaml")
    program = PROGRAM.format(root=str(ROOT), melody=melody, target=target)
    files, *imported = fresh_interpreter("-c", program, cwd=tmp_path).stdout.split()
    assert int(files) > 15
    assert imported == []
