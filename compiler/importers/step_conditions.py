"""Segments of a step line: which are conditions on other steps, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from compiler.importers.conditions import OUTCOMES, Comparison, Outcome, number_of
from compiler.importers.conversion import Conversion, shortened
from compiler.importers.step_line import Atom, Segment
from compiler.parse.atoms import INPUT_NAME
from workflow_ir.nearest import nearest

_OUTCOME = re.compile(r"([\w-]+)\.([\w-]+)", re.ASCII)
_COMPARISON = re.compile(r"([\w-]+)\.([\w.-]+)\s*(==|!=|>=|<=|>|<|=)\s*(.*)", re.ASCII | re.DOTALL)
_NEGATED = re.compile(r"(?:!|not\b)\s*([\w-]+)\.(success|failure|complete)", re.ASCII)


class StepConditions:
    """Reads segments as conditions on steps, where they are some."""

    def __init__(self, conversion: Conversion, known: Mapping[str, object]) -> None:
        """Know the ids of all steps, those with a mistake too."""
        self.conversion = conversion
        self.known = known

    def read(self, segment: Segment) -> Atom:
        """A condition, ``command``, or ``wrong`` with the mistake reported."""
        raw = segment.raw
        if segment.quoted:
            return "command"
        if found := _OUTCOME.fullmatch(raw):
            return self._outcome(segment, *found.groups())
        if found := _COMPARISON.fullmatch(raw):
            return self._comparison(segment, *found.groups())
        if found := _NEGATED.fullmatch(raw):
            other = "failure" if found[2] == "success" else "success"
            return self._wrong("a condition cannot be negated", segment,
                               f"write `{found[1]}.{other}`")  # fmt: skip
        first = _OUTCOME.match(raw)
        if first and first[2] in OUTCOMES and first[1] in self.known and raw[first.end()].isspace():
            return self._wrong(f"`{first[0]}` is a condition, and conditions stand alone", segment,
                               f"write `{first[0]} && …`")  # fmt: skip
        return "command"

    def _outcome(self, segment: Segment, step: str, word: str) -> Atom:
        if word in OUTCOMES:
            return Outcome(step, word, segment.start, segment.end)
        meant = nearest(word, OUTCOMES)
        known = step if step in self.known else None
        if known is None and meant is not None and not self.conversion.is_full:
            known = nearest(step, self.known)
        if known is None:
            return "command"
        label = None if meant is None else f"did you mean `{known}.{meant}`?"
        self.conversion.report(
            "MEL143",
            f"a step has no outcome `{shortened(word)}`",
            segment.span,
            label=label,
            help="the outcomes are `success`, `failure` and `complete`; a field is compared with "
            "a number; quote it if it is a program",
        )
        return "wrong"

    def _comparison(
        self, segment: Segment, step: str, field: str, operator: str, right: str
    ) -> Atom:
        number = number_of(right)
        if number is None and step not in self.known:
            return "command"  # `build.sh > log`, `name.space==1.0.1`: not about a step
        if field in OUTCOMES:
            return self._wrong(f"`{step}.{field}` is true or false, no number", segment,
                               f"write `{step}.{field}` alone")  # fmt: skip
        if operator == "=":
            if step not in self.known:
                return "command"
            return self._wrong("`=` compares nothing", segment, f"write `{step}.{field} == …`")
        if not INPUT_NAME.fullmatch(field):
            if step not in self.known:
                return "command"
            return self._wrong("a condition reads one field of a step", segment,
                               f"write `{step}.FIELD {operator} NUMBER`")  # fmt: skip
        if number is None:
            shown = f"`{shortened(right)}` is no number" if right else "the number is missing"
            return self._wrong(shown, segment, f"write `{step}.{field} {operator} 0.95`, or `95%`")
        return Comparison(step, field, operator, number, segment.start, segment.end)

    def _wrong(self, message: str, segment: Segment, help_: str) -> Atom:
        self.conversion.report("MEL142", message, segment.span, help=help_)
        return "wrong"
