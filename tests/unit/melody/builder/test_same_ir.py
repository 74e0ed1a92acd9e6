"""What is written in Python is what is written in YAML."""

from __future__ import annotations

import ast
import posixpath
import re
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from compiler.format import in_order
from compiler.parse.source_text import SourceText
from compiler.parse.yaml_reader import read_tree
from compiler.pipeline import compile_file, compile_text
from melody.builder import Melody
from melody.builder.compiling import compile_built
from melody.testing.conformance.case import Case, all_cases
from tests.architecture.repository import ROOT
from tests.unit.melody.builder.drive import build, by_operators, by_words
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import errors_of
from workflow_ir.expressions import ExpressionError, parse, parse_template

SAMPLES = sorted((ROOT / "samples").glob("*/*.melody.yaml"))
TWINS = [
    path
    for path in sorted((ROOT / "samples").glob("*/*.py"))
    if path.with_name(f"{path.stem}.melody.yaml").exists()
]
VALID = sorted((ROOT / "tests/unit/compiler/language/valid").glob("*.melody.yaml"))
WHOLE = sorted((ROOT / "tests/unit/melody/melodies").glob("*.melody.yaml"))
CASES = all_cases()
CALLED = re.compile(r"call: (\./[\w./]+)")
ALLOW = Allow()


def _data(text: str) -> Any:
    tree, problems = read_tree(SourceText("some.melody.yaml", text))
    assert tree is not None
    assert not problems
    return tree.plain()


def test_there_is_something_to_compare() -> None:
    assert SAMPLES
    assert len(TWINS) >= 9  # one a sample
    assert len(CASES) > 50


@pytest.mark.parametrize("path", TWINS, ids=lambda path: path.stem)
def test_the_twin_of_a_sample_gives_its_ir_and_its_document(path: Path) -> None:
    twin = runpy.run_path(str(path))["m"]
    written = path.with_name(f"{path.stem}.melody.yaml")
    built, read = compile_built(twin, allow=ALLOW), compile_file(written)
    assert built.ir is not None
    assert read.ir is not None
    assert built.ir.hash == read.ir.hash
    assert built.diagnostics == ()
    assert twin.document() == in_order(_data(written.read_text("utf-8")))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("read", [by_words, by_operators])
def test_every_conformance_melody_can_be_built_and_is_the_same(case: Case, read: Any) -> None:
    document = _data(case.melody)
    assert _meaning(build(document, read).document()) == _meaning(in_order(document))
    # A player calls a file that lies beside the program, and these programs have none.
    of_players = any("call" in player for player in document.get("players", {}).values())
    if read is by_words and not of_players:
        built = _with_parts(case.melody, "", case.files, {})
        expected = compile_text(case.melody, given=case.files)
        found = compile_built(built, allow=ALLOW)
        assert errors_of(found.diagnostics) == errors_of(expected.diagnostics) == ()
        assert found.ir is not None
        assert expected.ir is not None
        assert found.ir.hash == expected.ir.hash


def _with_parts(
    text: str, folder: str, files: Mapping[str, str], made: dict[str, Melody]
) -> Melody:
    """A Melody whose sub-melodies are Melodies in Python too, each file one of them."""
    parts: dict[str, Melody] = {}
    for written in dict.fromkeys(CALLED.findall(text)):
        path = posixpath.normpath(posixpath.join(folder, written))
        if path not in made:
            made[path] = _with_parts(files[path], posixpath.dirname(path), files, made)
        parts[written] = made[path]
    return build(_data(text), by_words, parts)


@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
@pytest.mark.parametrize("read", [by_words, by_operators])
def test_every_verb_that_is_built_is_the_same(path: Path, read: Any) -> None:
    document = _data(path.read_text("utf-8"))
    part = build(_data((path.parent / "part.melody.yaml").read_text("utf-8")), read)
    built = build(document, read, {"./part.melody.yaml": part})
    expected = compile_file(path, allow=Allow(command=("*",)))
    found = compile_built(built, allow=Allow(command=("*",)))
    assert expected.ir is not None, expected.errors
    assert found.ir is not None, found.errors
    assert found.ir.hash == expected.ir.hash


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_the_whole_language_can_be_built(path: Path) -> None:
    document = _data(path.read_text("utf-8"))
    for read in (by_words, by_operators):
        built = build(document, read).document()
        assert _meaning(built) == _meaning(in_order(_without_own_keys(document)))


def _without_own_keys(data: Any) -> Any:
    if isinstance(data, list):
        return [_without_own_keys(item) for item in data]
    if not isinstance(data, dict):
        return data
    return {key: _without_own_keys(item) for key, item in data.items() if not key.startswith("x-")}


def _meaning(data: Any, key: str = "") -> Any:
    """A document with its expressions as trees, and without what may be left out."""
    if isinstance(data, list):
        return [_meaning(item) for item in data]
    if isinstance(data, dict):
        empty: dict[str, Any] = {"steps": {}, "models": {}, "players": {}, "inputs": {}}
        may_be_null = {"prompt", "window", "idempotency_key", "message"}
        return {
            name: _meaning(item, name)
            for name, item in data.items()
            if not (name in empty and item == {}) and not (item is None and name in may_be_null)
        }
    if not isinstance(data, str):
        return data
    if key in {"when", "check", "score", "until", "while", "require"}:
        return _tree(data)
    if "${{" not in data:
        return data
    return [
        part if isinstance(part, str) else _tree(part.expression.source)
        for part in parse_template(data).parts
    ]


def _tree(source: str) -> str:
    try:
        tree = parse(source).tree
    except ExpressionError:
        return source
    # A generator and a list are the same to every function that takes one.
    return ast.dump(tree).replace("GeneratorExp(", "ListComp(")
