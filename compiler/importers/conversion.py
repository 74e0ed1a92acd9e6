"""One conversion: the texts it reads, every problem in them, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from compiler.importers.document import Data
from compiler.importers.writing import to_yaml
from compiler.parse.atoms import LONGEST_NAME, MELODY_NAME, STEP_ID
from compiler.parse.source_text import SourceText
from compiler.parse.text import text_of_str
from compiler.parse.wording import as_fact
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Fix, Note, Severity
from workflow_ir.expressions import ExpressionError, parse
from workflow_ir.nearest import nearest
from workflow_ir.span import Span

MAX_PROBLEMS = 200
"""Errors that are listed, and warnings likewise."""
_WORSE = (Severity.WARNING, Severity.ERROR)


@dataclass(frozen=True, slots=True)
class Converted:
    """What a conversion gives."""

    document: Data | None
    """The Melody; None if there are errors."""
    diagnostics: tuple[Diagnostic, ...]
    """In the order of the texts, then of places."""
    sources: Mapping[str, str]
    """Each text by the name its spans have: ``--step #2``."""

    @property
    def text(self) -> str | None:
        """The Melody as YAML."""
        return None if self.document is None else to_yaml(self.document)


class Conversion:
    """Collects the problems of several short texts; one mistake gives one diagnostic."""

    def __init__(self) -> None:
        self.sources: dict[str, str] = {}
        self._order: dict[str, int] = {}
        self._found: dict[Span | None, Diagnostic] = {}
        self._counts = {Severity.ERROR: 0, Severity.WARNING: 0}

    def source(self, name: str, text: str) -> SourceText | None:
        """A text with the name it has in diagnostics; None if no Melody can hold it."""
        self._order[name] = len(self._order)
        self.sources[name] = text
        found, problems = text_of_str(text, name)
        self.add(problems)
        return found

    def report(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        label: str | None = None,
        help: str | None = None,
        notes: tuple[Note, ...] = (),
        fix: Fix | None = None,
    ) -> None:
        """Add a problem, unless one is known at exactly this place already."""
        self.add((diagnose(code, message, span, label=label, help=help, notes=notes, fix=fix),))

    def add(self, problems: tuple[Diagnostic, ...]) -> None:
        """Add problems that somebody else has found."""
        for problem in problems:
            known = self._found.get(problem.span)
            new = known is None or (known.severity, problem.severity) == _WORSE
            if new and self._counts[problem.severity] < MAX_PROBLEMS:
                self._found[problem.span] = problem
                self._counts[problem.severity] += 1

    @property
    def is_full(self) -> bool:
        """Whether further errors are not listed."""
        return self._counts[Severity.ERROR] >= MAX_PROBLEMS

    @property
    def failed(self) -> bool:
        """Whether there is an error."""
        return self._counts[Severity.ERROR] > 0

    def converted(self, document: Data | None) -> Converted:
        """The end: the document counts only if there is no error."""

        def key(problem: Diagnostic) -> tuple[int, Span]:
            place = problem.span or Span("", 0, 0, 0, 0)
            return self._order.get(place.file, -1), place

        problems = tuple(sorted(self._found.values(), key=key))
        return Converted(None if self.failed else document, problems, self.sources)

    # --- names --------------------------------------------------------------------------------

    def melody_name(self, text: str, option: str) -> str:
        """The name of the Melody, as given by an option or argument."""
        source = self.source(option, text)
        if source is not None:
            self.name(text, source.span(0, len(source.text)), MELODY_NAME, "a Melody")
        return text

    def name(self, text: str, span: Span, pattern: re.Pattern[str], what: str) -> bool:
        """Whether a name may stand; a bad one is refused with a suggestion."""
        if pattern.fullmatch(text) and len(text) <= LONGEST_NAME:
            return True
        suggestion = suggested(text, pattern)
        self.report(
            "MEL116",
            f"`{shortened(text)}` is no name of {what}" if text else f"the name of {what} is empty",
            span,
            label=f"write `{suggestion}`" if suggestion else None,
            help=f"names of this kind match `{pattern.pattern}` and have at most {LONGEST_NAME} "
            "characters",
        )
        return False

    def unknown(
        self, code: str, what: str, name: str, known: Mapping[str, object], span: Span
    ) -> None:
        """A name that nobody has; with the nearest one that somebody has."""
        if self.is_full:
            return
        close = nearest(name, known)
        listed = ", ".join(f"`{each}`" for each in list(known)[:12])
        choice = f"it is one of {listed}" if known else f"no {what} is known here"
        self.report(
            code,
            f"there is no {what} `{shortened(name)}`",
            span,
            label=f"did you mean `{close}`?" if close else None,
            help=None if close else choice,
        )

    def expression(self, source: str, span: Span) -> None:
        """Report an expression that is beyond the bounds of the language."""
        try:
            parse(source)
        except ExpressionError as error:
            self.report(
                "MEL142", "this is too much for one expression", span,
                notes=(Note(as_fact(error.message)),),
                help="split it over several steps",
            )  # fmt: skip


def suggested(name: str, pattern: re.Pattern[str] = STEP_ID) -> str | None:
    """A name of the pattern that is like another text.

    >>> suggested("Data-Prep 2"), suggested("2nd"), suggested("???")
    ('data_prep_2', 'step_2nd', None)
    """
    word = re.sub(r"[^a-z0-9]+", "_", name.lower(), flags=re.ASCII).strip("_")
    for candidate in (word, f"step_{word}"):
        if word and pattern.fullmatch(candidate) and len(candidate) <= LONGEST_NAME:
            return candidate
    return None


def shortened(text: str) -> str:
    """The beginning of a long text, for messages."""
    return text if len(text) <= 60 else f"{text[:57]}…"
