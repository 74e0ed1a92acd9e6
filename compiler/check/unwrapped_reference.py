"""MEL234: a text that is a reference without its ``${{ }}``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from compiler.analysis.symbols import Symbols
from compiler.analysis.uses import Place, places_of
from compiler.check.subject import Subject
from compiler.parse import syntax
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Edit, Fix

_PATH = r"(?P<root>steps|inputs)\.(?P<name>[a-zA-Z_]\w*)(?P<rest>(?:\.[a-zA-Z_]\w*|\[\d{1,9}\])*)"
REFERENCE = re.compile(_PATH, re.ASCII)
FOREIGN = re.compile(r"\s*(?:\$\{(?!\{)|\{\{)\s*(?P<path>[^{}\s]+)\s*\}\}?\s*")
"""How other tools wrap a reference; the ends are compared by `_path`."""
OF_A_STEP = re.compile(r"\.(?:output|ok)\b")
LONGEST = 200
"""Characters of a text that is looked at."""
TOLD_ELSEWHERE = "reconstruct"
"""The field where a text is an error already, with the same help (MEL229)."""


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """A text that looks like a reference."""

    text: syntax.Literal
    path: str
    """The reference: ``steps.a.output``."""
    place: Place

    @property
    def input(self) -> str | None:
        """The input that is meant, if it is one."""
        root, name = self.path.replace("[", ".").split(".")[:2]
        return name if root == "inputs" else None


def unwrapped_reference(subject: Subject) -> Iterator[Diagnostic]:
    """Texts that name, as a whole, what can be read there.

    Names that nobody knows and longer sentences are texts like any other. In a command
    ``inputs.csv`` may well be a file.
    """
    for one in unwrapped(subject.symbols):
        if one.place.field == TOLD_ELSEWHERE:
            continue
        written = str(one.text.value).strip()
        yield diagnose(
            "MEL234",
            f"this is the text `{written}`, not the value it names",
            one.text.span,
            help=f"write `${{{{ {one.path} }}}}`",
            fix=_wrapped(one),
        )


def unwrapped(symbols: Symbols) -> Iterator[Unwrapped]:
    """Every text of a Melody that looks like a reference to something that is there."""
    for place in places_of(symbols):
        for text in _texts(place.value):
            path = _path(str(text.value))
            if path is not None and _is_there(path, str(text.value), place, symbols):
                yield Unwrapped(text, path, place)


def _texts(value: syntax.Value) -> Iterator[syntax.Literal]:
    match value:
        case syntax.Literal(value=str()):
            yield value
        case syntax.Map(entries=entries):
            for _, entry in entries:
                yield from _texts(entry)
        case syntax.List(items=items):
            for item in items:
                yield from _texts(item)


def _path(text: str) -> str | None:
    """The reference that a whole text is.

    >>> _path("steps.a.output"), _path("{{ inputs.b }}"), _path("${steps.a.ok}")
    ('steps.a.output', 'inputs.b', 'steps.a.ok')
    >>> _path("see steps.a.output"), _path("{{ inputs.b }"), _path("$${{ inputs.b }}")
    (None, None, None)
    """
    if len(text) > LONGEST:
        return None
    inner, foreign = text.strip(), FOREIGN.fullmatch(text)
    if foreign is not None:
        doubled = text.lstrip().startswith("{{")
        if doubled != text.rstrip().endswith("}}"):
            return None
        inner = foreign["path"]
    return inner if REFERENCE.fullmatch(inner) else None


def _is_there(path: str, text: str, place: Place, symbols: Symbols) -> bool:
    found = REFERENCE.fullmatch(path)
    assert found is not None
    name = found["name"]
    if found["root"] == "inputs":
        bare = text.strip() == path
        return name in symbols.inputs and not (bare and place.field == "run")
    step = place.scope.find(name)
    own = place.step is not None and step in (place.step, place.step.host)
    return (
        step is not None
        and OF_A_STEP.match(found["rest"]) is not None
        and (not own or place.field == "result")
    )


def _wrapped(one: Unwrapped) -> Fix | None:
    """The value in double quotes, which hold in block and flow style alike.

    A command line is split into words, so quotes would be the command's own there.
    """
    span = one.text.span
    if one.place.field == "run" or span.line != span.end_line:
        return None
    return Fix(f"write `${{{{ {one.path} }}}}`", (Edit(span, f'"${{{{ {one.path} }}}}"'),))
