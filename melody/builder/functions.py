"""``melody.fn``: the functions of the expression language, for references."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from melody.builder import spelling as spell
from melody.builder.marker import DamagedMarkError, is_marked
from melody.builder.read_spelling import read_spelling
from melody.builder.reference import Operand, Reference, called, spelled
from melody.builder.spelling import Spelling, Strength


class Template:
    """Text that is read as in a file: ``${{ … }}`` in it is an expression."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"<text {self.text!r}>"


class Functions:
    """Each gives a reference to what the function will give in the run.

    Arguments are references or data. What each function does stands in the table of functions of
    the language; here they only have a name.
    """

    # ── the table of the language ───────────────────────────────────────────────────────────────

    def len(self, x: Operand) -> Reference:
        """Characters of a text, items of a list, keys of a map."""
        return called("len", x)

    def sum(self, numbers: Operand) -> Reference:
        """Of no numbers: 0."""
        return called("sum", numbers, takes_generator=True)

    def min(self, *values: Operand) -> Reference:
        """The least of a list, or of the arguments."""
        return called("min", *values, takes_generator=True)

    def max(self, *values: Operand) -> Reference:
        """The greatest of a list, or of the arguments."""
        return called("max", *values, takes_generator=True)

    def round(self, x: Operand, *digits: Operand) -> Reference:
        """Half to even, as in Python."""
        return called("round", x, *digits)

    def abs(self, x: Operand) -> Reference:
        """Without its sign."""
        return called("abs", x)

    def str(self, x: Operand) -> Reference:
        """A text as it is, anything else as JSON."""
        return called("str", x)

    def int(self, x: Operand) -> Reference:
        """Of a number, cut off; of a text in decimal digits."""
        return called("int", x)

    def float(self, x: Operand) -> Reference:
        """Of a number or a text."""
        return called("float", x)

    def bool(self, x: Operand) -> Reference:
        """False for what is empty, zero or null."""
        return called("bool", x)

    def any(self, conditions: Operand) -> Reference:
        """Whether one holds."""
        return called("any", conditions, takes_generator=True)

    def all(self, conditions: Operand) -> Reference:
        """Whether none fails."""
        return called("all", conditions, takes_generator=True)

    def sorted(self, values: Operand) -> Reference:
        """In order; all of one type."""
        return called("sorted", values, takes_generator=True)

    def unique(self, values: Operand) -> Reference:
        """Each once, the first kept."""
        return called("unique", values, takes_generator=True)

    def first(self, values: Operand) -> Reference:
        """The first item; of an empty list an error."""
        return called("first", values)

    def last(self, values: Operand) -> Reference:
        """The last item; of an empty list an error."""
        return called("last", values)

    def default(self, x: Operand, y: Operand) -> Reference:
        """``y`` where ``x`` is missing, null or of a step that was skipped."""
        return called("default", x, y)

    def has(self, x: Operand) -> Reference:
        """Whether ``default`` would give ``x``."""
        return called("has", x)

    def coalesce(self, *values: Operand) -> Reference:
        """The first that is there."""
        return called("coalesce", *values)

    def lower(self, text: Operand) -> Reference:
        """In small letters."""
        return called("lower", text)

    def upper(self, text: Operand) -> Reference:
        """In capitals."""
        return called("upper", text)

    def strip(self, text: Operand) -> Reference:
        """Without white space at both ends."""
        return called("strip", text)

    def split(self, text: Operand, separator: Operand) -> Reference:
        """The parts between separators."""
        return called("split", text, separator)

    def join(self, values: Operand, separator: Operand) -> Reference:
        """One text of several; the list comes first."""
        return called("join", values, separator)

    def replace(self, text: Operand, old: Operand, new: Operand) -> Reference:
        """Every place of one text by another."""
        return called("replace", text, old, new)

    def bullets(self, values: Operand) -> Reference:
        """A line ``- item`` for each."""
        return called("bullets", values)

    def lines(self, text: Operand) -> Reference:
        """The lines of a text, without their ends."""
        return called("lines", text)

    def contains(self, values: Operand, x: Operand) -> Reference:
        """Whether a text, list or map has ``x`` in it."""
        return called("contains", values, x)

    def startswith(self, text: Operand, start: Operand) -> Reference:
        """Whether a text begins so."""
        return called("startswith", text, start)

    def endswith(self, text: Operand, end: Operand) -> Reference:
        """Whether a text ends so."""
        return called("endswith", text, end)

    def json(self, x: Operand) -> Reference:
        """Compact JSON."""
        return called("json", x)

    def from_json(self, text: Operand) -> Reference:
        """What JSON says."""
        return called("from_json", text)

    def keys(self, x: Operand) -> Reference:
        """The keys of a map, in order."""
        return called("keys", x)

    def values(self, x: Operand) -> Reference:
        """The values of a map, in order."""
        return called("values", x)

    def zip(self, a: Operand, b: Operand) -> Reference:
        """Pairs, as many as the shorter list has."""
        return called("zip", a, b)

    def range(self, *bounds: Operand) -> Reference:
        """Whole numbers below an end, or from a start to before an end."""
        return called("range", *bounds)

    def now(self) -> Reference:
        """When the step was started, as ISO 8601 text."""
        return called("now")

    def duration(self, text: Operand) -> Reference:
        """Seconds of ``90s``, ``5m``."""
        return called("duration", text)

    def health(self, name: Operand) -> Reference:
        """Whether a player or service is well; in ``require`` only."""
        return called("health", name)

    # ── what Python has words for and cannot lend ───────────────────────────────────────────────

    def if_(self, condition: Operand, then: Operand, otherwise: Operand) -> Reference:
        """``then if condition else otherwise``."""
        return Reference(spell.chosen(spelled(condition), spelled(then), spelled(otherwise)))

    def in_(self, x: Operand, values: Operand) -> Reference:
        """``x in values``."""
        return Reference(spell.comparison(spelled(x), "in", spelled(values)))

    def not_in(self, x: Operand, values: Operand) -> Reference:
        """``x not in values``."""
        return Reference(spell.comparison(spelled(x), "not in", spelled(values)))

    def each(
        self,
        values: Operand,
        *then: Callable[..., Any],
        when: Callable[..., Any] | None = None,
    ) -> Reference:
        """A list made of another one, as a comprehension makes it.

        Args:
            values: The list.
            *then: What is taken of each item; with several functions, all but the last give the
                list of a further loop. The names of the last one's parameters become those of the
                loops.
            when: Which items are taken: a function of the same parameters.

        Raises:
            TypeError: The functions and their parameters do not fit together.

        >>> commits = fn.expr("inputs.commits")
        >>> fn.each(commits, lambda c: c.files, lambda c, f: c.id + f, when=lambda c, f: f != "")
        <reference [c.id + f for c in inputs.commits for f in c.files if f != '']>
        """
        if not then:
            message = "fn.each needs a function: fn.each(values, lambda value: value.name)"
            raise TypeError(message)
        names = tuple(inspect.signature(then[-1]).parameters)
        if len(names) != len(then):
            message = (
                f"{len(then)} loops need {len(then)} names, and the last function has "
                f"{len(names)} parameters: fn.each(xs, lambda x: x.ys, lambda x, y: x.name + y)"
            )
            raise TypeError(message)
        variables = [Reference(Spelling(name)) for name in names]
        loops = [f"for {names[0]} in {spelled(values).within(Strength.OR)}"]
        for depth, source in enumerate(then[:-1], start=1):
            inner = spelled(source(*variables[:depth])).within(Strength.OR)
            loops.append(f"for {names[depth]} in {inner}")
        if when is not None:
            loops.append(f"if {spelled(when(*variables)).within(Strength.OR)}")
        item = spelled(then[-1](*variables)).text
        return Reference(Spelling(f"[{item} {' '.join(loops)}]", is_loop=True))

    def expr(self, source: Any) -> Reference:
        """An expression in the words of the language: ``fn.expr("steps.a.output.n + 1")``.

        Raises:
            DiagnosticsError: MEL120: it is none.
        """
        return Reference(read_spelling(_written(source)))

    def text(self, template: Any) -> Template:
        """A text as in a file, with ``${{ … }}`` in it; any other text says just what it says."""
        return Template(_written(template))


fn = Functions()
"""The functions of the language: ``fn.len(x)``, ``fn.default(x, "none")``."""


def _written(text: Any) -> Any:
    if type(text) is not str:
        message = f"words of the language are a text, not {text!r}"
        raise TypeError(message)
    if is_marked(text):
        raise DamagedMarkError
    return text
