"""What reading left open, so that one mistake does not breed followers (spec 8, Diagnostics).

Checking looks at a Melody even if parts of it could not be read. What may be wrong only because of
such a part is not reported: it may be right once that part is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from compiler.analysis.symbols import StepSymbol, Symbols
from compiler.parse.tree import ListNode, MapNode, Node
from workflow_ir.diagnostics import Diagnostic
from workflow_ir.span import Span

SHAPE = frozenset({"MEL105", "MEL107", "MEL108", "MEL111", "MEL112", "MEL113", "MEL117"})
"""Problems behind which a whole key may be lost."""
TELLING = frozenset({
    "output", "parse", "for_each", "as", "succeed_if", "when", "on_failure", "gate", "on_fail",
    "play", "run", "set", "branch", "steps", "result", "else", "name", "python", "command", "model",
    "parallel", "repeat", "call", "approval", "wait", "fail", "with", "until", "while", "max",
    "form", "expires", "on_reject", "event", "provides", "enabled", "input", "policy",
})  # fmt: skip
"""Keys of steps, arms and players that others rely on; where another one is misspelt, no matter."""
EXPRESSION = frozenset({"MEL120", "MEL121", "MEL122"})
"""Problems behind which an expression is lost."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is not known for certain. Empty: everything was read."""

    anything: bool = False
    """Some part could not be read; what seems unused may be used there."""
    sections: frozenset[str] = frozenset()
    """Of ``inputs models players steps allow``: those that could not be read as a whole."""
    names: frozenset[str] = frozenset()
    """Every key written in the file: what bears such a name is perhaps declared after all."""
    steps: frozenset[StepSymbol] = frozenset()
    """Steps of which a key is lost: nothing is known of their outputs."""
    conditions: frozenset[StepSymbol] = frozenset()
    """Steps of which an expression is lost: perhaps the ``when`` that allows a bare read."""
    players: frozenset[str] = frozenset()
    """Players of which a key is lost."""

    @classmethod
    def of(
        cls, symbols: Symbols, tree: Node | None, problems: Sequence[Diagnostic], *, project: bool
    ) -> Doubt:
        """What the errors of reading leave open.

        Args:
            symbols: The names of what could be read.
            tree: The Melody as YAML.
            problems: The errors of reading it.
            project: The project file has errors of its own.
        """
        outside = (
            frozenset({"models", "players", "allow", "windows"}) if project else frozenset[str]()
        )
        if not problems:
            return cls(anything=project, sections=outside)
        again = {
            note.span for problem in problems if problem.code == "MEL107" for note in problem.notes
        }
        shape = _places([one for one in problems if _may_matter(one)], SHAPE)
        return cls(
            anything=True,
            sections=outside | frozenset(_lost_sections(tree, again)),
            names=frozenset(_keys(tree)),
            steps=frozenset(_around(symbols.steps, shape))
            | {step for step in symbols.steps if step.step.id.span in again},
            conditions=frozenset(_around(symbols.steps, _places(problems, EXPRESSION))),
            players=frozenset(
                player.name.value
                for player in symbols.melody.players
                if player.name.span in again or any(_holds(player.span, one) for one in shape)
            ),
        )

    def hides(self, section: str, name: str) -> bool:
        """Whether a name that seems unknown may be declared where reading failed."""
        return section in self.sections or name in self.names

    def blurs(self, step: StepSymbol | None) -> bool:
        """Whether names or conditions are lost that hold for the expressions of a step."""
        around = () if step is None else step.around()
        return any(one in self.steps or one in self.conditions for one in around)


CERTAIN = Doubt()
"""Nothing is in doubt."""


def _may_matter(problem: Diagnostic) -> bool:
    """Whether a misspelt key, as far as it can be guessed, is one that others rely on."""
    if problem.code != "MEL112" or problem.fix is None:
        return True
    return any(edit.text in TELLING for edit in problem.fix.edits)


def _places(problems: Iterable[Diagnostic], codes: frozenset[str]) -> list[Span]:
    return sorted(one.span for one in problems if one.span is not None and one.code in codes)


def _lost_sections(tree: Node | None, again: set[Span | None]) -> Iterator[str]:
    if isinstance(tree, MapNode):
        for key, value in tree.entries:
            if not isinstance(value, MapNode) or key.span in again:
                yield key.text


def _keys(tree: Node | None) -> Iterator[str]:
    ahead = [] if tree is None else [tree]
    while ahead:
        node = ahead.pop()
        if isinstance(node, MapNode):
            for key, value in node.entries:
                yield key.text
                ahead.append(value)
        elif isinstance(node, ListNode):
            ahead.extend(node.items)


def _around(steps: Sequence[StepSymbol], places: Sequence[Span]) -> Iterator[StepSymbol]:
    """For each place the innermost step that it stands in; both are in file order."""
    open_: list[StepSymbol] = []
    ahead = 0
    for place in places:
        while ahead < len(steps) and steps[ahead].step.span <= place:
            _close(open_, steps[ahead].step.span)
            open_.append(steps[ahead])
            ahead += 1
        _close(open_, place)
        if open_:
            yield open_[-1]


def _close(open_: list[StepSymbol], place: Span) -> None:
    while open_ and not _holds(open_[-1].step.span, place):
        open_.pop()


def _holds(outer: Span, inner: Span) -> bool:
    start, place = (outer.line, outer.column), (inner.line, inner.column)
    return start <= place <= (outer.end_line, outer.end_column)
