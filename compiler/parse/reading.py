"""One reading of a tree into syntax: it collects the problems and knows which keys are known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from compiler.parse.foreign_keys import called_here
from compiler.parse.source_text import SourceText
from compiler.parse.tree import KeyNode, MapNode, Node, describe_node
from workflow_ir.diagnose import diagnose
from workflow_ir.diagnostics import Diagnostic, Edit, Fix, Note
from workflow_ir.nearest import nearest
from workflow_ir.span import Span

if TYPE_CHECKING:
    from compiler.parse.packs import Packs

T = TypeVar("T")

EXAMPLES: Mapping[str, str] = {
    "max": "max: 10",
    "melody": "melody: v1",
    "name": "name: NAME",
    "steps": "steps: {ID: {play: PLAYER}}",
}
"""How a missing key is written."""
MAX_PROBLEMS = 200
"""Further problems of the same file are not listed."""
MAX_EXPRESSIONS = 100_000
"""Expressions in one file."""


class Reading:
    """Collects every problem of one file; one mistake gives one diagnostic."""

    def __init__(
        self, source: SourceText, known: Iterable[Diagnostic] = (), packs: Packs | None = None
    ) -> None:
        """Begin with what the YAML reader found: those places are not reported again."""
        self.source = source
        self.packs = packs
        """Where policies find their packs; None: the shipped ones alone."""
        self.problems: list[Diagnostic] = []
        self.expressions = 0
        """Expressions read so far; `MAX_EXPRESSIONS` at most."""
        self._places = {problem.span for problem in known}

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
        if span in self._places or self.is_full:
            return
        self._places.add(span)
        self.problems.append(
            diagnose(code, message, span, label=label, help=help, notes=notes, fix=fix)
        )

    def adopt(self, problems: Iterable[Diagnostic]) -> None:
        """Add what was found in another file, unless it is known already."""
        for problem in problems:
            if problem.span is not None and problem.span not in self._places and not self.is_full:
                self._places.add(problem.span)
                self.problems.append(problem)

    @property
    def is_full(self) -> bool:
        """Whether further problems are not listed."""
        return len(self.problems) >= MAX_PROBLEMS

    def wrong_shape(self, node: Node, name: str, wanted: str, *, help: str | None = None) -> None:
        """MEL111: ``name`` must be ``wanted`` and is something else."""
        self.report(
            "MEL111", f"`{name}` must be {wanted}, not {describe_node(node)}", node.span, help=help
        )

    def map_of(self, node: Node, name: str, *, help: str | None = None) -> MapNode | None:
        """The node, if it is a map."""
        if isinstance(node, MapNode):
            return node
        self.wrong_shape(node, name, "a map", help=help)
        return None

    def fields(
        self,
        node: Node,
        noun: str,
        keys: Collection[str],
        *,
        at: Span | None,
        name: str | None = None,
        required: Collection[str] = (),
        elsewhere: Callable[[str], str | None] = lambda key: None,
    ) -> Fields | None:
        """Read a map with known keys; unknown and missing ones are reported.

        Args:
            node: What should be the map.
            noun: What the map is: ``step``.
            keys: Every key it may have; keys that begin with ``x-`` are left alone.
            at: Place of the parent key, where a missing key is reported.
            name: What the map is called in messages; ``noun`` if None.
            required: Keys it must have.
            elsewhere: Help for a key that is known, but not here.
        """
        shown = name or noun
        if not isinstance(node, MapNode):
            known = ", ".join(f"`{key}`" for key in keys)
            self.wrong_shape(node, shown, "a map", help=f"its keys are {known}")
            return None
        meant: set[str] = set()
        for key, _ in node.entries:
            if key.text.startswith("x-"):
                continue
            if key.text not in keys:
                meant |= self._unknown(key, shown, keys, elsewhere(key.text))
        missing = [key for key in required if node.get(key) is None and key not in meant]
        if missing:
            what = " and ".join(f"`{key}`" for key in missing)
            lines = " and ".join(f"`{EXAMPLES.get(key, key)}`" for key in missing)
            self.report(
                "MEL113", f"{called(shown)} has no {what}", at or node.span, help=f"add {lines}"
            )
        return Fields(self, node, shown, meant)

    def _unknown(
        self, key: KeyNode, shown: str, keys: Collection[str], elsewhere: str | None
    ) -> set[str]:
        """Report a key that is not known; the key that was meant, if it can be told."""
        close = None if elsewhere or self.is_full else (
            called_here(key.text, keys) or nearest(key.text, keys)
        )  # fmt: skip
        listed = ", ".join(f"`{name}`" for name in keys)
        self.report(
            "MEL112",
            f"{called(shown)} has no key `{visible_key(key.text)}`",
            key.span,
            label=f"did you mean `{close}`?" if close else None,
            help=elsewhere or (None if close else f"its keys are {listed}"),
            fix=Fix(f"write `{close}`", (Edit(key.span, close),)) if close else None,
        )
        return {close} if close else set()


class Fields:
    """The entries of a map with known keys."""

    def __init__(self, reading: Reading, node: MapNode, name: str, meant: set[str]) -> None:
        self.reading = reading
        self.node = node
        self.name = name
        """What the map is called in messages."""
        self._meant = meant

    def __contains__(self, key: str) -> bool:
        return self.node.get(key) is not None

    def span(self, key: str) -> Span:
        """The place of a key that is there."""
        found = self.node.key(key)
        return found.span if found else self.node.span

    def read(self, key: str, read: Callable[[Reading, Node, str], T]) -> T | None:
        """What ``read`` makes of the key's value; None without the key."""
        node = self.node.get(key)
        return None if node is None else read(self.reading, node, key)

    def read_all(
        self, key: str, read: Callable[[Reading, Node, str], tuple[T, ...] | None]
    ) -> tuple[T, ...]:
        """Like ``read``, for keys whose absence means none."""
        found = self.read(key, read)
        return found or ()

    def read_at(self, key: str, read: Callable[[Reading, Node, Span], T]) -> T | None:
        """Like ``read``, for readers that want the place of the key."""
        node = self.node.get(key)
        return None if node is None else read(self.reading, node, self.span(key))

    def one_of(self, keys: Collection[str], *, what: str, at: Span) -> str | None:
        """The one of these keys that is there; none or several are reported.

        Args:
            keys: The choice.
            what: What they are, in messages: ``verb``.
            at: Where a missing one is reported.
        """
        present = [key for key, _ in self.node.entries if key.text in keys]
        if len(present) == 1:
            return present[0].text
        listed = ", ".join(f"`{key}`" for key in keys)
        if not present:
            if not self._meant.intersection(keys):  # else the misspelt one is the mistake
                self.reading.report(
                    "MEL117",
                    f"{called(self.name)} has no {what}",
                    at,
                    help=f"add one of {listed}",
                )
            return None
        first, second = present[0], present[1]
        self.reading.report(
            "MEL117",
            f"{called(self.name)} has more than one {what}: "
            + " and ".join(f"`{key.text}`" for key in present),
            second.span,
            notes=(Note(f"`{first.text}` is written", first.span),),
            help="keep one of them",
        )
        return None


def called(name: str) -> str:
    """What something is called in a message: a name in backticks, a description as it is.

    >>> called("draft"), called("an arm")
    ('`draft`', 'an arm')
    """
    return name if " " in name else f"`{name}`"


def visible_key(key: str) -> str:
    """The beginning of a long key."""
    return key if len(key) <= 60 else key[:57] + "…"
