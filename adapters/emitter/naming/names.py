"""Python identifiers out of any text: ASCII, free, and the same on every machine."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable
from typing import Final

from adapters.emitter.code import Code
from adapters.emitter.naming.reserved import BUILTINS, DEVICES, KEYWORDS, PACKAGES, STANDARD_MODULES

LONGEST: Final = 60
"""Characters of a name before its number."""

_OTHER: Final = re.compile(r"[^a-z0-9]+")
_WORDS: Final = KEYWORDS | BUILTINS | DEVICES
_LAST_LETTER: Final = "\u024f"
"""Letters up to here lose their accents alike on all Pythons; above, the tables differ."""


class Names:
    """One namespace.

    No name is a keyword, a builtin, a dunder, reserved, the name of a device, or equal to another
    one of the namespace where case does not count; so each may be a file's name too. The same key
    always gives the same name; names that would meet are numbered in the order they are asked for.

    >>> names = Names(reserved=["policy"])
    >>> [names.of(step, step) for step in ("draft", "Draft", "class", "policy", "日本", "draft")]
    ['draft', 'draft_2', 'class_', 'policy_', 'unnamed', 'draft']
    >>> names.class_of("output of draft", "draft report")
    'DraftReport'
    """

    __slots__ = ("_given", "_reserved", "_taken")

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        """Begin without names.

        Args:
            reserved: Names that the surrounding text uses.
        """
        self._reserved = frozenset(name.lower() for name in reserved)
        self._taken = set(self._reserved)
        self._given: dict[Hashable, Code] = {}

    def of(self, key: Hashable, text: str) -> Code:
        """A name like ``read_log`` for what ``key`` stands for; ``text`` says how it may sound."""
        return self._give(key, identifier(text), "_")

    def class_of(self, key: Hashable, text: str) -> Code:
        """A name like ``ReadLog``."""
        return self._give(key, class_name(text), "")

    def reserve(self, *names: str) -> None:
        """Keep these for the surrounding text; what has been given stays as it is."""
        self._reserved |= {name.lower() for name in names}
        self._taken |= self._reserved

    def inner(self, reserved: Iterable[str] = ()) -> Names:
        """A namespace inside this one: what has a name here keeps it, and nothing hides it.

        Args:
            reserved: Further names that the surrounding text uses inside.
        """
        made = Names(reserved)
        made._reserved |= self._reserved
        made._taken |= self._taken
        made._given |= self._given
        return made

    def _give(self, key: Hashable, wish: str, before_number: str) -> Code:
        if key not in self._given:
            name, number = wish, 1
            if name.lower() in self._reserved:
                name = f"{wish.rstrip('_')}_"
            while name.lower() in self._taken:
                number += 1
                name = f"{wish.rstrip('_')}{before_number}{number}"
            self._taken.add(name.lower())
            self._given[key] = Code(name)
        return self._given[key]


def identifier(text: str) -> Code:
    """A text as a name of its own, in no namespace.

    >>> identifier("Read the Log!"), identifier("3d-model"), identifier("__init__")
    ('read_the_log', 'n_3d_model', 'init')
    """
    name = "_".join(_words(text))[:LONGEST].strip("_")
    return _no_word(f"n_{name}" if name[:1].isdigit() else name or "unnamed")


def class_name(text: str) -> Code:
    """A text as the name of a class.

    >>> class_name("release notes"), class_name("none"), class_name("3d")
    ('ReleaseNotes', 'None_', 'N3d')
    """
    name = "".join(word.capitalize() for word in _words(text))[:LONGEST]
    return _no_word(f"N{name}" if name[:1].isdigit() else name or "Unnamed")


def package_name(text: str) -> Code:
    """The name of a package: it hides no module of the standard library, nor one it may need.

    >>> package_name("release-notes"), package_name("json"), package_name("class")
    ('release_notes', 'json_melody', 'class_melody')
    """
    name = identifier(text).rstrip("_")
    hides = name in STANDARD_MODULES or name in PACKAGES or name in _WORDS
    return Code(f"{name}_melody" if hides else name)


def _words(text: str) -> list[str]:
    """The runs of letters and digits, without accents; what is no letter of ours parts words."""
    near = (char if char <= _LAST_LETTER else " " for char in text)
    plain = unicodedata.normalize("NFKD", "".join(near).casefold())
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return _OTHER.sub(" ", kept).split()


def _no_word(name: str) -> Code:
    return Code(f"{name}_" if name in _WORDS else name)
