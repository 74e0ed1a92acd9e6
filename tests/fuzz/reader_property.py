"""What must hold of any bytes at all: a model or diagnostics, each of them whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compiler.format import MELODY, comments_of, format_text
from compiler.parse.text import text_of_bytes
from compiler.parse.tree import Node
from compiler.parse.yaml_reader import read_tree
from compiler.pipeline import Compilation, compile_text
from workflow_ir.codes import CODES
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.expressions import canonical, parse
from workflow_ir.expressions.limits import MOST_SOURCE_BYTES
from workflow_ir.render import render_text, to_github, to_json, to_sarif
from workflow_ir.span import Span
from workflow_ir.splice import LINE_BREAK, splice
from workflow_ir.workflow import WorkflowIR

FILE = "m.melody.yaml"
NOWHERE = Path(__file__).parent / "no_such_folder"
"""No project file and no other Melody is found from here."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a text."""

    end: Literal["model", "errors"]
    codes: frozenset[str]
    formatted: bool = False
    """It could be laid out anew."""
    cured: bool = False
    """It had mistakes with a certain cure."""


def examine(data: bytes, *, file: str = FILE) -> Reading:
    """Reads, checks, shows, cures and formats a text, and demands everything of what comes out.

    Raises:
        AssertionError: Something does not hold. Any other exception is a mistake as well.
    """
    found = check(data, file)
    demand(found, data, file)
    return Reading(
        "errors" if found.errors else "model",
        frozenset(problem.code for problem in found.diagnostics),
        formatted=_require_formatting_loses_nothing(data, file, found),
        cured=_require_cures(file, found),
    )


def check(data: bytes, file: str = FILE) -> Compilation:
    """What ``melody check`` does with a file, the text that it shows included."""
    found = compile_text(data, file=file, folder=NOWHERE)
    render_text(found.diagnostics, found.sources)
    return found


def demand(found: Compilation, data: bytes, file: str = FILE) -> None:
    """What was found is a model or diagnostics, and each is whole.

    Raises:
        AssertionError: Something does not hold.
    """
    _require_shown(found.diagnostics, found.sources)
    # A text that cannot be decoded is no source; the place is counted in what can be.
    sources = found.sources or {file: data.decode("utf-8", "replace").removeprefix("\ufeff")}
    lines = {name: LINE_BREAK.split(text) for name, text in sources.items()}
    for problem in found.diagnostics:
        _require_whole(problem, lines)
    assert (found.ir is None) == bool(found.errors), "errors and a model, or neither"
    if found.ir is not None:
        _require_stable(found.ir)


def _require_shown(diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> None:
    """Every form in which problems are shown takes them, and gives text that can be written."""
    problems = tuple(diagnostics)
    texts = [
        render_text(problems, sources),
        render_text(problems, {}),
        json.dumps(to_json(problems)),
        "\n".join(to_github(problems, root=NOWHERE)),
        json.dumps(to_sarif(problems, sources, root=NOWHERE, version="1")),
    ]
    for text in texts:
        text.encode("utf-8")
    assert len(problems) <= 450, "so many problems help nobody"


def _require_whole(problem: Diagnostic, lines: Mapping[str, list[str]]) -> None:
    assert problem.code in CODES, problem
    assert problem.message.strip(), problem
    assert "\n" not in problem.message, problem
    assert problem.span is not None, problem
    places = [problem.span, *(note.span for note in problem.notes if note.span is not None)]
    if problem.fix is not None:
        assert problem.fix.edits, problem
        places += [edit.span for edit in problem.fix.edits]
    for place in places:
        _require_inside(place, lines[place.file], problem)


def _require_inside(place: Span, lines: list[str], problem: Diagnostic) -> None:
    assert (place.line, place.column) <= (place.end_line, place.end_column), problem
    for line, column in ((place.line, place.column), (place.end_line, place.end_column)):
        assert 1 <= line <= len(lines), (problem, "lines:", len(lines))
        assert 1 <= column <= len(lines[line - 1]) + 1, (problem, lines[line - 1])


def _require_stable(ir: WorkflowIR) -> None:
    """The model survives being written, and its expressions are in their one spelling."""
    text = ir.to_json()
    again = WorkflowIR.from_json(text)
    assert again == ir
    assert again.hash == ir.hash
    assert again.to_json() == text
    for source in _sources_of(json.loads(text)):
        spelled = canonical(parse(source))
        assert spelled == source or len(source.encode()) > MOST_SOURCE_BYTES // 2, source


def _sources_of(node: object) -> Iterable[str]:
    if isinstance(node, dict):
        if node.get("kind") == "expr":
            yield node["source"]
        elif node.get("kind") == "literal":
            return
        for value in node.values():
            yield from _sources_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from _sources_of(value)


def _require_cures(file: str, found: Compilation) -> bool:
    """The text after all cures is read like any other."""
    edits = [
        edit
        for problem in found.diagnostics
        if problem.fix is not None
        for edit in problem.fix.edits
        if edit.span.file == file
    ]
    if not edits:
        return False
    cured = compile_text(splice(found.sources[file], edits), file=file, folder=NOWHERE)
    _require_shown(cured.diagnostics, cured.sources)
    return True


def _require_formatting_loses_nothing(data: bytes, file: str, found: Compilation) -> bool:
    source, _ = text_of_bytes(data, file)
    if source is None:
        return False
    result = format_text(source, MELODY)
    if result.text is None:
        assert result.problems or result.refusal
        return False
    after, problems = text_of_bytes(result.text.encode(), file)
    assert after is not None, problems
    before_tree, after_tree = read_tree(source)[0], read_tree(after)[0]
    assert _data(before_tree) == _data(after_tree), result.text
    if not file.endswith(".json"):
        assert sorted(comments_of(source)) == sorted(comments_of(after)), result.text
    assert format_text(after, MELODY).text == result.text, "formatting twice changes the text"
    again = compile_text(result.text, file=file, folder=NOWHERE)
    assert (again.ir is None) == (found.ir is None), result.text
    if found.ir is not None and again.ir is not None:
        assert again.ir.hash == found.ir.hash, result.text
    return True


def _data(tree: Node | None) -> str:
    assert tree is not None
    return json.dumps(tree.plain(), sort_keys=True)
