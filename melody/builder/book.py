"""What all parts of one Melody that is being written share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from melody.builder.ids import Ids
from melody.builder.places import DocumentPath, Places
from workflow_ir.types.model import JsonValue

if TYPE_CHECKING:
    from melody.builder.melody import Melody
    from melody.builder.scope import Scope


@dataclass(slots=True)
class Book:
    """Ids, places, the scopes that are open by ``with``, and Melodies that are called."""

    ids: Ids = field(default_factory=Ids)
    places: Places = field(default_factory=Places)
    open: list[Scope] = field(default_factory=list)
    called: dict[str, Melody] = field(default_factory=dict)
    """By the file that each stands for."""


@dataclass(frozen=True, slots=True)
class Written:
    """A part of the document that can still grow."""

    book: Book
    path: DocumentPath
    data: dict[str, JsonValue]

    def inner(self, key: str | int, data: dict[str, JsonValue]) -> Written:
        """A part of it."""
        return Written(self.book, (*self.path, key), data)
