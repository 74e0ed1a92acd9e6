from __future__ import annotations

import ast
from pathlib import Path

import pytest

import compiler.importers

FILES = sorted(Path(compiler.importers.__path__[0]).glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_importer_stands_on_reading_and_the_nouns_alone(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    own = [module for module in modules if module and module.startswith("compiler")]
    assert all(module.startswith(("compiler.parse.", "compiler.importers.")) for module in own)
    outside = {"os", "sys", "pathlib", "subprocess", "socket", "yaml"}
    assert outside.isdisjoint(str(module) for module in modules)
    assert not any(isinstance(node, ast.Import) and node.names[0].name in outside
                   for node in ast.walk(tree))  # fmt: skip
