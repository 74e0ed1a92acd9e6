"""Conditions on the state of a pipeline: ``quality > 0.95``, ``report.quality > 95%``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from compiler.importers.conditions import Comparison, Outcome, number_of
from compiler.importers.conversion import Conversion, shortened
from compiler.importers.step_line import Atom, Segment

_COMPARISON = re.compile(
    r"(?:([A-Za-z_]\w*)\.)?([A-Za-z_]\w*)\s*(==|!=|>=|<=|>|<|=)\s*(.*)", re.ASCII | re.DOTALL
)
FORM = "write `FIELD > NUMBER` or `KEY.FIELD > NUMBER`, with `&&`, `||` and parentheses"


class StateConditions:
    """Reads segments as conditions on the state that a stage depends on."""

    def __init__(self, conversion: Conversion, depends: Mapping[str, str], *, whole: bool) -> None:
        """Know the keys and their writers; not ``whole``: a key was refused already."""
        self.conversion = conversion
        self.depends = depends
        self.whole = whole

    def read(self, segment: Segment) -> Atom:
        """A comparison, or ``wrong`` with the mistake reported."""
        found = None if segment.quoted else _COMPARISON.fullmatch(segment.raw)
        if found is None:
            return self._wrong("MEL142", f"`{shortened(segment.raw)}` is no condition", segment,
                               FORM)  # fmt: skip
        key, field, operator, right = found.groups()
        number = number_of(right)
        if operator == "=":
            return self._wrong("MEL142", "`=` compares nothing", segment, "write `==`")
        if number is None:
            shown = f"`{shortened(right)}` is no number" if right else "the number is missing"
            return self._wrong("MEL142", shown, segment, f"write `{field} {operator} 0.95`")
        if key is None:
            key = self._only(segment, field)
        elif key not in self.depends:
            if self.whole:
                span = segment.source.span(segment.start, segment.start + len(key))
                self.conversion.unknown("MEL145", "depended state", key, self.depends, span)
            return "wrong"
        if key is None:
            return "wrong"
        return Comparison(key, field, operator, number, segment.start, segment.end)

    def expression(self, atom: Comparison | Outcome) -> str:
        """The comparison as an expression."""
        assert isinstance(atom, Comparison)
        return f"steps.{self.depends[atom.step]}.output.{atom.field} {atom.operator} {atom.number}"

    def _only(self, segment: Segment, field: str) -> str | None:
        """The one state a bare field can belong to."""
        if len(self.depends) == 1 and self.whole:
            return next(iter(self.depends))
        if self.whole:
            help_ = "add `--depends KEY`: a condition reads the state that the stage depends on"
            if self.depends:
                keys = " or ".join(f"`{key}.{field}`" for key in self.depends)
                help_ = f"several states are depended on; write {keys}"
            self._wrong("MEL145", f"it is not said whose field `{field}` is", segment, help_)
        return None

    def _wrong(self, code: str, message: str, segment: Segment, help_: str) -> Atom:
        self.conversion.report(code, message, segment.span, help=help_)
        return "wrong"
