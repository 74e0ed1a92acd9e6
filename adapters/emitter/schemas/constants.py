"""The constants of a generated ``schemas.py`` and which of its functions they use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.emitter.code import Code, joined
from adapters.emitter.expressions.texts import text_literal
from adapters.emitter.naming.names import Names
from adapters.emitter.schemas.refused import refused

TAKEN: Final = ("ANYTHING", "DEEPEST", "INPUTS", "KINDS", "LONGEST", "MELODY", "MOST", "NOTHING")
"""Names of the template's own."""

_DEEPEST_LITERAL = 150
"""Python's tokenizer takes 200 brackets inside each other, those round a literal included."""
_AMBIGUOUS: Final = frozenset({"i", "l", "o"})
"""Names that read as numbers; linters refuse them."""

NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "admit": ("complete",),
    "Inputs": ("InputsError",),
    "all_of": ("every",),
    "any_of": ("closest",),
    "boolean": ("typed",),
    "called_inputs": ("Inputs", "complete", "deepcopy", "nearest"),
    "checked_inputs": ("Inputs", "deepcopy", "nearest", "visible"),
    "fills": ("deepcopy",),
    "exclusive_maximum": ("bounded",),
    "exclusive_minimum": ("bounded",),
    "integer": ("typed",),
    "list_of": ("items", "typed"),
    "map_of": ("members", "others", "typed"),
    "max_items": ("sized",),
    "max_length": ("sized",),
    "maximum": ("bounded",),
    "members": ("Mapping", "nearest"),
    "min_items": ("sized",),
    "min_length": ("sized",),
    "minimum": ("bounded",),
    "multiple_of": ("bounded",),
    "nearest": ("Mapping",),
    "no inputs": ("InputsError", "Mapping"),
    "null": ("typed",),
    "number": ("typed",),
    "obj": ("members", "typed"),
    "one_of any data": ("comparable",),
    "one_option": ("closest",),
    "string": ("typed",),
    "typed": ("every",),
    "unique_items": ("comparable",),
}
"""What the functions of the template need beside what is always there."""


@dataclass(frozen=True, slots=True)
class Constant:
    """One assignment."""

    name: Code
    value: Code
    type: Code | None = None
    """None: as the value says."""


class Constants:
    """Collects what a module holds, each value once, each before those that use it."""

    def __init__(self) -> None:
        self.rows: list[Constant] = []
        self.used: set[str] = set()
        """Functions and features of the template."""
        self._names = Names(reserved=TAKEN)
        self._by_value: dict[Code, Code] = {}
        self._count = 0

    def use(self, name: str) -> Code:
        """A function or constant of the template, which is there from now on."""
        if name not in self.used:
            self.used.add(name)
            for needed in NEEDS.get(name, ()):
                self.use(needed)
        return Code(name)

    def call(self, name: str, *arguments: Code) -> Code:
        """A call of a function of the template."""
        return self.use(name) + Code("(") + joined(arguments, ", ") + Code(")")

    def name(self, hint: str) -> Code:
        """A name in capitals that is free."""
        self._count += 1
        plain = hint if hint.lower() not in _AMBIGUOUS else f"{hint} schema"
        return Code(self._names.of(self._count, plain).upper())

    def add(self, value: Code, hint: str) -> Code:
        """The name of a value: the one that an equal value has already, else a new one.

        Args:
            value: An expression; a name stands for itself.
            hint: How a new name may sound.
        """
        if value.isidentifier():
            return value
        if value not in self._by_value:
            self._by_value[value] = self.assign(self.name(hint), value)
        return self._by_value[value]

    def assign(self, name: Code, value: Code, type_: Code | None = None) -> Code:
        """Give a value a name that was handed out before."""
        self.rows.append(Constant(name, value, type_))
        return name


def written(value: Any) -> Code:
    """A value of a schema as a literal.

    Raises:
        DiagnosticsError: MEL302: it is nested too deep to be a literal.
    """
    ahead = [(value, 0)]
    while ahead:
        item, depth = ahead.pop()
        if depth > _DEEPEST_LITERAL:
            raise refused(
                f"a value in a schema is nested deeper than {_DEEPEST_LITERAL} levels",
                "make the value flatter",
            )
        if isinstance(item, dict | list):
            inside = item.values() if isinstance(item, dict) else item
            ahead += [(one, depth + 1) for one in inside]
    return text_literal(value)
