"""The declarations of a generated ``types.py``."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from adapters.emitter.code import Code, literal
from adapters.emitter.naming.names import Names

IMPORTED: Final = ("Any", "Literal", "NotRequired", "TypedDict")
"""Names of ``typing`` that declarations may use."""
_PLAIN_KEY: Final = re.compile(r"(?!__)[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
"""Keys that a class body takes as they are: it renames ``__x``, and folds letters beyond ASCII."""
_AMBIGUOUS: Final = frozenset("lIO")
"""Names that linters refuse in a class body."""


@dataclass(frozen=True, slots=True)
class Member:
    """One key of a TypedDict."""

    type: Code
    required: bool
    names: tuple[str, ...]
    """What its type names beside builtins."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a TypedDict."""

    key: Code
    type: Code


@dataclass(frozen=True, slots=True)
class Declaration:
    """One class or assignment."""

    kind: Literal["class", "dict", "alias"]
    name: Code
    about: Code
    """Its docstring, in words of ours."""
    names: tuple[str, ...]
    """What it names beside builtins."""
    fields: tuple[Field, ...] = ()
    type: Code | None = None
    """Of an alias."""

    @property
    def text(self) -> Code:
        """The name as a text."""
        return literal(str(self.name))


class Declarations:
    """Collects what a module declares, each before those that use it."""

    def __init__(self) -> None:
        self._rows: dict[str, Declaration] = {}
        self._wanted: list[str] = []
        self._names = Names(reserved=IMPORTED)
        self._count = 0

    def name(self, hint: str) -> Code:
        """The name of a class, which is free."""
        self._count += 1
        plain = f"{hint} data" if hint.lower() in {"i", "l", "o"} else hint
        return self._names.class_of(self._count, plain)

    def typed_dict(self, name: Code, about: str, members: Mapping[str, Member]) -> None:
        """Declare a TypedDict.

        Args:
            name: Of the class.
            about: Words of ours.
            members: By key, which may be any text.
        """
        plain = all(_is_plain(key) for key in members)
        fields = tuple(
            Field(Code(key) if plain else literal(key), _presence(member))
            for key, member in members.items()
        )
        names = [name for member in members.values() for name in member.names]
        names += ["TypedDict"] + ["NotRequired" for one in members.values() if not one.required]
        self._rows[name] = Declaration(
            "class" if plain else "dict", name, Code(about), tuple(dict.fromkeys(names)), fields
        )

    def alias(self, hint: str, type_: Code, names: tuple[str, ...]) -> Code:
        """Give an annotation a name."""
        name = self.name(hint)
        about = Code("Data that is no object.")
        self._rows[name] = Declaration("alias", name, about, names, type=type_)
        return name

    def wanted(self, name: str) -> Code:
        """How other modules name a class, which is kept from now on, with all that it names."""
        self._wanted.append(name)
        return Code("types.") + Code(name)

    def kept(self) -> list[Declaration]:
        """What somebody wants, in an order in which names stand before their use."""
        ahead, reached = [*self._wanted], set[str]()
        while ahead:
            name = ahead.pop()
            if name in self._rows and name not in reached:
                reached.add(name)
                ahead += self._rows[name].names
        return [row for name, row in self._rows.items() if name in reached]


def _presence(member: Member) -> Code:
    return member.type if member.required else Code("NotRequired[") + member.type + Code("]")


def _is_plain(key: str) -> bool:
    fits = _PLAIN_KEY.fullmatch(key) is not None
    return fits and not keyword.iskeyword(key) and key not in _AMBIGUOUS
