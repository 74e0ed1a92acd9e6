"""What a case comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workflow_ir.diagnostics import Diagnostic, errors_of
from workflow_ir.render import render_text
from workflow_ir.render.text import Style, unstyled

PLAIN = "MEL552"
"""What an unmet expectation is, nobody needs to have explained, twenty times over."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Passed or failed, and why."""

    problems: tuple[Diagnostic, ...] = ()
    """Warnings among them do not fail it."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Text by file name, to show the problems with."""
    stored: tuple[str, ...] = ()
    """What was done to snapshots: ``wrote PATH``, ``deleted PATH``."""

    @property
    def passed(self) -> bool:
        """No error was found."""
        return not errors_of(self.problems)

    def text(self, problems: Iterable[Diagnostic] | None = None, style: Style = unstyled) -> str:
        """The problems, or some of them, as ``melody check`` shows them."""
        return "\n\n".join(
            render_text([problem], self.sources, style=style, commands=problem.code != PLAIN)
            for problem in (self.problems if problems is None else problems)
        )
