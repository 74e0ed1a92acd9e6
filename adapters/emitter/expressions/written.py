"""Values and expressions of the IR as the Python that a person would write in a step function.

The roots of an expression are local names of the function round it (`local_names`); a few functions
come from the generated module ``functions.py``. Wherever the conductor gives a value, the Python
gives the same one, types included.

Where the conductor gives an error, the Python raises, and what it raises says which one it is::

    KeyError of a text, IndexError                            expression.missing
    TypeError "'NoneType' object is not subscriptable"        expression.missing
    ArithmeticError: ZeroDivisionError, OverflowError …       expression.number
    json.JSONDecodeError                                      output.format
    MemoryError, RecursionError                               expression.cost
    other KeyError, other ValueError, TypeError, AttributeError   expression.type

`JSONDecodeError` is a `ValueError`, so it is asked for first. What the generated functions refuse
they refuse with these, too. Of two errors in one expression the other one may come: Python looks at
a method before its arguments, and at ``part`` before ``x`` in ``contains(x, part)``. Some errors of
the conductor are values in Python:

- A boolean where a number stands is 1 or 0: ``true + 1``, ``-true``, ``1 == true``, ``1 < true``,
  ``xs[true]``, ``sum([true])``, ``abs(true)``. (``x == true`` is ``x is True``, so it is not.)
- ``and``, ``or``, ``not``, ``if``, ``any`` and ``all`` take any value for true or false, except
  in a condition (`condition_source`).
- Integers beyond 64 bits, infinity (``1e300 * 1e300``) and sums of that size go on.
- ``"ab" * 2`` and ``[1] * 2`` repeat; ``"%d" % 1`` fills in; lists are ordered by ``<``, `sorted`,
  `min` and `max`.
- A text or map stands for the list of its characters or keys: in ``for``, in unpacking, for
  ``first``, ``last``, ``join``, ``sum``, ``min``, ``max``, ``any``, ``all``, ``sorted``,
  ``unique``, ``bullets``, ``zip``.
- ``1 in {"a": 1}`` is false; ``{1: 2}`` has a key that is no text; null is a bound in
  ``x[null:]`` and a separator in ``split(x, null)``.
- ``default``, ``has`` and ``coalesce`` take a map's key that is no text, and ``first`` and ``last``
  of null, for nothing, where the conductor fails.
- What is too large or takes too long (``expression.cost``) is made nevertheless, and ``from_json``
  reads numbers that are too large.

A type checker accepts what the language's own check accepts, roots being `Any`, except for what
does something with a value just found to be null: ``x == null and x > 1``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from adapters.emitter.code import Code, joined, literal
from adapters.emitter.expressions.functions import GENERATED_NAMES
from adapters.emitter.expressions.idioms import HEALTH, NOW, IdiomaticWriter, asked_for
from adapters.emitter.expressions.kinds import ANY, NUMBERS, TEXT, Kind, kind_of_constant
from adapters.emitter.expressions.texts import text_literal
from adapters.emitter.naming.names import Names
from workflow_ir.expressions import parse
from workflow_ir.expressions.python_writer import MEMBER, SUM
from workflow_ir.values import (
    ConvertValue,
    ExprValue,
    ListValue,
    LiteralValue,
    MapValue,
    TextValue,
    Value,
    expressions_of,
)

ROOTS: Final = (
    "inputs", "steps", "output", "item", "index", "previous", "iteration", "with", "secrets",
    "host",
)  # fmt: skip
"""The roots of the language that have a name of their own wherever they are known."""
RESERVED: Final = frozenset({*GENERATED_NAMES, "here", "now", "health", "l"})
"""Names that nothing in a module of steps may have beside what they stand for here.

