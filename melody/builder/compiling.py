"""A built Melody through the compiler; its problems are shown in the program that built it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from compiler.format import to_yaml
from compiler.parse.source_text import SourceText
from compiler.parse.tree import ListNode, MapNode, Node
from compiler.parse.yaml_reader import read_tree
from compiler.pipeline import Compilation, compile_text
from melody.builder.places import DocumentPath, Places, shown_file
from melody.builder.python_source import python_source
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.span import Span, span_at
from workflow_ir.workflow import WorkflowIR

if TYPE_CHECKING:
    from melody.builder.melody import Melody


def compile_built(melody: Melody, *, allow: Allow, will_run: bool = False) -> Compilation:
    """Compile a Melody that was built in Python.

    It becomes the text of a file, which goes the way of every file; so it is checked alike and
    gives the same IR. Diagnostics stand at the line of the program that wrote the part they are
    about; where the program has no text (a session without history), in the text of the file.

    Args:
        melody: The Melody.
        allow: Allowed beside what the project beside the program allows.
        will_run: As of ``compile_text``.
    """
    places, text = melody.places, to_yaml(melody.document())
    program = next(places.files(), None)
    name = f"{melody.name[:60]}.melody.yaml (built)"
    folder = Path(program).parent if program and Path(program).is_file() else Path()
    compilation = compile_text(text, file=name, folder=folder, allow=allow, will_run=will_run)
    moved = _Moved(name, text, places)
    sources = {**compilation.sources, name: text}
    for file in places.files():
        if source := python_source(file):
            sources[shown_file(file)] = source.text
    ir = compilation.ir
    return replace(
        compilation,
        ir=None if ir is None else moved.ir(ir, program),
        diagnostics=tuple(moved.diagnostic(one) for one in compilation.diagnostics),
        sources=sources,
    )


class _Moved:
    """The way from the text of the file to the program."""

    def __init__(self, name: str, text: str, places: Places) -> None:
        self._name = name
        self._places = places
        self._source = SourceText(name, text)
        tree, _ = read_tree(self._source)
        self._parts = _Parts(tree)

    def diagnostic(self, problem: Diagnostic) -> Diagnostic:
        """A problem at its place in the program. Its fix is for files only."""
        notes = tuple(Note(note.message, self._span(note.span)) for note in problem.notes)
        span = self._span(problem.span)
        fix = problem.fix if problem.span is None or problem.span.file != self._name else None
        return replace(problem, span=span, notes=notes, fix=fix)

    def ir(self, ir: WorkflowIR, program: str | None) -> WorkflowIR:
        """The same IR with the places of the program: they are no part of its hash."""
        if program is None:
            return ir
        file = shown_file(program)
        moved = self._moved(ir, file)
        assert isinstance(moved, WorkflowIR)
        return moved.model_copy(update={"file": file})

    def _moved(self, part: Any, file: str) -> Any:
        """A part of the IR; data inside it is left alone."""
        if isinstance(part, BaseModel):
            changed: dict[str, Any] = {}
            for field in type(part).model_fields:
                value = getattr(part, field)
                new = self._at(value, file) if field == "at" and value else self._moved(value, file)
                if new is not value:
                    changed[field] = new
            return part.model_copy(update=changed) if changed else part
        if isinstance(part, tuple):
            items = tuple(self._moved(item, file) for item in part)
            return part if all(a is b for a, b in zip(items, part, strict=True)) else items
        if isinstance(part, dict):
            entries = {key: self._moved(item, file) for key, item in part.items()}
            return part if all(entries[key] is part[key] for key in part) else entries
        return part

    def _at(self, at: str, file: str) -> str:
        span = self._span(span_at(self._name, at))
        return span.at if span is not None and span.file == file else at

    def _span(self, span: Span | None) -> Span | None:
        if span is None or span.file != self._name:
            return span
        path, word = self._parts.path(span), self._word(span)
        return self._places.span(path, word) or span

    def _word(self, span: Span) -> str:
        """What is meant; a key of a map is found in a program as it is."""
        start = self._source.offset(span.line, span.column)
        end = self._source.offset(span.end_line, span.end_column)
        return self._source.text[start:end]


class _Parts:
    """The parts of a tree by their places."""

    def __init__(self, tree: Node | None) -> None:
        self._tree = tree
        self._known: dict[int, tuple[list[_Place], list[tuple[str | int, Node]]]] = {}

    def path(self, span: Span) -> DocumentPath:
        """The path of the innermost part that holds a place."""
        path: list[str | int] = []
        node = self._tree
        while isinstance(node, MapNode | ListNode):
            starts, parts = self._inside(node)
            number = bisect_right(starts, (span.line, span.column)) - 1
            if number < 0:
                break
            name, value = parts[number]
            if (span.end_line, span.end_column) > (value.span.end_line, value.span.end_column):
                break
            path.append(name)
            node = value
        return tuple(path)

    def _inside(
        self, node: MapNode | ListNode
    ) -> tuple[list[_Place], list[tuple[str | int, Node]]]:
        """Where each part begins, in the order of the text, and what it is."""
        if id(node) not in self._known:
            if isinstance(node, MapNode):
                firsts = [key.span for key, _ in node.entries]
                parts: list[tuple[str | int, Node]] = [(k.text, item) for k, item in node.entries]
            else:
                firsts = [item.span for item in node.items]
                parts = list(enumerate(node.items))
            self._known[id(node)] = [(span.line, span.column) for span in firsts], parts
        return self._known[id(node)]


_Place = tuple[int, int]
"""Line and column."""
