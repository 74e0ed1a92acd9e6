"""References: values that a run will have, as Python objects that write expressions.

``log.output.commits[0]``, ``a + b``, ``(a > 3) & ~b`` build the text of an expression; nothing is
computed. What Python would have to know now (``if``, ``and``, ``len``, a loop) is refused with the
words to write instead.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from melody.builder import spelling as spell
from melody.builder.marker import Marked, marked, parts_of
from melody.builder.spelling import Spelling, Strength
from melody.builder.truth import advice

if TYPE_CHECKING:
    from collections.abc import Callable

Operand: TypeAlias = "Reference | str | float | bool | Sequence[Any] | Mapping[str, Any] | None"
"""A reference, or JSON data: text, numbers, booleans, None, lists and maps of these."""


class Reference:
    """A value of a run, by its expression.

    Fields are attributes or items: ``x.name``, ``x["a key"]``, ``x[0]``, ``x[1:3]``. Operators:
    ``+ - * / // %``, comparisons, and ``&``, ``|``, ``~`` for and, or, not. ``melody.fn`` has the
    functions. In an f-string a reference becomes a part of the text.
    """

    __slots__ = ("_spelling",)

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling

    def __getattr__(self, name: str) -> Reference:
        if name.startswith("_"):
            message = f"a field that begins with `_` is read as an item: x[{name!r}]"
            raise AttributeError(message)
        return Reference(spell.member(self._spelling, name))

    def __getitem__(self, key: Reference | str | int | slice) -> Reference:
        return Reference(spell.subscript(self._spelling, _index(key)))

    # ── operators ───────────────────────────────────────────────────────────────────────────────

    def __add__(self, other: Operand) -> Reference:
        return _arithmetic(self, "+", other)

    def __radd__(self, other: Operand) -> Reference:
        return _arithmetic(other, "+", self)

    def __sub__(self, other: Operand) -> Reference:
        return _arithmetic(self, "-", other)

    def __rsub__(self, other: Operand) -> Reference:
        return _arithmetic(other, "-", self)

    def __mul__(self, other: Operand) -> Reference:
        return _arithmetic(self, "*", other)

    def __rmul__(self, other: Operand) -> Reference:
        return _arithmetic(other, "*", self)

    def __truediv__(self, other: Operand) -> Reference:
        return _arithmetic(self, "/", other)

    def __rtruediv__(self, other: Operand) -> Reference:
        return _arithmetic(other, "/", self)

    def __floordiv__(self, other: Operand) -> Reference:
        return _arithmetic(self, "//", other)

    def __rfloordiv__(self, other: Operand) -> Reference:
        return _arithmetic(other, "//", self)

    def __mod__(self, other: Operand) -> Reference:
        return _arithmetic(self, "%", other)

    def __rmod__(self, other: Operand) -> Reference:
        return _arithmetic(other, "%", self)

    def __neg__(self) -> Reference:
        return Reference(spell.signed(self._spelling))

    def __abs__(self) -> Reference:
        return called("abs", self)

    def __round__(self, digits: int | None = None) -> Reference:
        return called("round", self) if digits is None else called("round", self, digits)

    def __eq__(self, other: Operand) -> Reference:  # type: ignore[override]
        return _comparison(self, "==", other)

    def __ne__(self, other: Operand) -> Reference:  # type: ignore[override]
        return _comparison(self, "!=", other)

    def __lt__(self, other: Operand) -> Reference:
        return _comparison(self, "<", other)

    def __le__(self, other: Operand) -> Reference:
        return _comparison(self, "<=", other)

    def __gt__(self, other: Operand) -> Reference:
        return _comparison(self, ">", other)

    def __ge__(self, other: Operand) -> Reference:
        return _comparison(self, ">=", other)

    __hash__ = None  # type: ignore[assignment]
    """A set or a key would have to compare values that are not known yet."""

    def __and__(self, other: Reference | bool) -> Reference:
        return _joined(self, "&", other)

    def __rand__(self, other: bool) -> Reference:
        return _joined(other, "&", self)

    def __or__(self, other: Reference | bool) -> Reference:
        return _joined(self, "|", other)

    def __ror__(self, other: bool) -> Reference:
        return _joined(other, "|", self)

    def __invert__(self) -> Reference:
        return Reference(spell.negated(self._spelling))

    # ── text ────────────────────────────────────────────────────────────────────────────────────

    def __format__(self, layout: str) -> str:
        if layout:
            message = (
                f"`:{layout}` formats a value that is not known yet: write `fn.round(x, 2)`, "
                "`fn.str(x)` or another function of `melody.fn`"
            )
            raise TypeError(message)
        return str(self)

    def __str__(self) -> str:
        return marked(self._spelling.text)

    def __repr__(self) -> str:
        return f"<reference {self._spelling.text}>"

    # ── what only a run can know ────────────────────────────────────────────────────────────────

    def __bool__(self) -> NoReturn:
        raise TypeError(advice(self._spelling.text, sys._getframe(1)))  # noqa: SLF001

    def __contains__(self, item: object) -> NoReturn:
        self.__refuse("`in`", "fn.contains(values, x)")

    def __iter__(self) -> NoReturn:
        self.__refuse("a loop", "for_each=… of a step, or fn.each(values, lambda value: …)")

    def __len__(self) -> NoReturn:  # noqa: PLE0303 - it refuses
        self.__refuse("`len`", "fn.len(x)")

    def __int__(self) -> NoReturn:
        self.__refuse("`int`", "fn.int(x)")

    def __float__(self) -> NoReturn:
        self.__refuse("`float`", "fn.float(x)")

    def __index__(self) -> NoReturn:  # noqa: PLE0305 - it refuses
        self.__refuse("an index of a Python list", "a reference to the list")

    def __call__(self, *_: object, **__: object) -> NoReturn:
        """A value has no methods."""
        name = self._spelling.text.rpartition(".")[2]
        self.__refuse(f"the method `{name}`", f"a function of `melody.fn`, fn.{name}(x) perhaps")

    def __refuse(self, what: str, instead: str) -> NoReturn:
        message = (
            f"{what} needs a value, and `{self._spelling.text}` has one only in a run: "
            f"write {instead}"
        )
        raise TypeError(message)


spelling_of: Callable[[Reference], Spelling] = attrgetter("_spelling")
"""The expression behind a reference."""


def source_of(reference: Reference) -> str:
    """The text of a reference's expression."""
    return spelling_of(reference).text