``l`` is one that linters take for a 1.
"""


@dataclass(frozen=True, slots=True)
class Source:
    """One value as Python, and what it needs round it."""

    code: Code
    """An expression; it may be put in brackets, after ``return`` or ``if``, among arguments."""
    roots: tuple[str, ...] = ()
    """What it reads, in the words of the language and in their order: ``("inputs", "steps")``. The
    function round it gives each its local name (`local_names`). `NOW` is the recorded start of
    the step as ISO-8601 text; `HEALTH` a function from a name to a boolean."""
    functions: tuple[str, ...] = ()
    """What it calls of the generated module of functions, sorted."""


def local_names(roots: Iterable[str]) -> dict[str, Code]:
    """What the roots of one function are called in it, in the order of `Source.roots`.

    >>> local_names(["steps", "with", "Item", "item", "now()"])
    {'Item': 'item_2', 'item': 'item', 'now()': 'now', 'steps': 'steps', 'with': 'with_'}
    """
    wanted = set(roots)
    names = Names(RESERVED)
    made = {root: names.of(root, root) for root in ROOTS}
    made |= {root: names.of(root, root) for root in sorted(wanted - {*made, NOW, HEALTH})}
    made |= {NOW: Code("now"), HEALTH: Code("health")}
    return {root: made[root] for root in sorted(wanted)}


def roots_of(values: Iterable[Value | None]) -> tuple[str, ...]:
    """The roots that some values read, for `local_names`."""
    return tuple(sorted({root for value in values for root in _roots(value)}))


def value_source(value: Value, names: Mapping[str, Code] | None = None) -> Source:
    """A value of the IR as Python.

    Args:
        value: Any value.
        names: What its roots are called; by default `local_names` of its own. Sources that stand in
            one function share the names of all its roots.

    Raises:
        ExpressionError: An expression cannot be read, or calls a function wrongly: no IR that the
            compiler checked has one.
    """
    return _writer(value, names).source(value)


def expression_source(expression: ExprValue, names: Mapping[str, Code] | None = None) -> Source:
    """An expression of the IR as Python; as `value_source`."""
    return value_source(expression, names)


def condition_source(condition: ExprValue, names: Mapping[str, Code] | None = None) -> Source:
    """A condition of the IR as Python, to stand after ``if``: `expression_source`, but a boolean.

    What is no comparison or the like but read as it is, alone or in a row of ``and``, ``or`` and
    ``not``, may turn out to be something else: ``truth`` of the generated functions refuses that.
    To a type checker the code may still be `Any`; what returns it returns ``bool(…)``.
    """
    return _writer(condition, names).source(condition, truth=True)


def _writer(value: Value, names: Mapping[str, Code] | None) -> _Writer:
    return _Writer(local_names(roots_of([value])) if names is None else names)


def _roots(value: Value | None) -> Iterator[str]:
    for written in expressions_of(value):
        expression = parse(written.source)
        yield from (reference.path[0] for reference in expression.references)
        yield from asked_for(expression)


class _Writer:
    """Writes one value, part by part."""

    def __init__(self, names: Mapping[str, Code]) -> None:
        self._names = names
        self._roots: set[str] = set()
        self._functions: set[str] = set()
        self._truth = False

    def source(self, value: Value, *, truth: bool = False) -> Source:
        self._truth = truth
        code = self._text(value)
        return Source(code, tuple(sorted(self._roots)), tuple(sorted(self._functions)))

    def _called(self, function: str, *arguments: Code) -> Code:
        self._functions.add(function)
        return Code(f"{function}({joined(arguments, ', ')})")

    def _text(self, value: Value) -> Code:
        return self._spelled(value)[0]

    def _spelled(self, value: Value) -> tuple[Code, int, Kind]:
        """The text, how tightly it holds together, and the kind of the value."""
        match value:
            case LiteralValue(value=data):
                return text_literal(data), MEMBER, kind_of_constant(data)
            case ExprValue(source=source):
                return self._expression(source)
            case TextValue(parts=parts):
                return joined(self._parts(parts), " + "), SUM, TEXT
            case MapValue(entries=entries):
                pairs = [
                    joined([text_literal(key), self._text(entry)], ": ")
                    for key, entry in entries.items()
                ]
                return Code(f"{{{joined(pairs, ', ')}}}"), MEMBER, ANY
            case ListValue(items=items):
                return Code(f"[{joined(map(self._text, items), ', ')}]"), MEMBER, ANY
            case ConvertValue():
                return self._converted(value), MEMBER, ANY

    def _expression(self, source: str) -> tuple[Code, int, Kind]:
        loops = Names({*RESERVED, *ROOTS, *self._names.values()})
        writer = IdiomaticWriter(parse(source), self._names, loops)
        if self._truth:
            writer.demand_boolean()
        text, level = writer.written()
        self._roots |= writer.roots
        self._functions |= writer.functions
        return Code(text), level, writer.kind

    def _parts(self, parts: Sequence[str | ExprValue]) -> Iterator[Code]:
        """The parts of a text, each of them a text; at least one."""
        for is_text, group in groupby(parts, lambda part: isinstance(part, str)):
            if is_text:
                yield text_literal("".join(part for part in group if isinstance(part, str)))
                continue
            for part in group:
                assert isinstance(part, ExprValue)
                yield self._as_text(part)
        if not parts:
            yield literal("")

    def _as_text(self, part: ExprValue) -> Code:
        code, level, kind = self._expression(part.source)
        if kind.sure and kind.name == "text":
            return code if level > SUM else Code(f"({code})")
        if kind.sure and kind.name in NUMBERS:
            return Code(f"str({code})")
        return self._called("as_text", code)

    def _converted(self, value: ConvertValue) -> Code:
        code, _, kind = self._spelled(value.value)
        match value.to:
            case "number" if kind.sure and kind.name == "integer":
                if isinstance(value.value, LiteralValue) and isinstance(value.value.value, int):
                    return literal(float(value.value.value))
                return Code(f"float({code})")
            case "number":
                return self._called("as_float", code)
            case "object":
                return Code(f"{{{text_literal(value.field)}: {code}}}")
            case "field":
                return self._called("only_field", code, text_literal(value.field))
