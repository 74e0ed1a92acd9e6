"""What was put into the holes of a hostile project, by what its harmless twin has there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

TOKEN: Final = re.compile(r"tw[0-9]{5}x(?: !)?")
"""A harmless text; one for each hole."""


class Difference(AssertionError):
    """Something of a text got into the shape of a project."""


@dataclass(slots=True)
class Put:
    """What stands in the holes of the hostile project, by the harmless text of the same hole."""

    texts: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    """As the text is said where it is not said as it is: patterns."""
    written: dict[str, str] = field(default_factory=dict)
    """Constants of expressions with their quotes, as messages quote them."""
    names: frozenset[str] = frozenset()
    """Harmless texts that are names, which comments and docstrings may hold."""
    seen: set[str] = field(default_factory=set)
    """Harmless texts that stood in a constant, and so came back exactly."""

    def exact(self, text: str) -> str:
        """A constant of the hostile project, by that of the harmless one."""
        return TOKEN.sub(lambda one: self.texts[one[0]], text)

    def comes_back(self, one: str, other: str) -> bool:
        """The constants of both are the same but for the texts, which are then seen."""
        if other not in (self.exact(one), self._meant(one)):
            return False
        self.seen.update(TOKEN.findall(one))
        return True

    def _meant(self, text: str) -> str:
        """A pattern as Python writes it."""
        return TOKEN.sub(lambda one: self.said.get(one[0], one[0]), text)

    def quoted(self, text: str) -> str:
        """A message that quotes an expression as it was written."""
        found = re.compile(f"'({TOKEN.pattern})'")
        return found.sub(lambda one: self.written.get(one[1], one[0]), text)

    def spoken(self, text: str) -> re.Pattern[str]:
        """A comment or docstring: ours, with an id or address in it that is a plain word."""
        for one in TOKEN.findall(text):
            if one not in self.names:
                raise Difference(f"{one} is no name, but said in words: {text!r}")
        ours = re.split(rf"{TOKEN.pattern}(?:[-_]{TOKEN.pattern})*", text)
        return re.compile("[a-z][a-z0-9_-]{0,63}".join(map(re.escape, ours)), re.ASCII)