def spelled(operand: Operand) -> Spelling:
    """Any operand as an expression.

    Raises:
        TypeError: It is no JSON data.
    """
    match operand:
        case Reference():
            return spelling_of(operand)
        case None | bool():
            return Spelling({None: "null", True: "true", False: "false"}[operand])
        case str():
            return _text(operand)
        case int() | float():
            if not math.isfinite(operand):
                not_json = f"{operand!r} is not a JSON number"
                raise TypeError(not_json)
            return Spelling(repr(operand), Strength.SIGN if operand < 0 else Strength.WHOLE)
        case Mapping():
            entries = (f"{spelled(key).text}: {spelled(one).text}" for key, one in operand.items())
            return Spelling("{" + ", ".join(entries) + "}")
        case Sequence() if not isinstance(operand, bytes | bytearray):
            return Spelling("[" + ", ".join(spelled(item).text for item in operand) + "]")
    message = f"{operand!r} cannot stand in an expression: it is neither a reference nor JSON data"
    raise TypeError(message)


def called(function: str, *arguments: Operand, takes_generator: bool = False) -> Reference:
    """A call of one of the language's functions."""
    return Reference(
        spell.call(function, [spelled(one) for one in arguments], takes_generator=takes_generator)
    )


def _text(text: str) -> Spelling:
    """A literal; of a formatted text the parts, joined as the formatting would have."""
    parts = [
        called("str", Reference(Spelling(part.source))) if isinstance(part, Marked) else part
        for part in parts_of(text)
    ]
    if len(parts) < 2:
        only = parts[0] if parts else ""
        return spelling_of(only) if isinstance(only, Reference) else Spelling(repr(str(only)))
    whole = Spelling(repr(parts[0])) if isinstance(parts[0], str) else spelling_of(parts[0])
    for part in parts[1:]:
        right = Spelling(repr(part)) if isinstance(part, str) else spelling_of(part)
        whole = spell.arithmetic(whole, "+", right)
    return whole


def _index(key: Reference | str | int | slice) -> str:
    if not isinstance(key, slice):
        return spelled(key).text
    if key.step is not None:
        message = "a slice has no step here: x[1:3]"
        raise TypeError(message)
    first, last = ("" if end is None else spelled(end).text for end in (key.start, key.stop))
    return f"{first}:{last}"


def _arithmetic(left: Operand, operator: str, right: Operand) -> Reference:
    return Reference(spell.arithmetic(spelled(left), operator, spelled(right)))


def _comparison(left: Operand, operator: str, right: Operand) -> Reference:
    first, second = spelled(left), spelled(right)
    for operand in (first, second):
        # `a.n > 3 & b.ok` is `a.n > (3 & b.ok)` to Python, which nobody means.
        if operand.strength in (Strength.AND, Strength.OR, Strength.NOT):
            message = (
                f"`{operand.text}` is compared by `{operator}`: in Python `&`, `|` and `~` bind "
                f"more strongly than `{operator}`. Write each comparison in brackets: "
                f"`(a {operator} b) & (c {operator} d)`"
            )
            raise TypeError(message)
    return Reference(spell.comparison(first, operator, second))


def _joined(left: Operand, sign: str, right: Operand) -> Reference:
    for operand in (left, right):
        if not isinstance(operand, Reference | bool):
            message = (
                f"`{sign}` joins conditions, and {operand!r} is none: in Python it binds more "
                f"strongly than a comparison. Write `(a > b) {sign} (c > d)`"
            )
            raise TypeError(message)
    return Reference(spell.joined(spelled(left), {"&": "and", "|": "or"}[sign], spelled(right)))
