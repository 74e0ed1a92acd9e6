"""``docs/adapters.md``: its adapter is the toy of the tests, and proving it shows what it says."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.base import OrchestrationAdapter
from melody.testing.conformance import Check, finding
from tests.architecture.repository import ROOT, fresh_interpreter
from tests.unit.melody.testing import toy
from workflow_ir.capability import Support

PAGE = ROOT / "docs/adapters.md"
TEXT = PAGE.read_text(encoding="utf-8")


def _files() -> dict[str, str]:
    """The Python files of the page, by the name in their first line."""
    blocks = (block.split("\n```")[0] for block in TEXT.split("```python\n# ")[1:])
    named = (block.partition("\n") for block in blocks)
    return {name: f"{text}\n" for name, _, text in named}


FILES = _files()


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with the page's files, and what an installation would leave beside them."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    about = tmp_path / "toy-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: toy\nVersion: 1\n")
    point = TEXT.split("```toml\n")[1].split("\n```")[0].splitlines()[1].replace('"', "")
    (about / "entry_points.txt").write_text(f"[melody.adapters]\n{point}\n")
    return tmp_path


def _run(folder: Path, *arguments: str) -> tuple[int, str]:
    program = (
        f"import runpy, sys; sys.path.insert(0, {str(folder)!r}); sys.argv = sys.argv[1:]\n"
        "name, *_ = sys.argv\n"
        "if name == '-m': sys.argv.pop(0); runpy.run_module(sys.argv[0], run_name='__main__')\n"
        "else: runpy.run_path(name, run_name='__main__')\n"
    )
    ended = fresh_interpreter("-c", program, *arguments, cwd=folder)
    return ended.returncode, ended.stdout + ended.stderr


def test_the_adapter_of_the_page_is_the_toy_of_the_tests() -> None:
    assert FILES["toy.py"] == inspect.getsource(toy)


def test_the_command_of_the_page_shows_what_the_page_says(installed: Path) -> None:
    block = TEXT.split("```console\n")[1].split("```")[0]
    command, _, expected = block.partition("\n")
    words = command.removeprefix("$ python ").split()
    assert _run(installed, *words) == (0, expected)


def test_the_program_of_the_page_proves_the_toy(installed: Path) -> None:
    assert _run(installed, str(installed / "prove.py")) == (0, "proved\n")


def test_the_test_of_the_page_passes(installed: Path) -> None:
    code, told = _run(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_toy.py")
    assert code == 0, told
    assert " passed" in told


def _checks() -> Iterator[tuple[str, str]]:
    (kinds,) = (
        node for node in ast.parse(inspect.getsource(finding)).body
        if isinstance(node, ast.ClassDef) and node.name == "Check"
    )  # fmt: skip
    for assigned, said in zip(kinds.body, kinds.body[1:], strict=False):
        if isinstance(assigned, ast.Assign) and isinstance(said, ast.Expr):
            yield ast.literal_eval(assigned.value), " ".join(ast.literal_eval(said.value).split())


def test_every_check_is_on_the_page_with_what_it_holds() -> None:
    table = TEXT.split("| check | what holds |\n|---|---|\n")[1].split("\n\n")[0]
    assert table.splitlines() == [f"| `{name}` | {said} |" for name, said in _checks()]
    assert len(table.splitlines()) == len(Check)


def test_every_method_of_the_contract_and_every_word_of_the_table_is_on_the_page() -> None:
    methods = [name for name in vars(OrchestrationAdapter) if not name.startswith("_")]
    assert [name for name in methods if f"| `{name}(" not in TEXT] == []
    assert [word for word in Support if f"`{word}`" not in TEXT] == []
