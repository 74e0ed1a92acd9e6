"""Diagnostics for people (spec 5, Diagnostics)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.render.source_lines import SourceLines
from workflow_ir.span import Span
from workflow_ir.visible import line_of, visible, width

Style = Callable[[str, str], str]
"""Takes a role (``error``, ``warning``, ``message``, ``gutter``, ``place``, ``mark``, ``note``) and
text, and gives the text with colours."""

WIDEST = 160
"""Columns of a source line that are shown; a longer line is cut round the place."""
SHOWN_LINES = 3
"""Lines of a longer stretch that are shown."""


def unstyled(role: str, text: str) -> str:
    """No colours."""
    return text


def render_text(
    diagnostics: Iterable[Diagnostic],
    sources: Mapping[str, str],
    *,
    style: Style = unstyled,
    commands: bool = True,
) -> str:
    """The problems as text, an empty line between them.

    Args:
        diagnostics: In the order to be shown.
        sources: Text of each file by the name its spans have; others are shown by place only.
        style: Adds colours.
        commands: Name the commands that help further.
    """
    lines = SourceLines(sources)
    texts: list[str] = []
    for problem in diagnostics:
        span = problem.span
        line = partial(lines.line, span.file) if span and span.file in lines else None
        texts.append("\n".join(_one(problem, line, style, commands=commands)))
    return "\n\n".join(texts)


def _one(
    problem: Diagnostic, source_line: Callable[[int], str] | None, style: Style, *, commands: bool
) -> list[str]:
    severity = problem.severity.value
    head = style(severity, f"{severity}[{problem.code}]")
    out = [f"{head}: {style('message', visible(problem.message))}"]
    span = problem.span
    indent = " " * (len(str(span.end_line if source_line else span.line)) if span else 1)
    if span:
        place = f"{visible(span.file)}:{span.line}:{span.column}"
        out.append(f"{indent}{style('gutter', '-->')} {style('place', place)}")
    if span and source_line:
        out += _snippet(problem, span, source_line, len(indent), style)
    for note in problem.notes:
        out += _fact("note", note_text(note), indent, style)
    if problem.help:
        out += _fact("help", problem.help, indent, style)
    if commands:
        fix = "melody check --fix    ·    " if problem.fix else ""
        out += _fact("help", f"{fix}melody explain {problem.code}", indent, style)
    return out


def note_text(note: Note) -> str:
    """What a note says, with its place."""
    return f"{note.message} at {note.span}" if note.span else note.message


def _fact(kind: str, text: str, indent: str, style: Style) -> list[str]:
    first, *rest = visible(text, breaks=True).split("\n")
    lead = f"{indent} {style('gutter', '=')} {style('note', f'{kind}:')} "
    return [f"{lead}{first}", *(f"{indent}   {' ' * len(kind)}  {line}".rstrip() for line in rest)]


def _snippet(
    problem: Diagnostic, span: Span, source_line: Callable[[int], str], digits: int, style: Style
) -> list[str]:
    """The lines of the span, with carets under what is meant and the label behind the last."""
    bar = style("gutter", "|")
    margin = f"{' ' * digits} {bar}"
    out = [margin]
    last = span.end_line
    if last > span.line and span.end_column == 1:  # ends before the first character of a line
        last -= 1
    numbers = list(range(span.line, last + 1))
    if len(numbers) > SHOWN_LINES:
        numbers = [*numbers[: SHOWN_LINES - 1], last]
    previous = span.line
    for number in numbers:
        if number > previous + 1:
            out.append(style("gutter", "..."))
        previous = number
        text = source_line(number)
        start = span.column - 1 if number == span.line else len(text) - len(text.lstrip())
        end = span.end_column - 1 if number == span.end_line else len(text.rstrip())
        shown, before, marked = _cut(text, start, max(end, start + 1))
        gutter = style("gutter", f"{number:>{digits}}")
        out.append(f"{gutter} {bar} {shown}".rstrip())
        label = f" {visible(problem.label)}" if problem.label and number == numbers[-1] else ""
        carets = style("mark", "^" * max(marked, 1) + label)
        out.append(f"{margin} {' ' * before}{carets}")
    return out


def _cut(text: str, start: int, end: int) -> tuple[str, int, int]:
    """A line as shown, the columns before the carets, and the number of carets."""
    prefix = ""
    if len(text) > WIDEST:
        first = max(0, min(start - WIDEST // 4, len(text) - WIDEST))
        prefix = "…" if first else ""
        suffix = "…" if first + WIDEST < len(text) else ""
        text = text[first : first + WIDEST]
        start, end = start - first, min(end - first, len(text))
    else:
        suffix = ""
    shown, columns = line_of(text)
    start = max(0, min(start, len(text)))
    before = columns[start]
    marked = columns[max(start, min(end, len(text)))] - before
    return f"{prefix}{shown}{suffix}", before + width(prefix), marked
