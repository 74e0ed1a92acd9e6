"""A built Melody through the compiler; its problems are shown in the program that built it."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from compiler.format import to_yaml
from compiler.parse.source_text import SourceText
from compiler.parse.tree import ListNode, MapNode, Node
from compiler.parse.yaml_reader import read_tree
from compiler.pipeline import Compilation, compile_text
from melody.builder.called import all_called, file_of
from melody.builder.places import DocumentPath, Places, shown_file
from melody.builder.python_source import python_source
from workflow_ir.allow import Allow
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.span import Span, span_at
from workflow_ir.workflow import WorkflowIR

if TYPE_CHECKING:
    from melody.builder.melody import Melody


def compile_built(
    melody: Melody,
    *,
    allow: Allow,
    will_run: bool = False,
    profile: str | None = None,
    settings: Iterable[str] = (),
) -> Compilation:
    """Compile a Melody that was built in Python.

    It becomes the text of a file, which goes the way of every file; so it is checked alike and
    gives the same IR. Diagnostics stand at the line of the program that wrote the part they are
    about; where the program has no text (a session without history), in the text of the file.

    Args:
        melody: The Melody.
        allow: Allowed beside what the project beside the program allows.
        will_run: As of ``compile_text``; so are the next two.
        profile: Of the project or the user's file.
        settings: ``PATH=VALUE`` each.
    """
    program = next(melody.places.files(), None)
    folder = Path(program).parent if program and Path(program).is_file() else Path()
    home = _shown_folder(folder)
    texts = {file: to_yaml(one.document()) for file, one in all_called(melody).items()}
    top = file_of(melody)
    compilation = compile_text(
        texts[top],
        file=os.path.normpath(home / top),
        folder=folder,
        allow=allow,
        will_run=will_run,
        given=texts,
        profile=profile,
        settings=settings,
    )
    moved = _Moved(
        {
            os.path.normpath(home / file): _Origin(texts[file], one.places)
            for file, one in all_called(melody).items()
        }
    )
    ir = compilation.ir
    return replace(
        compilation,
        ir=None if ir is None else moved.ir(ir),
        diagnostics=tuple(moved.diagnostic(one) for one in compilation.diagnostics),
        sources={**compilation.sources, **moved.sources()},
    )


def _shown_folder(folder: Path) -> Path:
    """A folder as diagnostics name it: from here, if it lies below."""
    try:
        return folder.resolve().relative_to(Path.cwd())
    except (OSError, ValueError):
        return folder


_BUILT = " (built)"
"""Behind the name of a file that there is not, where no program can be shown."""


@dataclass(frozen=True, slots=True)
class _Where:
    """Whose places are moved, and into which program."""

    file: str
    program: str


class _Origin:
    """One Melody as a text, and the program that it came from."""

    def __init__(self, text: str, places: Places) -> None:
        self._source = SourceText("built", text)
        self._places = places
        self._known: _Parts | None = None

    @property
    def text(self) -> str:
        """The text of the file that it stands for."""
        return self._source.text

    def program(self) -> str | None:
        """The file that begins it; None: it has no text."""
        return next(self._places.files(), None)

    def programs(self) -> Iterator[tuple[str, str]]:
        """Names and texts of the files that write it."""
        for file in self._places.files():
            if source := python_source(file):
                yield shown_file(file), source.text

    def span(self, span: Span) -> Span | None:
        """The place in the program of a place in the text."""
        if self._known is None:
            tree, _ = read_tree(self._source)
            self._known = _Parts(tree)
        return self._places.span(self._known.path(span), self._word(span))

    def _word(self, span: Span) -> str:
        """What is meant; a key of a map is found in a program as it is."""
        start = self._source.offset(span.line, span.column)
        end = self._source.offset(span.end_line, span.end_column)
        return self._source.text[start:end]


class _Moved:
    """The way from the texts of files to the programs that built them."""

    def __init__(self, origins: Mapping[str, _Origin]) -> None:
        self._origins = origins
        """By the file that each stands for."""

    def sources(self) -> dict[str, str]:
        """Texts by name, of the programs and of what has no program."""
        found = {f"{file}{_BUILT}": one.text for file, one in self._origins.items()}
        for one in self._origins.values():
            found |= dict(one.programs())
        return found

    def diagnostic(self, problem: Diagnostic) -> Diagnostic:
        """A problem at its place in the program. Its fix is for files only."""
        notes = tuple(Note(note.message, self._span(note.span)) for note in problem.notes)
        span = self._span(problem.span)
        of_file = problem.span is None or problem.span.file not in self._origins
        fix = problem.fix if of_file else None
        return replace(problem, span=span, notes=notes, fix=fix)

    def ir(self, ir: WorkflowIR) -> WorkflowIR:
        """The same IR with the places of the programs: they are no part of its hash."""
        modules = {key: self.ir(module) for key, module in ir.modules.items()}
        origin = None if ir.file is None else self._origins.get(ir.file)
        program = None if origin is None else origin.program()
        if program is None or ir.file is None:
            return ir.model_copy(update={"modules": modules})
        where = _Where(ir.file, shown_file(program))
        moved = {
            field: self._moved(getattr(ir, field), where)
            for field in type(ir).model_fields
            if field != "modules"
        }
        return ir.model_copy(update={**moved, "modules": modules, "file": where.program})

    def _moved(self, part: Any, where: _Where) -> Any:
        """A part of the IR; data inside it is left alone."""
        if isinstance(part, BaseModel):
            changed: dict[str, Any] = {}
            for field in type(part).model_fields:
                value = getattr(part, field)
                is_place = field == "at" and value
                new = self._at(value, where) if is_place else self._moved(value, where)
                if new is not value:
                    changed[field] = new
            return part.model_copy(update=changed) if changed else part
        if isinstance(part, tuple):
            items = tuple(self._moved(item, where) for item in part)
            return part if all(a is b for a, b in zip(items, part, strict=True)) else items
        if isinstance(part, dict):
            entries = {key: self._moved(item, where) for key, item in part.items()}
            return part if all(entries[key] is part[key] for key in part) else entries
        return part

    def _at(self, at: str, where: _Where) -> str:
        span = self._span(span_at(where.file, at))
        return span.at if span is not None and span.file == where.program else at

    def _span(self, span: Span | None) -> Span | None:
        if span is None or span.file not in self._origins:
            return span
        return self._origins[span.file].span(span) or replace(span, file=f"{span.file}{_BUILT}")


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
