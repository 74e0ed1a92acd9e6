"""YAML's syntax errors in plain words, with the usual cause."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from compiler.parse.source_text import SourceText
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Note
from workflow_ir.splice import LINE_BREAK

GLUED = re.compile(r"[ ]*(?:- )?[\w-]+:[^\s/:]")
"""A key whose colon has no space behind it; ``http://`` is none."""


def explain(source: SourceText, error: Exception, to_offset: Callable[[Any], int]) -> Diagnostic:
    """MEL104 for an exception of the parser."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if not isinstance(error, yaml.MarkedYAMLError) or mark is None:
        position = getattr(error, "position", 0)
        at = min(position if isinstance(position, int) else 0, len(source.text))
        return diagnose("MEL104", "this text is not YAML", source.span(at, at))
    at = to_offset(mark)
    context = error.context or ""
    opened = to_offset(error.context_mark) if error.context_mark is not None else None
    for cause in CAUSES:
        found = cause(source, error.problem or "", context, at, opened)
        if found is not None:
            return found
    return _problem(source, f"YAML cannot be read here: {error.problem}", at)


Cause = Callable[[SourceText, str, str, int, "int | None"], "Diagnostic | None"]


def _tab(
    source: SourceText, problem: str, context: str, at: int, opened: int | None
) -> Diagnostic | None:
    line = source.text[_line_start(source, at) :]
    indent = re.match(r"[ \t]*", line)
    assert indent is not None
    tab = indent.group().find("\t")
    if tab < 0 or "cannot start any token" not in problem:
        return None
    start = _line_start(source, at)
    return _problem(
        source,
        "a tab is used for indentation",
        start + tab,
        start + indent.end(),
        help="indent with spaces",
    )


def _conflict_mark(
    source: SourceText, problem: str, context: str, at: int, opened: int | None
) -> Diagnostic | None:
    for place in (at, opened):
        if place is None:
            continue
        start = _line_start(source, place)
        mark = re.compile(r"<{7}|={7}|>{7}").match(source.text, start)
        if mark:
            return _problem(
                source,
                "a merge conflict was left in this file",
                *mark.span(),
                help="resolve it and delete the conflict marks",
            )
    return None


def _open_quote(
    source: SourceText, problem: str, context: str, at: int, opened: int | None
) -> Diagnostic | None:
    if "quoted scalar" not in context or opened is None:
        return None
    quote = source.text[opened : opened + 1]
    if "escape" in problem or "hexadecimal" in problem or "Unicode" in problem:
        start = source.text.rfind("\\", opened, at + 1)
        start = at if start < 0 else start
        return _problem(
            source,
            f"`{source.text[start : start + 2]}` is no escape of a double-quoted text",
            start,
            start + 2,
            help="write `\\\\` for a backslash, or use single quotes",
        )
    return _problem(
        source,
        f"the quote `{quote}` is never closed",
        opened,
        _line_end(source, opened),
        help=f"add the closing {quote}; inside the text write "
        + ("`''` for one quote" if quote == "'" else '`\\"` for a quote'),
    )


def _colon_in_text(
    source: SourceText, problem: str, context: str, at: int, opened: int | None
) -> Diagnostic | None:
    if "mapping values are not allowed" not in problem:
        return None
    start = _line_start(source, at)
    line = source.text[start:at]
    if ": " in line or line.rstrip().endswith(":"):
        return _problem(
            source,
            "this value contains `: `, which makes it a key to YAML",
            at,
            at + 1,
            help="put the whole value in quotes",
        )
    before = _previous_line(source, start)
    if (glued := GLUED.match(before)) and not before.strip().endswith(":"):
        return _problem(
            source,
            "a space is missing after the `:` of the line before",
            start - len(before) - 1 + glued.end() - 1,
            help="write `key: value`",
        )
    if ":" not in before and before.strip():
        return _problem(
            source,
            "the line before this key has no `:`",
            start - len(before) - 1 + len(before) - len(before.lstrip()),
            start - 1,
            help="write `key: value`",
        )
    return _problem(
        source,
        "this key is indented deeper than the keys beside it",
        start + len(line) - len(line.lstrip()),
        at,
        help="align it with the keys of the same map",
    )


def _bad_start(
    source: SourceText, problem: str, context: str, at: int, opened: int | None
) -> Diagnostic | None:
    if "cannot start any token" in problem:
        char = source.text[at : at + 1]
        return _problem(
            source,
            f"a value cannot begin with `{char}`",
            at,
            at + 1,
            help="put the value in quotes",
        )
    if "alias" in context or "anchor" in context:
        start = opened if opened is not None else at
        sign = source.text[start : start + 1]
        return _problem(
            source,
            f"`{sign}` begins a YAML {'alias' if sign == '*' else 'anchor'}, but no name follows",
            start,
            start + 1,
            help="put text that begins with `*` or `&` in quotes",
        )
    if "tag" in context or "tag" in problem:
        start = opened if opened is not None else at
        return _problem(
            source,
            "`!` begins a YAML tag",
            start,
            start + 1,
            help="write `not` for a negation, or put text that begins with `!` in quotes",
        )
    if "directive" in context or "directive" in problem:
        return _problem(
            source, "a line that begins with `%` is a YAML directive", opened or at,
            help="delete the line, or put the text in quotes",
        )  # fmt: skip
    if "block scalar" in context:
        return _problem(
            source,
            "text follows `|` or `>` on the same line",
            at,
            help="begin the text on the next line, indented; or put the value in quotes",
        )
    return None


def _open_bracket(
    source: SourceText, problem: str, context: str, at: int, opened: int | None
) -> Diagnostic | None:
    if "flow" not in context or opened is None:
        return None
    if source.text[opened : opened + 1] not in ("[", "{"):
        opened = _last_open(source.text[:opened])
        if opened is None:
            return None
    bracket = source.text[opened : opened + 1]
    closing = {"[": "]", "{": "}"}.get(bracket, "}")
    line = source.place(at)[0]
    if at >= len(source.text.rstrip()) or line > source.place(opened)[0]:
        return _problem(
            source,
            f"the bracket `{bracket}` is never closed",
            opened,
            opened + 1,
            help=f"add `{closing}`",
        )
    return _problem(
        source,
        f"a `,` or the closing `{closing}` is missing here",
        at,
        at + 1,
        notes=(Note(f"the `{bracket}` stands", source.span(opened, opened + 1)),),
        help="put a value that contains brackets, quotes or `: ` in quotes",
    )


def _last_open(text: str) -> int | None:
    """Where the innermost bracket stands that is open at the end of a text."""
    closed = 0
    for place in reversed(range(len(text))):
        if text[place] in "]}":
            closed += 1
        elif text[place] in "[{":
            if closed == 0:
                return place
            closed -= 1
    return None


def _stray(
    source: SourceText, problem: str, context: str, at: int, opened: int | None
) -> Diagnostic | None:
    char = source.text[at : at + 1]
    if char and char in "]}":
        return _problem(
            source, f"`{char}` closes nothing", at, at + 1, help="delete it, or quote the value"
        )
    if "simple key" in context or "could not find expected ':'" in problem:
        start = opened if opened is not None else at
        if glued := GLUED.match(source.text, start):
            return _problem(
                source, "a space is missing after the `:`", glued.end() - 1,
                help="write `key: value`",
            )  # fmt: skip
        return _problem(
            source,
            "this line has no `:`",
            start,
            _line_end(source, start),
            help="write `key: value`; indent a text that goes on over several lines",
        )
    if "<document start>" in problem:
        return _problem(
            source, "the value of this file has ended before this place", at, at + 1,
            help="a Melody is one map of `key: value` lines",
        )  # fmt: skip
    if "sequence entries are not allowed" in problem:
        return _problem(
            source, "a list item cannot stand here", at, at + 1,
            help="begin the list on the next line, or quote a text that begins with `- `",
        )  # fmt: skip
    return None


def _wrong_indent(
    source: SourceText, problem: str, context: str, at: int, opened: int | None
) -> Diagnostic | None:
    if "block mapping" not in context and "block collection" not in context:
        return None
    start = _line_start(source, at)
    before = source.text[start:at]
    if not before.strip():
        if "collection" in context:
            return _problem(source, "this line is no item of the list above it", at, at + 1,
                            help="begin it with `- `, or change its indentation")  # fmt: skip
        return _problem(
            source,
            "this line's indentation fits none of the lines above it",
            at,
            at + 1,
            help="align it with the keys of the map it belongs to",
        )
    if before.rstrip()[-1:] in "'\"":
        return _problem(
            source,
            "text follows the closing quote",
            at,
            at + 1,
            help="put the whole value in quotes; write `''` for a quote inside single quotes "
            'and `\\"` inside double quotes',
        )
    return None


CAUSES: tuple[Cause, ...] = (
    _conflict_mark,
    _tab,
    _open_quote,
    _colon_in_text,
    _bad_start,
    _open_bracket,
    _stray,
    _wrong_indent,
)
"""Asked in this order; the first that knows the error explains it."""


def _line_start(source: SourceText, at: int) -> int:
    return source.starts[source.place(at)[0] - 1]


def _line_end(source: SourceText, at: int) -> int:
    """The offset of the break that ends a line; the end of the text behind the last one."""
    found = LINE_BREAK.search(source.text, at)
    return found.start() if found else len(source.text)


def _previous_line(source: SourceText, start: int) -> str:
    line = source.place(start)[0]
    return source.text[source.starts[line - 2] : start].rstrip("\r\n") if line > 1 else ""


def _problem(
    source: SourceText,
    message: str,
    start: int,
    end: int | None = None,
    *,
    help: str | None = None,
    notes: tuple[Note, ...] = (),
) -> Diagnostic:
    start = max(start, 0)
    end = max(start, end if end is not None else start)
    return diagnose(
        "MEL104", message, source.span(start, min(end, len(source.text))), help=help, notes=notes
    )
